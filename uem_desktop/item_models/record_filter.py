"""Which records of a domain have a category and a text in their file name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from training.data.records import ImageRecord


class RecordFilter:
    """Answers filters over one sequence of records.

    The first filter by text folds all names once; after that a filter is one pass of
    `str.find` over them and no Python work for an image that does not match.
    """

    def __init__(self, records: Sequence[ImageRecord]) -> None:
        self._records = records
        self._category_codes: tuple[dict[str | None, int], np.ndarray] | None = None
        self._names: tuple[str, np.ndarray] | None = None

    def rows(self, category: str | None, text: str) -> np.ndarray:
        """Return the rows that pass, ascending, (n,) int64.

        Args:
            category: Only this category; None for all.
            text: Only file names that hold this text, upper and lower case alike; "" for all.
        """
        is_kept = np.ones(len(self._records), dtype=bool)
        if category is not None:
            codes, of_row = self._codes()
            is_kept &= of_row == codes.get(category, -1)
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
            return np.ones(len(self._records), dtype=bool)
        codes, of_row = self._codes()
        named = [code for name, code in codes.items() if needle in (name or "").casefold()]
        return self._holds(needle) | np.isin(of_row, named)

    def _codes(self) -> tuple[dict[str | None, int], np.ndarray]:
        if self._category_codes is None:
            codes: dict[str | None, int] = {}
            of_row = np.fromiter(
                (codes.setdefault(record.category, len(codes)) for record in self._records),
                dtype=np.int32,
                count=len(self._records),
            )
            self._category_codes = codes, of_row
        return self._category_codes

    def _holds(self, needle: str) -> np.ndarray:
        if self._names is None:
            names = [record.path.name.casefold() for record in self._records]
            lengths = np.fromiter((len(name) + 1 for name in names), np.int64, len(names))
            self._names = "\n".join(names), np.cumsum(lengths)
        joined, ends = self._names
        is_hit = np.zeros(len(ends), dtype=bool)
        position = joined.find(needle)
        while position >= 0:
            row = int(np.searchsorted(ends, position, side="right"))
            is_hit[row] = True
            position = joined.find(needle, int(ends[row]))
        return is_hit
