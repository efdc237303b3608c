"""Finds the points of a part of the plane without looking at the others."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

_MOST_CELLS_PER_SIDE = 1024
_POINTS_PER_CELL = 2

Rows = NDArray[np.int64]
Points = NDArray[np.float32]


class PointGrid:
    """Points sorted into square cells; a row of cells that lie side by side is one slice.

    Attributes:
        points: float32 (N, 2), finite.
        low: float32 (2,), the least x and y.
        high: float32 (2,), the largest.
    """

    def __init__(self, points: Points) -> None:
        self.points = points
        count = len(points)
        nothing = np.zeros(2, np.float32)
        self.low = points.min(axis=0) if count else nothing
        self.high = points.max(axis=0) if count else nothing
        per_side = int(np.sqrt(count / _POINTS_PER_CELL))
        self._per_side = max(1, min(_MOST_CELLS_PER_SIDE, per_side))
        extent = float((self.high - self.low).max()) or 1.0
        self._cell = extent / self._per_side
        cells = self._cells_of(points[:, 1]) * self._per_side + self._cells_of(points[:, 0], 0)
        self._order: Rows = np.argsort(cells, kind="stable").astype(np.int64)
        edges = np.arange(self._per_side**2 + 1)
        self._starts: Rows = np.searchsorted(cells[self._order], edges).astype(np.int64)
        self._sorted: Points = points[self._order]

    def __len__(self) -> int:
        return len(self.points)

    def within(self, left: float, bottom: float, right: float, top: float) -> Rows:
        """Return the points of a rectangle, its border included, int64 (n,), in no order."""
        rows, points = self.near(left, bottom, right, top)
        x, y = points[:, 0], points[:, 1]
        return rows[(x >= left) & (x <= right) & (y >= bottom) & (y <= top)]

    def near(self, left: float, bottom: float, right: float, top: float) -> tuple[Rows, Points]:
        """Return all points of the cells that a rectangle touches: int64 (n,), float32 (n, 2)."""
        starts, stops = self._slices(left, bottom, right, top)
        spans = [
            slice(start, stop)
            for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)
            if stop > start
        ]
        if not spans:
            return self._order[:0], self._sorted[:0]
        rows = np.concatenate([self._order[span] for span in spans])
        return rows, np.concatenate([self._sorted[span] for span in spans])

    def count_within(self, left: float, bottom: float, right: float, top: float) -> int:
        """Return how many points the cells hold that a rectangle touches: a few too many."""
        starts, stops = self._slices(left, bottom, right, top)
        return int((stops - starts).sum())

    @cached_property
    def crowd(self) -> float:
        """How many points a unit of area holds in the most crowded hundredth of the cells."""
        counts = np.diff(self._starts)
        counts = counts[counts > 0]
        return float(np.percentile(counts, 99.0)) / self._cell**2 if len(counts) else 0.0

    def nearest(self, x: float, y: float, radius: float) -> int | None:
        """Return the point nearest to a place, the lower row of equal ones; None beyond radius."""
        rows, points = self.near(x - radius, y - radius, x + radius, y + radius)
        if not len(rows):
            return None
        away = points - np.array([x, y], np.float32)
        squares = (away.astype(np.float64) ** 2).sum(axis=1)
        best = float(squares.min())
        return int(rows[squares == best].min()) if best <= radius * radius else None

    def _slices(self, left: float, bottom: float, right: float, top: float) -> tuple[Rows, Rows]:
        """Return where each row of touched cells begins and ends in the order of the cells."""
        is_outside = (
            right < self.low[0] or left > self.high[0] or top < self.low[1] or bottom > self.high[1]
        )
        if is_outside or not len(self):
            return self._order[:0], self._order[:0]
        xs = self._cells_of(np.array([left, right]), 0)
        ys = self._cells_of(np.array([bottom, top]))
        lines = np.arange(int(ys[0]), int(ys[1]) + 1) * self._per_side
        return self._starts[lines + xs[0]], self._starts[lines + xs[1] + 1]

    def _cells_of(self, values: NDArray[np.floating], axis: int = 1) -> Rows:
        cells = np.floor((values - self.low[axis]) / self._cell)
        return np.asarray(np.clip(cells, 0, self._per_side - 1), np.int64)
