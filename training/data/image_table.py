"""The images of a folder in columns: what is said of one of them is made when it is asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import overload

import numpy as np
from numpy.typing import NDArray

from training.data.records import ImageRecord

_key_of = os.path.normcase if os.name == "nt" else os.fspath
"""What two ways to write one path have in common, as `Path` compares them."""


class ImageTable(Sequence[ImageRecord]):
    """The N images of a domain in path order; record i has the id i.

    A hundred thousand records take half a second to make and to forget; five columns take none.

    Attributes:
        paths: The files as text, as `str(Path)` writes them.
        domain: The domain that they belong to.
        category_names: The categories that have an image, sorted.
        category_codes: int32 (N,), each image's place in `category_names`; -1 for none.
    """

    def __init__(
        self,
        paths: Sequence[str],
        domain: str,
        category_names: Sequence[str] = (),
        category_codes: NDArray[np.int32] | None = None,
    ) -> None:
        self.paths = paths
        self.domain = domain
        self.category_names = tuple(category_names)
        none = np.full(len(paths), -1, np.int32)
        self.category_codes = none if category_codes is None else category_codes

    @classmethod
    def of(cls, records: Sequence[ImageRecord]) -> ImageTable:
        """Return the columns of records whose ids are their places.

        Raises:
            ValueError: The ids are others, or the records belong to several domains.
        """
        if isinstance(records, ImageTable):
            return records
        if [record.id for record in records] != list(range(len(records))):
            raise ValueError("the ids of records are their places, counted from 0")
        domains = {record.domain for record in records}
        if len(domains) > 1:
            raise ValueError("the records belong to several domains")
        names = sorted({record.category for record in records if record.category is not None})
        codes: dict[str | None, int] = {name: code for code, name in enumerate(names)}
        return cls(
            [os.fspath(record.path) for record in records],
            domains.pop() if domains else "",
            names,
            np.array([codes.get(record.category, -1) for record in records], np.int32),
        )

    @property
    def row_of_path(self) -> Mapping[Path, int]:
        """Where each image stands."""
        return self._row_of_path

    @cached_property
    def _row_of_path(self) -> _RowOfPath:
        return _RowOfPath(self.paths)

    def row_of_text(self, path: str) -> int:
        """Return where the image at a path stands, -1 for none."""
        return self._row_of_path.row_of_text(path)

    def category_of(self, row: int) -> str | None:
        """Return the category of one image."""
        code = int(self.category_codes[row])
        return self.category_names[code] if code >= 0 else None

    @cached_property
    def rows_by_category(self) -> dict[str, NDArray[np.int64]]:
        """The rows of each category, ascending; the categories are sorted."""
        order = np.argsort(self.category_codes, kind="stable")
        ends = np.searchsorted(self.category_codes[order], np.arange(len(self.category_names) + 1))
        return {
            name: order[start:end].astype(np.int64)
            for name, start, end in zip(self.category_names, ends, ends[1:], strict=False)
        }

    def category_counts(self, rows: NDArray[np.int64]) -> dict[str, int]:
        """Return how many of these rows each category has, those without any left out."""
        codes = self.category_codes[rows]
        counts = np.bincount(codes[codes >= 0], minlength=len(self.category_names))
        return {self.category_names[code]: int(counts[code]) for code in np.flatnonzero(counts)}

    @overload
    def __getitem__(self, row: int) -> ImageRecord: ...

    @overload
    def __getitem__(self, row: slice) -> tuple[ImageRecord, ...]: ...

    def __getitem__(self, row: int | slice) -> ImageRecord | tuple[ImageRecord, ...]:
        if isinstance(row, slice):
            return tuple(self[place] for place in range(*row.indices(len(self))))
        row = range(len(self))[row]
        return ImageRecord(row, Path(self.paths[row]), self.domain, self.category_of(row))

    def __len__(self) -> int:
        return len(self.paths)

    def __iter__(self) -> Iterator[ImageRecord]:
        names = (*self.category_names, None)
        codes = self.category_codes.tolist()
        for row, (path, code) in enumerate(zip(self.paths, codes, strict=True)):
            yield ImageRecord(row, Path(path), self.domain, names[code])

    def __eq__(self, other: object) -> bool:
        if isinstance(other, ImageTable):
            return other is self or (
                self.paths == other.paths
                and self.domain == other.domain
                and self.category_names == other.category_names
                and np.array_equal(self.category_codes, other.category_codes)
            )
        return isinstance(other, tuple) and tuple(self) == other

    __hash__ = None  # type: ignore[assignment]


class _RowOfPath(Mapping[Path, int]):
    """Finds a path without a `Path` for every image."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = paths
        self._rows = {_key_of(path): row for row, path in enumerate(paths)}

    def __getitem__(self, path: Path) -> int:
        return self._rows[_key_of(path)]

    def row_of_text(self, path: str) -> int:
        """Return the row of a path, -1 for none."""
        return self._rows.get(_key_of(path), -1)

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Path]:
        return map(Path, self._paths)
