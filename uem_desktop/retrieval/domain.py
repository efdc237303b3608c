"""The embeddings of one domain while they come in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.data.image_table import ImageTable
from training.data.records import DecodeFailure
from training.data.scanning import FolderScan
from training.progress import Progress


@dataclass(frozen=True, slots=True)
class EmbeddedChunk:
    """Some images of a domain whose work has ended.

    Attributes:
        rows: int64 (n,), rows of the domain that were embedded.
        embeddings: float32 (n, D), unit rows.
        failures: Images that could not be used.
        progress: How far the whole domain is with this chunk included.
    """

    rows: NDArray[np.int64]
    embeddings: NDArray[np.float32]
    failures: tuple[DecodeFailure, ...]
    progress: Progress


class DomainEmbeddings:
    """One domain: its images in path order and their embeddings as far as they are there.

    One thread (the window's) applies chunks while others search. The arrays are allocated with
    the first chunk and never again; a row is written before it is marked ready, and a search works
    on the rows that were ready when it began (``ready_rows()`` returns a copy; ask for it before
    ``embeddings``). So a search in another thread never sees half a row.

    Attributes:
        scan: The folder's images; row i is ``scan.records[i]``.
        embeddings: float32 (N, D), zero rows until ready; (N, 0) before the first chunk.
        is_ready: bool (N,).
        has_failed: bool (N,), images that cannot be used.
        failures: Images that cannot be used, from the scan and from decoding, each path once.
    """

    def __init__(self, scan: FolderScan) -> None:
        self.scan = scan
        self.embeddings: NDArray[np.float32] = np.zeros((len(scan.records), 0), np.float32)
        self.is_ready: NDArray[np.bool_] = np.zeros(len(scan.records), np.bool_)
        self.failures: list[DecodeFailure] = list(scan.failures)
        self._failed_paths = {failure.path for failure in scan.failures}
        self.has_failed: NDArray[np.bool_] = np.zeros(len(scan.records), np.bool_)
        self._ready_count = 0

    @property
    def records(self) -> ImageTable:
        """The domain's images in row order."""
        return self.scan.records

    @property
    def dimension(self) -> int | None:
        """Numbers per embedding; None before the first one."""
        return self.embeddings.shape[1] or None

    @property
    def ready_count(self) -> int:
        """How many images can be searched now."""
        return self._ready_count

    @property
    def is_complete(self) -> bool:
        """Whether every readable image is embedded."""
        count = len(self.records)
        if self._ready_count == count:
            return True
        if self._ready_count + len(self.failures) < count:
            return False  # without a look at each image: this is asked often while they come
        return not len(self.pending_rows())

    @property
    def has_categories(self) -> bool:
        """Whether any image of the domain has a category."""
        return bool(self.rows_by_category)

    @property
    def rows_by_category(self) -> dict[str, NDArray[np.int64]]:
        """The rows of each category, ascending, ready or not."""
        return self.records.rows_by_category

    def apply(self, chunk: EmbeddedChunk) -> None:
        """Take in a chunk; costs as much as the chunk is long.

        A row may come again and replaces what was there. An embedding that is not finite becomes
        a failure instead of a row that would upset every ranking.

        Raises:
            ValueError: The embeddings do not fit the rows or the domain's dimension.
        """
        rows = np.asarray(chunk.rows, np.int64)
        embeddings = np.asarray(chunk.embeddings, np.float32)
        if len(rows):
            self._check(rows, embeddings)
            with np.errstate(invalid="ignore", over="ignore"):
                is_finite = np.isfinite(embeddings.sum(axis=1))
            if not is_finite.all():
                self._add_failures(
                    DecodeFailure(self.records[row].path, "the encoder gave no usable embedding")
                    for row in rows[~is_finite]
                )
                rows, embeddings = rows[is_finite], embeddings[is_finite]
            self._write(rows, embeddings)
        self._add_failures(chunk.failures)

    def ready_rows(self) -> NDArray[np.int64]:
        """Return the rows that can be searched now, int64 (n,), ascending; a copy."""
        return np.flatnonzero(self.is_ready).astype(np.int64)

    def pending_rows(self) -> NDArray[np.int64]:
        """Return the rows that are neither embedded nor known to be unreadable, ascending."""
        return np.flatnonzero(~(self.is_ready | self.has_failed)).astype(np.int64)

    def with_embeddings(
        self, rows: NDArray[np.int64], embeddings: NDArray[np.float32]
    ) -> DomainEmbeddings:
        """Return the same images with other embeddings, ready where these are given.

        Args:
            rows: int64 (n,), rows of the domain.
            embeddings: float32 (n, D'), unit rows, of any dimension.
        """
        other = DomainEmbeddings(self.scan)
        progress = Progress(done=len(rows), total=len(self.records))
        other.apply(EmbeddedChunk(rows, embeddings, tuple(self.failures), progress))
        return other

    def categories_of_rows(self, rows: Iterable[int] | NDArray[np.int64]) -> list[str | None]:
        """Return the category of each of these rows."""
        names = np.array([*self.records.category_names, None], object)
        codes = self.records.category_codes[np.fromiter(rows, np.int64)]  # -1 is the last: None
        return list(names[codes])

    def _check(self, rows: NDArray[np.int64], embeddings: NDArray[np.float32]) -> None:
        if embeddings.ndim != 2 or len(embeddings) != len(rows) or not embeddings.shape[1]:
            raise ValueError(f"{len(rows)} rows do not fit embeddings of shape {embeddings.shape}")
        if self.dimension not in (None, embeddings.shape[1]):
            raise ValueError(f"dimension {embeddings.shape[1]} in a domain of {self.dimension}")
        if rows.min() < 0 or rows.max() >= len(self.records):
            raise ValueError(f"rows outside 0..{len(self.records) - 1}")

    def _write(self, rows: NDArray[np.int64], embeddings: NDArray[np.float32]) -> None:
        is_whole = len(rows) == len(self.records) and bool((np.diff(rows) == 1).all())
        if is_whole and self.dimension is None and embeddings.flags.writeable:
            self.embeddings = embeddings  # a whole domain at once, often from the store: no copy
        elif len(rows):
            if self.dimension is None:
                self.embeddings = np.zeros((len(self.records), embeddings.shape[1]), np.float32)
            self.embeddings[rows] = embeddings
        new_rows = rows[~self.is_ready[rows]]
        self.is_ready[rows] = True
        self._ready_count += len(new_rows if is_whole else np.unique(new_rows))

    def _add_failures(self, failures: Iterable[DecodeFailure]) -> None:
        for failure in failures:
            if failure.path not in self._failed_paths:
                self._failed_paths.add(failure.path)
                self.failures.append(failure)
                if (row := self.scan.row_of_path.get(failure.path)) is not None:
                    self.has_failed[row] = True
