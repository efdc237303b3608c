"""What was decided about each image, alone or in a pair, kept up with every entry of a journal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data.image_table import ImageTable
from uem_desktop.retrieval.decided_about import DecidedFilter, filter_of
from uem_desktop.retrieval.decided_images import DecidedImages
from uem_desktop.retrieval.decisions import Raw

_MARKS = tuple(DecidedFilter)
_MOST_TABLES = 4


class MarkCounts:
    """How many decisions of each mark hold about each image, by its number."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}  # one number for image and mark costs no tuple

    def add(self, raw: Raw, step: int) -> None:
        """Count an entry that holds now, or with a step of -1 one that holds no more."""
        kind, image, other, value = raw[5], raw[6], raw[7], raw[9]
        mark = _MARKS.index(filter_of(kind, value))
        for number in (image, other) if other else (image,):
            key = number * len(_MARKS) + mark
            count = self._counts.get(key, 0) + step
            if count:
                self._counts[key] = count
            else:
                del self._counts[key]

    def of(self, number: int) -> tuple[DecidedFilter, ...]:
        """Return what holds for an image, in the order of `DecidedFilter`."""
        first = number * len(_MARKS)
        return tuple(mark for at, mark in enumerate(_MARKS) if first + at in self._counts)

    def numbers(self, mark: DecidedFilter | None) -> NDArray[np.int64]:
        """Return the images that have a mark, or any at all."""
        keys = np.fromiter(self._counts, np.int64, len(self._counts))
        if mark is not None:
            keys = keys[keys % len(_MARKS) == _MARKS.index(mark)]
        return keys // len(_MARKS)


class DecidedMarks:
    """Says what was decided about an image, and which images of a folder are meant by that."""

    def __init__(self, images: DecidedImages, counts: MarkCounts) -> None:
        self._images = images
        self._counts = counts
        self._rows: list[tuple[ImageTable, int, NDArray[np.int64]]] = []

    def of(self, path: Path) -> tuple[DecidedFilter, ...]:
        """Return what holds for an image, in the order of `DecidedFilter`."""
        number = self._images.number_of(path)
        return self._counts.of(number) if number else ()

    def kept(self, wanted: DecidedFilter, table: ImageTable) -> NDArray[np.bool_]:
        """Return which images of a folder are meant, bool (N,).

        Args:
            wanted: Which.
            table: The N images of the folder.
        """
        is_kept = np.full(len(table), wanted in (DecidedFilter.ALL, DecidedFilter.UNDECIDED))
        if wanted is DecidedFilter.ALL:
            return is_kept
        is_any = wanted in (DecidedFilter.UNDECIDED, DecidedFilter.DECIDED)
        rows = self.rows_in(table)[self._counts.numbers(None if is_any else wanted)]
        is_kept[rows[rows >= 0]] = wanted is not DecidedFilter.UNDECIDED
        return is_kept

    def rows_in(self, table: ImageTable) -> NDArray[np.int64]:
        """Return the row of each image in a folder by its number, -1 for one that is not in it.

        Only images that are new since the last time are looked for; any thread may ask.
        """
        moves, known = self._images.moves, np.full(1, -1, np.int64)
        for other, at_moves, rows in self._rows:
            if other is table and at_moves == moves:
                known = rows
        last = self._images.last_number
        if len(known) <= last:
            rows = np.full(last + 1, -1, np.int64)
            rows[: len(known)] = known
            for number, text in self._images.places_after(len(known) - 1):
                if number <= last:
                    rows[number] = table.row_of_text(text)
            others = [one for one in self._rows if one[0] is not table]
            self._rows = [*others, (table, moves, rows)][-_MOST_TABLES:]
            return rows
        return known


class NothingDecided:
    """Stands for the marks of a journal that is not there."""

    def of(self, path: Path) -> tuple[DecidedFilter, ...]:
        """Return nothing."""
        return ()

    def kept(self, wanted: DecidedFilter, table: ImageTable) -> NDArray[np.bool_]:
        """Return which images of a folder are meant where none is decided about, bool (N,)."""
        return np.full(len(table), wanted in (DecidedFilter.ALL, DecidedFilter.UNDECIDED))
