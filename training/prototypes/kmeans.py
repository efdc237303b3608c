"""Euclidean k-means on the device of the rows."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from training.device import with_float64
from training.errors import check_stop

_ROWS_PER_BLOCK = 65536


@dataclass(frozen=True, slots=True)
class Clustering:
    """Rows in clusters.

    Attributes:
        centres: (C, D), the mean of the rows of each cluster, not of unit length.
        assignment: int64 (N,), cluster of each row.
        inertia: Sum of squared distances between rows and the centres of their clusters.
    """

    centres: Tensor
    assignment: Tensor
    inertia: float


@torch.no_grad()
def kmeans(
    rows: Tensor,
    count: int,
    *,
    iterations: int = 20,
    restarts: int = 5,
    seed: int = 0,
    initial: Tensor | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Clustering:
    """Cluster rows around their means and keep the best of several starts.

    Each start is seeded as k-means++ does. Equal arguments give equal results on a CPU.

    Args:
        rows: (N, D), N at least 1.
        count: Wanted clusters; there are fewer if there are fewer distinct rows.
        iterations: Most rounds of assignment and averaging; it ends earlier once nothing moves.
        restarts: Starts, of which the one with the smallest inertia is kept.
        seed: Of the starts.
        initial: (count, D), centres to begin with; then there is one start.
        should_stop: Asked at each step of each start.

    Raises:
        Cancelled: ``should_stop`` said so.
        ValueError: No rows, no clusters wanted, or rows that are not finite.
    """
    if not len(rows) or count < 1:
        raise ValueError(f"no way to put {len(rows)} rows in {count} clusters")
    if not bool(rows.isfinite().all()):
        raise ValueError("rows to cluster must be finite")
    few = _few_distinct(rows, count)
    if few is not None:
        return few
    offset = rows.mean(dim=0)
    centred = rows - offset  # products of short rows lose fewer digits
    squares = centred.square().sum(dim=1)
    if initial is not None:
        runs = [_run(centred, squares, initial.to(centred) - offset, iterations, should_stop)]
    else:
        generator = torch.Generator().manual_seed(seed)
        starts = (
            grow_centres(centred, squares, None, count, generator, should_stop)
            for _ in range(restarts)
        )
        runs = [_run(centred, squares, start, iterations, should_stop) for start in starts]
    best = min(runs, key=lambda run: run.inertia)
    used = torch.bincount(best.assignment, minlength=len(best.centres)) > 0
    new_ids = used.cumsum(0) - 1
    return Clustering(best.centres[used] + offset, new_ids[best.assignment], best.inertia)


def grow_centres(
    rows: Tensor,
    squares: Tensor,
    grown: tuple[Tensor, Tensor] | None,
    count: int,
    generator: torch.Generator,
    should_stop: Callable[[], bool] | None = None,
) -> Tensor:
    """Return centres with rows added as greedy k-means++ does.

    A few rows are drawn with a chance that grows with the squared distance to what is there, and
    the one that lowers the inertia most is taken.

    Args:
        rows: (N, D).
        squares: (N,), squared lengths of the rows.
        grown: Centres (C, D) that are there and the squared distance (N,) of each row to the
            nearest; None to begin.
        count: Wanted centres.
        generator: On the CPU.
        should_stop: Asked before each row that is added.

    Raises:
        Cancelled: ``should_stop`` said so.
    """
    candidates = 2 + int(math.log(count))
    draws = torch.rand((count, candidates), generator=generator, dtype=torch.float64)
    if grown is None:
        first = rows[(draws[0, :1] * len(rows)).long().to(rows.device)]
        grown = first, _squares_to(rows, squares, first)[0]
    centres, nearest = [grown[0]], grown[1]
    for draw in draws[len(grown[0]) :]:
        check_stop(should_stop)
        heaps = with_float64(nearest).double().cumsum(0)
        drawn = draw.to(heaps.device) * heaps[-1]
        places = torch.searchsorted(heaps, drawn, right=True).clamp_(max=len(rows) - 1)
        points = rows[places.to(rows.device)]
        lowered = torch.minimum(nearest, _squares_to(rows, squares, points))
        best = lowered.sum(dim=1).argmin(keepdim=True)
        centres.append(points[best])
        nearest = lowered[best][0]
    return torch.cat(centres)


def lloyd(
    rows: Tensor,
    squares: Tensor,
    centres: Tensor,
    iterations: int,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Assign and average in turn until nothing changes; empty clusters get the farthest rows.

    Args:
        rows: (N, D).
        squares: (N,), squared lengths of the rows.
        centres: (C, D), where to begin.
        iterations: Most rounds, at least 1.
        should_stop: Asked before each round.

    Returns:
        Centres (C, D), the assignment int64 (N,) that they are the means of, and the squared
        distance (N,) of each row to its centre in the last assignment.

    Raises:
        Cancelled: ``should_stop`` said so.
    """
    assignment = squares.new_empty(0, dtype=torch.int64)
    distances = squares
    for _ in range(iterations):
        check_stop(should_stop)
        before = assignment
        assignment, distances = _nearest(rows, squares, centres)
        sizes = torch.bincount(assignment, minlength=len(centres))
        empty = (sizes == 0).nonzero()[:, 0]
        if len(empty):
            assignment[distances.topk(len(empty)).indices] = empty
            sizes = torch.bincount(assignment, minlength=len(centres))
        elif torch.equal(assignment, before):
            break
        means = _sums(rows, assignment, len(centres)) / sizes.clamp(min=1)[:, None]
        centres = torch.where((sizes > 0)[:, None], means, centres)
    return centres, assignment, distances


