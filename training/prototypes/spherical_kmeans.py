"""k-means by cosine: rows and centres of unit length."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from training.device import with_float64
from training.prototypes.kmeans import Clustering, grow_centres


@torch.no_grad()
def spherical_kmeans(
    rows: Tensor,
    count: int,
    *,
    iterations: int = 20,
    restarts: int = 1,
    seed: int = 0,
    initial: Tensor | None = None,
) -> Clustering:
    """Cluster unit rows around unit centres and keep the best of several starts.

    Each start is seeded as k-means++ does. An empty cluster keeps its centre, so that clusterings
    which begin at the same centres can be compared one by one.

    Args:
        rows: (N, D), unit length.
        count: Clusters; at most N are made.
        iterations: Most rounds of assignment and averaging.
        restarts: Starts, of which the one with the largest cosines is kept.
        seed: Of the starts.
        initial: (count, D), centres to begin with; then there is one start.

    Returns:
        Centres of unit length; the inertia is the sum of 1 - cosine.

    Raises:
        ValueError: No rows, or no clusters wanted.
    """
    if not len(rows) or count < 1:
        raise ValueError(f"no way to put {len(rows)} rows in {count} clusters")
    if initial is not None:
        return _run(rows, functional.normalize(initial, dim=1), iterations)
    generator = torch.Generator().manual_seed(seed)
    squares = rows.square().sum(dim=1)
    starts = (
        grow_centres(rows, squares, None, min(count, len(rows)), generator) for _ in range(restarts)
    )
    return min((_run(rows, start, iterations) for start in starts), key=lambda run: run.inertia)


def _run(rows: Tensor, centres: Tensor, iterations: int) -> Clustering:
    cosines, assignment = _nearest(rows, centres)
    for _ in range(iterations):
        sums = torch.zeros_like(centres).index_add_(0, assignment, rows)
        is_full = torch.bincount(assignment, minlength=len(centres)) > 0
        centres = torch.where(is_full[:, None], functional.normalize(sums, dim=1), centres)
        before = assignment
        cosines, assignment = _nearest(rows, centres)
        if torch.equal(assignment, before):
            break
    inertia = with_float64(1 - cosines).sum(dtype=torch.float64)
    return Clustering(centres, assignment, float(inertia))


def _nearest(rows: Tensor, centres: Tensor) -> tuple[Tensor, Tensor]:
    """Return the largest cosine (N,) of each row with a centre, and which centre int64 (N,)."""
    values, places = (centres @ rows.T).max(dim=0)
    return values, places
