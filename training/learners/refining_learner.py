"""A linear map learns on top of a projector that stays; both are handed out as one projector."""

from __future__ import annotations

import copy

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from training.data.paired_batches import EpochLength
from training.encoders.encoder import Encoder
from training.encoders.projector import Projector
from training.learners.head_learner import HeadLearner

_ROWS = 8192


class RefiningLearner(HeadLearner):
    """Learns in the coordinates of the projector that training starts from; see `Learner`.

    Features differ much in how far they spread, and a projector's own weights learn along the
    widest ones first. Behind a projector that has weighed its directions all of them learn at the
    same rate. Steps are cheap too: features are projected once.
    """

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
        """Project all features and begin with the identity; arguments as for `HeadLearner`."""
        self._whole = encoder
        refinement = Projector("linear", (encoder.dimension, encoder.dimension))
        with torch.no_grad():
            for name, value in refinement.named_parameters():
                value.copy_(torch.eye(encoder.dimension) if "weight" in name else 0 * value)
        super().__init__(
            Encoder(encoder.backbone, refinement, encoder.preprocessing, encoder.name),
            _projected(encoder, plain),
            _projected(encoder, augmented),
            batch_size=batch_size,
            views_per_image=views_per_image,
            epoch_length=epoch_length,
            seed=seed,
            device=device,
            phases=None if phases is None else _projected(encoder, phases),
        )

    def encoder(self) -> Encoder:
        """See `Learner.encoder`; its projector is the first one with the map folded into it."""
        whole = self._whole
        projector = folded(whole.projector, self._encoder.projector)
        return Encoder(whole.backbone, projector, whole.preprocessing, whole.name).to(self.device)


@torch.no_grad()
def folded(first: Projector, then: Projector) -> Projector:
    """Return one projector that does what two do after each other, the second a linear one."""
    if first.kind == "none":
        return copy.deepcopy(then)
    whole = copy.deepcopy(first)
    last, further = whole[-1], then[0]
    assert isinstance(last, nn.Linear)
    assert isinstance(further, nn.Linear)
    weight, bias = further.weight.cpu().double(), further.bias.cpu().double()
    last.bias.copy_(weight @ last.bias.cpu().double() + bias)
    last.weight.copy_(weight @ last.weight.cpu().double())
    return whole


def _projected(
    encoder: Encoder, domains: tuple[NDArray[np.floating], NDArray[np.floating]]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return what the projector makes of the features (..., F) of both domains: (..., D)."""
    a, b = (_outputs(encoder, features) for features in domains)
    return a, b


@torch.no_grad()
def _outputs(encoder: Encoder, features: NDArray[np.floating]) -> NDArray[np.float32]:
    rows = features.reshape(-1, features.shape[-1])
    found = np.empty((len(rows), encoder.dimension), np.float32)
    for start in range(0, len(rows), _ROWS):
        block = torch.from_numpy(rows[start : start + _ROWS]).to(encoder.device).float()
        found[start : start + _ROWS] = encoder.projector(block).cpu().numpy()
    return found.reshape(*features.shape[:-1], encoder.dimension)
