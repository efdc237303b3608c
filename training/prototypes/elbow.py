"""How many clusters there are, by the elbow of the inertia curve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from training.device import with_float64
from training.prototypes.kmeans import grow_centres, lloyd

_STEPS = (*range(2, 21), 25, 30, 35, 40, *range(50, 101, 10))
_ROWS_PER_CLUSTER = 5


@dataclass(frozen=True, slots=True)
class Elbow:
    """An inertia curve and where it bends.

    Attributes:
        count: The number of clusters at the bend.
        grid: Numbers of clusters that were tried.
        inertias: Inertia for each of them.
    """

    count: int
    grid: tuple[int, ...]
    inertias: tuple[float, ...]


def elbow_grid(row_count: int) -> tuple[int, ...]:
    """Return the numbers of clusters to try: 2..20, then coarser to 100, at most a fifth of N.

    It hangs on nothing but the number of images. Fewer than ten images are one cluster.
    """
    grid = tuple(step for step in _STEPS if step * _ROWS_PER_CLUSTER <= row_count)
    return grid or (1,)


def elbow_of(grid: Sequence[int], inertias: Sequence[float]) -> int:
    """Return the number of clusters farthest from the chord between the ends of the curve.

    Both axes are scaled to 0..1. A curve without a bend yields its smallest number.
    """
    width, height = grid[-1] - grid[0], inertias[0] - inertias[-1]
    if not (width > 0 and height > 0):
        return grid[0]
    depths = [
        1.0 - (count - grid[0]) / width - (inertia - inertias[-1]) / height
        for count, inertia in zip(grid, inertias, strict=True)
    ]
    return grid[depths.index(max(depths))]


@torch.no_grad()
def estimate_cluster_count(
    rows: Tensor,
    *,
    seed: int,
    restarts: int = 1,
    iterations: int = 3,
    sample: int = 2048,
    should_stop: Callable[[], bool] | None = None,
) -> Elbow:
    """Estimate the number of clusters of a memory bank without labels.

    The centres are grown along the grid: what was found for one number of clusters, with a few
    rows added as greedy k-means++ would, is the start for the next, so that the whole curve costs
    little more than one clustering.

    Args:
        rows: (N, D), N at least 1.
        seed: Of the sample and the starts.
        restarts: Curves to grow; the smallest inertia of each number counts.
        iterations: Rounds of k-means for each number.
        sample: Most rows that are looked at, drawn without repeats where there are more.
        should_stop: Asked at each step of k-means.

    Raises:
        Cancelled: ``should_stop`` said so.
    """
    grid = elbow_grid(len(rows))
    generator = torch.Generator().manual_seed(seed)
    if len(rows) > sample:
        chosen = torch.randperm(len(rows), generator=generator)[:sample]
        rows = rows[chosen.sort().values.to(rows.device)]
    rows = rows - rows.mean(dim=0)
    squares = rows.square().sum(dim=1)
    curves = [
        _grow(rows, squares, grid, iterations, generator, should_stop) for _ in range(restarts)
    ]
    inertias = tuple(torch.stack(curves).amin(dim=0).tolist())
    return Elbow(elbow_of(grid, inertias), grid, inertias)


def _grow(
    rows: Tensor,
    squares: Tensor,
    grid: Sequence[int],
    iterations: int,
    generator: torch.Generator,
    should_stop: Callable[[], bool] | None,
) -> Tensor:
    """Return the inertia float64 (G,) for each number of clusters of the grid."""
    total = with_float64(squares).sum(dtype=torch.float64)
    grown: tuple[Tensor, Tensor] | None = None
    inertias = []
    for count in grid:
        start = grow_centres(rows, squares, grown, count, generator, should_stop)
        centres, assignment, distances = lloyd(rows, squares, start, iterations, should_stop)
        grown = centres, distances
        sizes = with_float64(torch.bincount(assignment, minlength=count)).double()
        between = sizes @ with_float64(centres).double().square().sum(dim=1)
        inertias.append((total - between).clamp(min=0))
    return torch.stack(inertias)
