"""Images that are each other's nearest."""

from __future__ import annotations

import torch
from torch import Tensor

_PAIRS_PER_BLOCK = 2**24


@torch.no_grad()
def nearest_rows(rows: Tensor, others: Tensor | None = None) -> Tensor:
    """Return the nearest of ``others`` for each row, int64 (N,), by Euclidean distance.

    Args:
        rows: (N, D).
        others: (M, D); the other rows themselves when ``None``.
    """
    targets = rows if others is None else others
    halves = targets.square().sum(dim=1) * 0.5
    found = []
    size = max(1, _PAIRS_PER_BLOCK // len(targets))
    for start in range(0, len(rows), size):
        block = rows[start : start + size]
        closeness = torch.addmm(-halves, block, targets.T)
        if others is None:
            closeness.diagonal(start).fill_(-torch.inf)
        found.append(closeness.argmax(dim=1))
    return torch.cat(found)


def mutual_neighbours(rows: Tensor, others: Tensor | None = None) -> Tensor:
    """Return the nearest of ``others`` where the row is also nearest to it, else -1; int64 (N,).

    Args:
        rows: (N, D).
        others: (M, D); the other rows themselves when ``None``.
    """
    there = nearest_rows(rows, others)
    back = there if others is None else nearest_rows(others, rows)
    numbers = torch.arange(len(rows), device=rows.device)
    return torch.where(back[there] == numbers, there, -1)
