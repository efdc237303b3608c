"""Distances and cosines between two sets of rows."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def euclidean_distances(u: Tensor, v: Tensor) -> Tensor:
    """Return all Euclidean distances, from direct differences, so that equal rows are at 0.

    The gradient at distance zero is zero. Meant for batches against batches or prototypes;
    ``joint_dissimilarity`` is many times faster where a whole bank is searched.

    Args:
        u: (N, D).
        v: (M, D).

    Returns:
        (N, M).
    """
    return torch.cdist(u, v, compute_mode="donot_use_mm_for_euclid_dist")


def cosines(u: Tensor, v: Tensor) -> Tensor:
    """Return all cosines; a row of zeros has cosine 0 with everything.

    Args:
        u: (N, D), rows of any length.
        v: (M, D), rows of any length.

    Returns:
        (N, M).
    """
    return functional.normalize(u, dim=1) @ functional.normalize(v, dim=1).T


@torch.no_grad()
def joint_dissimilarity(u: Tensor, v: Tensor) -> Tensor:
    """Return s(u, v) = (1 - cos(u, v)) * d(u, v), which all searches of SN2M rank by (UEM §3.3).

    Both factors come from one matrix product, which is fast and, for float32 unit rows, leaves
    distances below about 1e-3 uncertain. For searching: it has no gradient.

    Args:
        u: (N, D), rows of any length.
        v: (M, D), rows of any length.

    Returns:
        (N, M), never negative.
    """
    products = u @ v.T
    squares_u = u.square().sum(dim=1, keepdim=True)
    squares_v = v.square().sum(dim=1)
    distances = (squares_u + squares_v).sub_(products, alpha=2).clamp_(min=0).sqrt_()
    lengths = (squares_u.sqrt() * squares_v.sqrt()).clamp_(min=torch.finfo(u.dtype).tiny)
    return products.div_(lengths).neg_().add_(1).clamp_(min=0).mul_(distances)