def _squares_to(rows: Tensor, squares: Tensor, points: Tensor) -> Tensor:
    """Return the squared distances (P, N) between points (P, D) and rows (N, D)."""
    halves = points.square().sum(dim=1, keepdim=True) * 0.5
    products = torch.addmm(halves, points, rows.T, alpha=-1)
    return torch.add(squares, products, alpha=2).clamp_(min=0)


def _nearest(rows: Tensor, squares: Tensor, centres: Tensor) -> tuple[Tensor, Tensor]:
    """Return the nearest centre int64 (N,) of each row, and the squared distance (N,) to it."""
    halves = centres.square().sum(dim=1, keepdim=True) * 0.5
    found = [
        torch.addmm(halves, centres, block.T, alpha=-1).min(dim=0)  # (C, N) is the faster order
        for block in torch.split(rows, _ROWS_PER_BLOCK)
    ]
    least = torch.cat([values for values, _ in found])
    distances = torch.add(squares, least, alpha=2).clamp_(min=0)
    return torch.cat([places for _, places in found]), distances


def _sums(rows: Tensor, assignment: Tensor, count: int) -> Tensor:
    """Return the sums (count, D) of the rows of each cluster, always added in the same order."""
    sums = rows.new_zeros(count, rows.shape[1])
    if not rows.is_cuda:
        return sums.index_add_(0, assignment, rows)
    for block, of_block in zip(
        torch.split(rows, _ROWS_PER_BLOCK), torch.split(assignment, _ROWS_PER_BLOCK), strict=True
    ):
        sums += functional.one_hot(of_block, count).to(rows.dtype).T @ block
    return sums


def _run(
    rows: Tensor,
    squares: Tensor,
    centres: Tensor,
    iterations: int,
    should_stop: Callable[[], bool] | None,
) -> Clustering:
    centres, assignment, _ = lloyd(rows, squares, centres, iterations, should_stop)
    check_stop(should_stop)
    squares_left = (rows - centres[assignment]).square()
    inertia = with_float64(squares_left).sum(dtype=torch.float64)
    return Clustering(centres, assignment, float(inertia))


def _few_distinct(rows: Tensor, count: int) -> Clustering | None:
    """Return one cluster per distinct row if there are at most ``count`` of them."""
    if len(torch.unique(rows[: 4 * count], dim=0)) > count:
        return None
    distinct, assignment = torch.unique(rows, dim=0, return_inverse=True)
    return Clustering(distinct, assignment, 0.0) if len(distinct) <= count else None
