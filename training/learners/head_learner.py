"""Only the projector learns, on features of the frozen backbone that were computed once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from training.data.paired_batches import EpochLength, paired_epoch, step_count
from training.data.random_streams import stream
from training.encoders.encoder import Encoder
from training.learners.batch import Batch, DomainBatch
from training.learners.memo import EmbeddingMemo

_EMBED_ROWS = 8192


class HeadLearner:
    """A projector and the stored features of both domains; see `Learner`."""

    precision = torch.float32

    def __init__(
        self,
        encoder: Encoder,
        plain: tuple[NDArray[np.float32], NDArray[np.float32]],
        augmented: tuple[NDArray[np.floating], NDArray[np.floating]],
        *,
        batch_size: int,
        views_per_image: int,
        epoch_length: EpochLength,
        seed: int,
        device: torch.device,
        phases: tuple[NDArray[np.floating], NDArray[np.floating]] | None = None,
    ) -> None:
        """Take what learning needs.

        Args:
            encoder: Its projector is trained, its backbone stays.
            plain: Features (N, F) of each domain, of the view that retrieval uses.
            augmented: Features (N, V, F) of augmented views; without any the plain ones are used.
            batch_size: Images of each domain in a step.
            views_per_image: 1 or 2.
            epoch_length: Which domain an epoch goes through once.
            seed: The run's seed.
            device: Where to compute.
            phases: Features of the phase of each augmented view, shaped like ``augmented``.
        """
        self._encoder = encoder
        self._plain = tuple(torch.from_numpy(rows) for rows in plain)
        self._augmented = tuple(
            torch.from_numpy(rows) if rows.shape[1] else torch.from_numpy(own)[:, None]
            for rows, own in zip(augmented, plain, strict=True)
        )
        self._phases = None if phases is None else tuple(map(torch.from_numpy, phases))
        self._batch_size = batch_size
        self._views_per_image = views_per_image
        self._epoch_length = epoch_length
        self._seed = seed
        self.device = device
        self.module: nn.Module = encoder.projector.to(device)
        self.counts = (len(plain[0]), len(plain[1]))
        self.dimension = encoder.dimension
        self._memo = EmbeddingMemo(self._embed_all)

    def steps_per_epoch(self) -> int:
        """See `Learner.steps_per_epoch`."""
        return step_count(*self.counts, self._batch_size, self._epoch_length)

    @contextmanager
    def batches(self, stage: str, epoch: int, first_step: int = 0) -> Iterator[Iterator[Batch]]:
        """See `Learner.batches`."""
        yield self._batches(stage, epoch, first_step)

    def embed(self, views: Tensor, module: nn.Module | None = None) -> Tensor:
        """See `Learner.embed`; views are features (B, F)."""
        return functional.normalize((module or self.module)(views), dim=1)

    def embed_all(self, domain: int) -> Tensor:
        """See `Learner.embed_all`."""
        return self._memo.get(domain, self.module)

    @torch.no_grad()
    def embed_mean(self, domain: int) -> Tensor:
        """See `Learner.embed_mean`."""
        total = self.embed_all(domain).clone()
        for views in self._augmented[domain].unbind(dim=1):
            total += self._embed_rows(views)
        return functional.normalize(total, dim=1)

    def take_forward_seconds(self) -> float:
        """See `Learner.take_forward_seconds`."""
        return self._memo.take_seconds()

    def encoder(self) -> Encoder:
        """See `Learner.encoder`."""
        return self._encoder

    def _batches(self, stage: str, epoch: int, first_step: int) -> Iterator[Batch]:
        plan = paired_epoch(
            *self.counts, self._batch_size, self._seed, stage, epoch, length=self._epoch_length
        )
        parts = []
        for domain, rows in enumerate((plan.rows_a, plan.rows_b)):
            views = self._chosen_views(rows.shape, stage, epoch, "ab"[domain])
            count = self._augmented[domain].shape[1]
            parts.append((torch.from_numpy(rows), torch.from_numpy(rows * count + views)))
        for step in range(first_step, plan.step_count):
            a, b = (self._gather(domain, *part, step) for domain, part in enumerate(parts))
            yield Batch(step, a, b)

    def _chosen_views(
        self, shape: tuple[int, ...], stage: str, epoch: int, domain: str
    ) -> NDArray[np.int64]:
        """Draw which stored views are used, (views_per_image, steps, B), two different ones."""
        count = self._augmented[0].shape[1]
        rng = stream(self._seed, "views", stage, epoch, domain)
        first = rng.integers(count, size=shape)
        if self._views_per_image == 1:
            return first[None]
        step = rng.integers(1, max(2, count), shape)
        return np.stack([first, (first + step) % count])

    def _gather(self, domain: int, rows: Tensor, places: Tensor, step: int) -> DomainBatch:
        return DomainBatch(
            rows[step].to(self.device),
            self._at(self._augmented[domain], places[:, step]),
            () if self._phases is None else self._at(self._phases[domain], places[:, step]),
        )

    def _at(self, features: Tensor, places: Tensor) -> tuple[Tensor, ...]:
        """Return the features (B, F) at each row of places (views, B)."""
        flat = features.flatten(0, 1)
        return tuple(flat.index_select(0, place).to(self.device).float() for place in places)

    @torch.no_grad()
    def _embed_all(self, domain: int) -> Tensor:
        return self._embed_rows(self._plain[domain])

    def _embed_rows(self, features: Tensor) -> Tensor:
        """Return the embeddings (N, D) of features (N, F), in blocks."""
        starts = range(0, len(features), _EMBED_ROWS)
        blocks = [features[start : start + _EMBED_ROWS] for start in starts]
        return torch.cat([self.embed(rows.to(self.device).float()) for rows in blocks])
