"""Soft assignment of rows to prototypes under given sizes, by optimal transport."""

from __future__ import annotations

import torch
from torch import Tensor


@torch.no_grad()
def sinkhorn(scores: Tensor, sizes: Tensor, *, epsilon: float, rounds: int = 3) -> Tensor:
    """Return how each row is spread over the prototypes (Sinkhorn-Knopp, as in SwAV).

    Each round scales the columns to the wanted sizes and then the rows to equal mass, so that
    rows sum to exactly one and columns nearly to their share.

    Args:
        scores: (N, C), how well rows and prototypes fit.
        sizes: (C,), share of the rows that each prototype shall get; positive, sums to 1.
        epsilon: Small for a hard assignment, large for a soft one.
        rounds: How often both are scaled.

    Returns:
        (N, C), rows sum to one.
    """
    scaled = scores / epsilon
    plan = (scaled - scaled.max()).exp()
    tiny = torch.finfo(plan.dtype).tiny
    for _ in range(rounds):
        plan *= sizes / plan.sum(dim=0).clamp(min=tiny)
        plan /= plan.sum(dim=1, keepdim=True).clamp(min=tiny)
    return plan
