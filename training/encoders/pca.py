"""Principal components as a linear projector: where training starts without a projector."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from training.encoders.projector import Projector
from training.threads import one_thread


def pca_projector(
    domains: Sequence[NDArray[np.floating]], size: int, *, without_means: bool = True
) -> Projector:
    """Return a linear projector onto the leading principal components of all domains' features.

    Args:
        domains: Features (N, F) of each domain.
        size: Length of an embedding; where there are fewer components the rest starts at zero.
        without_means: Take each domain's own mean away before the directions are looked for, so
            that what tells the domains apart is no direction.
    """
    width = domains[0].shape[1]
    found = min(size, width, sum(map(len, domains)))
    weight, bias = principal_components(domains, found, without_means=without_means)
    missing = size - found
    projector = Projector("linear", (width, size))
    projector.load_state_dict(
        {
            "0.weight": torch.from_numpy(np.pad(weight, ((0, missing), (0, 0)))),
            "0.bias": torch.from_numpy(np.pad(bias, (0, missing))),
        }
    )
    return projector


def principal_components(
    domains: Sequence[NDArray[np.floating]], size: int, *, without_means: bool = True
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return weight (size, F) and bias (size,) of a linear layer.

    The bias takes the mean of the domain means away. Of each direction's two signs the one with
    the positive largest entry is taken. The numbers do not hang on how many threads there are.

    Args:
        domains: Features (N, F) of each domain.
        size: Number of directions, at most F and fewer than all images together.
        without_means: As for `pca_projector`.
    """
    rows = [np.asarray(features, np.float64) for features in domains]
    means = [features.mean(axis=0) for features in rows]
    middle = np.mean(means, axis=0)
    centred = np.concatenate(
        [
            features - (mean if without_means else middle)
            for features, mean in zip(rows, means, strict=True)
        ]
    )
    with one_thread():  # several round otherwise than one, and a training ends elsewhere
        centred_rows = torch.from_numpy(centred)
        # F x F however many images there are; the leading directions keep all digits that matter
        vectors = torch.linalg.eigh(centred_rows.T @ centred_rows).eigenvectors.numpy()
    weight = vectors[:, ::-1][:, :size].T
    largest = np.abs(weight).argmax(axis=1)
    weight = weight * np.sign(weight[np.arange(len(weight)), largest])[:, None]
    return weight.astype(np.float32), (-weight @ middle).astype(np.float32)
