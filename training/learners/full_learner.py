"""The whole encoder learns, on freshly augmented images: the paper's own setting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from training.data.ahead import mapped_ahead
from training.data.augmentation import Augmentation
from training.data.image_batches import decoded_row, image_batches
from training.data.paired_batches import EpochLength, paired_epoch, step_count
from training.data.training_images import TrainingImages
from training.data.views import eval_view
from training.encoders.encoder import Encoder
from training.learners.batch import Batch, DomainBatch
from training.learners.memo import EmbeddingMemo


class FullLearner:
    """An encoder and the images of both domains; see `Learner`."""

    def __init__(
        self,
        encoder: Encoder,
        images: tuple[TrainingImages, TrainingImages],
        *,
        augmentation: Augmentation | None,
        batch_size: int,
        views_per_image: int,
        epoch_length: EpochLength,
        seed: int,
        mixed_precision: bool,
        with_phases: bool = False,
    ) -> None:
        """Take what learning needs.

        Args:
            encoder: What is trained, on the device where it is.
            images: Of each domain.
            augmentation: How views differ; ``None`` for the view that retrieval uses.
            batch_size: Images of each domain in a step.
            views_per_image: 1 or 2.
            epoch_length: Which domain an epoch goes through once.
            seed: The run's seed.
            mixed_precision: Half precision in the backbone where the device has it.
            with_phases: Give the phase of each view too.
        """
        self.module: nn.Module = encoder.to(memory_format=torch.channels_last)
        self._encoder = encoder
        self._images = images
        self._augmentation = augmentation
        self._batch_size = batch_size
        self._views_per_image = views_per_image
        self._epoch_length = epoch_length
        self._seed = seed
        self._with_phases = with_phases
        self.device = encoder.device
        self.counts = (len(images[0]), len(images[1]))
        self.dimension = encoder.dimension
        self.precision = _precision(self.device) if mixed_precision else torch.float32
        self._memo = EmbeddingMemo(self._embed_all)

    def steps_per_epoch(self) -> int:
        """See `Learner.steps_per_epoch`."""
        return step_count(*self.counts, self._batch_size, self._epoch_length)

    @contextmanager
    def batches(self, stage: str, epoch: int, first_step: int = 0) -> Iterator[Iterator[Batch]]:
        """See `Learner.batches`."""
        plan = paired_epoch(
            *self.counts, self._batch_size, self._seed, stage, epoch, length=self._epoch_length
        )
        with image_batches(
            self._images,
            plan,
            self._encoder.preprocessing,
            self._augmentation,
            views_per_image=self._views_per_image,
            seed=self._seed,
            stage=stage,
            epoch=epoch,
            first_step=first_step,
            with_phases=self._with_phases,
        ) as steps:
            yield (
                Batch(
                    step.number,
                    self._domain_batch(step.rows_a, step.views_a),
                    self._domain_batch(step.rows_b, step.views_b),
                )
                for step in steps
            )

    def embed(self, views: Tensor, module: nn.Module | None = None) -> Tensor:
        """See `Learner.embed`; views are uint8 (B, S, S, 3)."""
        encoder = self._encoder if module is None else module
        assert isinstance(encoder, Encoder)
        with self._half_precision():
            rows = encoder.projector(encoder.backbone(encoder.normalised(views)))
        return functional.normalize(rows.float(), dim=1)

    def embed_all(self, domain: int) -> Tensor:
        """See `Learner.embed_all`."""
        return self._memo.get(domain, self.module)

    def embed_mean(self, domain: int) -> Tensor:
        """See `Learner.embed_mean`; no views are stored."""
        return self.embed_all(domain)

    def take_forward_seconds(self) -> float:
        """See `Learner.take_forward_seconds`."""
        return self._memo.take_seconds()

    def encoder(self) -> Encoder:
        """See `Learner.encoder`."""
        return self._encoder

    def _domain_batch(
        self, rows: NDArray[np.int64], views: tuple[NDArray[np.uint8], ...]
    ) -> DomainBatch:
        there = [torch.from_numpy(view).to(self.device, non_blocking=True) for view in views]
        count = self._views_per_image
        return DomainBatch(
            torch.from_numpy(rows).to(self.device), tuple(there[:count]), tuple(there[count:])
        )

    def _half_precision(self) -> AbstractContextManager[object]:
        if self.precision is torch.float32:
            return nullcontext()
        return torch.autocast(self.device.type, dtype=self.precision)

    def _embed_all(self, domain: int) -> Tensor:
        images, preprocessing = self._images[domain], self._encoder.preprocessing
        size = self._encoder.batch_size
        rows = []

        def view(row: int) -> NDArray[np.uint8]:
            return eval_view(decoded_row(images, row, preprocessing), preprocessing)

        with mapped_ahead(view, range(len(images)), max_ahead=2 * size) as views:
            for start in range(0, len(images), size):
                block = np.stack([next(views) for _ in range(min(size, len(images) - start))])
                rows.append(self._encoder.encode(block))
        return torch.from_numpy(np.concatenate(rows)).to(self.device)


def _precision(device: torch.device) -> torch.dtype:
    """Return what the backbone computes with: bfloat16 needs no scaled gradients."""
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    return torch.bfloat16 if device.type == "xpu" else torch.float32
