"""Directions that tell images apart but not the views of one image: where UEM+ starts.

Linear discriminant analysis needs labels; here every image is a class of its own and its views are
the members. What changes from view to view of one image (crop, colour, blur) is then noise by
construction, and it is weighed down before anything is learnt.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from training.encoders.projector import Projector
from training.threads import one_thread

SHRINKAGE = 0.5
"""How much of the scatter within images is replaced by a multiple of the identity."""


def discriminant_projector(domains: Sequence[NDArray[np.floating]], size: int) -> Projector:
    """Return a linear projector onto the leading discriminants of images against their views.

    The directions v maximise v'Sv / v'Wv: S is the scatter of the images' means, each domain's own
    mean taken away first, W that of views around their image's mean. Outputs of both domains
    together have a mean length of 1, and their bias takes the mean of the domain means away.

    Args:
        domains: Features (N, V, F) of V views of each image of a domain, V at least 2.
        size: Length of an embedding; where there are fewer directions the rest stays zero.

    Raises:
        ValueError: There is only one view of each image.
    """
    if min(views.shape[1] for views in domains) < 2:
        raise ValueError("one view of an image does not show what changes between views")
    width = domains[0].shape[2]
    within, between = np.zeros((width, width)), np.zeros((width, width))
    middles = []
    for views in domains:
        images = views.mean(axis=1, dtype=np.float64)
        middles.append(images.mean(axis=0))
        between += _scatter(images - middles[-1])
        within += _scatter(
            (np.asarray(views, np.float32) - images[:, None].astype(np.float32)).reshape(-1, width)
        )
    level = max(float(np.trace(within)) / width, float(np.finfo(np.float32).tiny))
    within = (1 - SHRINKAGE) * within + SHRINKAGE * level * np.eye(width)
    found = min(size, width, sum(map(len, domains)))
    weight = np.zeros((size, width))
    weight[:found] = _leading(between, within)[:found]
    largest = np.abs(weight).argmax(axis=1)
    weight *= np.where(weight[np.arange(size), largest] < 0, -1.0, 1.0)[:, None]
    middle = np.mean(middles, axis=0)
    lengths = [
        np.linalg.norm((views.mean(axis=1) - middle) @ weight.T, axis=1) for views in domains
    ]
    weight /= max(float(np.concatenate(lengths).mean()), float(np.finfo(np.float32).tiny))
    projector = Projector("linear", (width, size))
    projector.load_state_dict(
        {
            "0.weight": torch.from_numpy(weight.astype(np.float32)),
            "0.bias": torch.from_numpy((-weight @ middle).astype(np.float32)),
        }
    )
    return projector


# The last bits of a product depend on how many threads work at it, hence one.


def _leading(between: NDArray[np.float64], within: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the directions v (F, F), v'Wv = 1, in falling order of v'Sv / v'Wv."""
    with one_thread():
        lower = torch.linalg.cholesky(torch.from_numpy(within))
        half = torch.linalg.solve_triangular(lower, torch.from_numpy(between), upper=False)
        whole = torch.linalg.solve_triangular(lower, half.T, upper=False)
        _, vectors = torch.linalg.eigh((whole + whole.T) / 2)
        found = torch.linalg.solve_triangular(lower.T, vectors, upper=True)
    return np.asarray(found.numpy()[:, ::-1].T)


def _scatter(rows: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the mean outer product (F, F) of centred rows (N, F)."""
    with one_thread():
        kept = torch.from_numpy(np.ascontiguousarray(rows))
        return np.asarray((kept.T @ kept).double().numpy() / len(rows))
