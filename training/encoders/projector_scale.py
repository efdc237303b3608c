"""How long a projector's outputs are: nothing to retrieval, much to learning.

Embeddings have unit length, so that outputs ten times as long retrieve the same; but a step of
learning turns them a hundred times less. Rates are chosen for outputs of one length, and a
projector that comes with a checkpoint may have any.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from training.encoders.projector import Projector


def feature_spread(domains: Sequence[NDArray[np.floating]]) -> float:
    """Return how long features (N, F) are on average without the middle of all domains."""
    middle = np.mean([rows.mean(axis=0, dtype=np.float64) for rows in domains], axis=0)
    lengths = [np.linalg.norm(rows - middle, axis=1) for rows in domains]
    return float(np.concatenate(lengths).mean())


@torch.no_grad()
def with_output_length(
    projector: Projector, domains: Sequence[NDArray[np.floating]], length: float
) -> Projector:
    """Return a linear projector that makes the same embeddings of outputs with this mean length.

    Args:
        projector: Of kind ``"linear"``; it stays as it is.
        domains: Features (N, F) of each domain.
        length: Mean length of the outputs on these features.
    """
    assert projector.kind == "linear"
    scaled = copy.deepcopy(projector).cpu()
    (layer,) = scaled
    assert isinstance(layer, nn.Linear)
    found = np.concatenate(
        [scaled(torch.from_numpy(np.asarray(rows, np.float32))).norm(dim=1) for rows in domains]
    )
    factor = length / max(float(found.mean()), float(np.finfo(np.float32).tiny))
    layer.weight.mul_(factor)
    layer.bias.mul_(factor)
    return scaled
