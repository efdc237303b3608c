"""Which records of a domain have a category and a text in their file name."""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np

from training.data.image_table import ImageTable
from training.data.records import ImageRecord


class RecordFilter:
    """Answers filters over one sequence of records.

    The first filter by text folds all names once; after that a filter is one pass of
    `str.find` over them and no Python work for an image that does not match.
    """

    def __init__(self, records: Sequence[ImageRecord]) -> None:
        self._images = ImageTable.of(records)
        self._names: tuple[str, np.ndarray] | None = None

    def rows(self, category: str | None, text: str) -> np.ndarray:
        """Return the rows that pass, ascending, (n,) int64.

        Args:
            category: Only this category; None for all.
            text: Only file names that hold this text, upper and lower case alike; "" for all.
        """
        is_kept = np.ones(len(self._images), dtype=bool)
        if category is not None:
            is_kept[:] = False
            is_kept[self._images.rows_by_category.get(category, [])] = True
        if text:
            is_kept &= self._holds(text.casefold())
        return np.flatnonzero(is_kept)

    def holding(self, text: str) -> np.ndarray:
        """Return bool (N,): whose file name or category holds a text, upper and lower case alike.

        Args:
            text: What to look for; "" keeps all.
        """
        needle = text.strip().casefold()
        if not needle:
            return np.ones(len(self._images), dtype=bool)
        names = self._images.category_names
        named = [code for code, name in enumerate(names) if needle in name.casefold()]
        return self._holds(needle) | np.isin(self._images.category_codes, named)

    def _holds(self, needle: str) -> np.ndarray:
        if self._names is None:
            names = [path.rpartition(os.sep)[2] for path in self._images.paths]
            joined = "\0".join(names).casefold()  # no file name holds a zero
            lengths = np.fromiter(map(len, joined.split("\0")), np.int64)
            self._names = joined, np.cumsum(lengths + 1)[: len(names)]
        joined, ends = self._names
        is_hit = np.zeros(len(ends), dtype=bool)
        position = joined.find(needle)
        while position >= 0:
            row = int(np.searchsorted(ends, position, side="right"))
            is_hit[row] = True
            position = joined.find(needle, int(ends[row]))
        return is_hit
