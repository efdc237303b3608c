"""A million values drawn as a few thousand: least and largest of blocks, kept as values come."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from uem_desktop.retrieval.growing_array import GrowingArray

BASE = 16
FACTOR = 4

Floats = NDArray[np.float64]


class MinMaxPyramid:
    """Extremes of growing values, by blocks of 16, 64, 256, …; NaN counts as absent."""

    def __init__(self) -> None:
        self._levels: list[tuple[GrowingArray, GrowingArray]] = []

    def extend(self, values: Floats) -> None:
        """Take in what has come.

        Args:
            values: (n,) all values; those of former calls are unchanged.
        """
        below = (values, values)
        block = BASE
        row = 0
        while len(below[0]) >= block:
            if row == len(self._levels):
                self._levels.append((GrowingArray(), GrowingArray()))
            level = self._levels[row]
            known, whole = len(level[0]), len(below[0]) // block
            if whole > known:
                part = slice(known * block, whole * block)
                level[0].extend(np.fmin.reduce(below[0][part].reshape(-1, block), axis=1))
                level[1].extend(np.fmax.reduce(below[1][part].reshape(-1, block), axis=1))
            below = (level[0].values, level[1].values)
            block = FACTOR
            row += 1

    def reduced(
        self, values: Floats, first: int, last: int, most: int
    ) -> tuple[NDArray[np.int64], Floats, Floats]:
        """Return extremes of the values from `first` to before `last`.

        Blocks lie at multiples of their length, so that they do not shift as values come.

        Args:
            values: (n,) what `extend` was called with.
            first: Where to begin; the first block may begin a little before.
            last: Where to end.
            most: About how many blocks; from as many to twice as many come.

        Returns:
            (m,) place at which each block begins, (m,) least and (m,) largest values.
        """
        wanted = max(1, (last - first) // most)
        row, block = -1, 1
        while row + 1 < len(self._levels) and _block(row + 1) <= wanted:
            row, block = row + 1, _block(row + 1)
        group = wanted // block
        start = first // (block * group) * group
        least, largest = self._entries(values, row, block, start, last)
        marks = np.arange(0, len(least), group)
        return (
            (start + marks) * block,
            np.fmin.reduceat(least, marks),
            np.fmax.reduceat(largest, marks),
        )

    def _entries(
        self, values: Floats, row: int, block: int, start: int, last: int
    ) -> tuple[Floats, Floats]:
        if row < 0:
            return values[start:last], values[start:last]
        least, largest = (level.values for level in self._levels[row])
        whole = min(len(least), -(-last // block))
        rest = values[whole * block : last]
        if not len(rest):
            return least[start:whole], largest[start:whole]
        return (
            np.append(least[start:whole], np.fmin.reduce(rest)),
            np.append(largest[start:whole], np.fmax.reduce(rest)),
        )


def _block(row: int) -> int:
    return BASE * FACTOR**row if row >= 0 else 1
