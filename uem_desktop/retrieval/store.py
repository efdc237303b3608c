"""The embedding store: what has been embedded once is on disk and found again.

One folder for an encoder, a precision and an image folder::

    ROOT/FINGERPRINT-PRECISION/FOLDER-HASH/
        index.sqlite     path, size and time of each image, and the chunk and row of its embedding
        chunks/*.npy     embeddings as they came, (n, D) float32
        manifest.json    what this is, for people

A chunk file is complete before its rows enter the index, so what the index names is on disk. The
store only saves time: where it is damaged it starts anew, where it cannot be written the work goes
on without it, and a sentence says so once.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.atomic_file import atomic_file, remove_quietly
from training.data.file_access import DISK_IS_FULL, write_error_phrase
from training.data.image_table import ImageTable
from training.data.records import ImageRecord
from training.user_folders import cache_dir
from uem_desktop.retrieval.chunk_files import (
    DamagedChunkError,
    read_chunk,
    remove_leftovers,
    unit_rows,
    write_chunk,
)
from uem_desktop.retrieval.file_stamps import Stamp, stamp_of, stamps_of
from uem_desktop.retrieval.store_index import DamagedIndexError, StoredChunk, StoreIndex

_Plan = dict[StoredChunk, tuple[np.ndarray, np.ndarray]]
"""Which record ids lie in which rows of which chunk file; both int64 (n,)."""

_BLOCK_ROWS = 16_384
_NO_ROWS = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class StoredEmbeddings:
    """Embeddings that the store had.

    Attributes:
        rows: (n,) int64, ids of their records.
        embeddings: (n, D) float32 unit rows; (0, 0) when there are none.
    """

    rows: np.ndarray
    embeddings: np.ndarray


def default_store_root() -> Path:
    """Return the folder of all embedding stores: below `UEM_CACHE_DIR`, else the user's cache."""
    return cache_dir() / "embeddings"


class EmbeddingStore:
    """The stored embeddings of one image folder by one encoder.

    Several processes may use the same store at once.

    Attributes:
        folder: The image folder.
        location: Where its embeddings lie.
        warning: Why the store could not be used as it should, in one sentence; None while all
            is well.
    """

    def __init__(
        self,
        root: Path,
        encoder_fingerprint: str,
        precision: str,
        folder: Path,
        *,
        encoder_title: str = "",
        on_warning: Callable[[str], None] | None = None,
    ) -> None:
        self.folder = folder
        self.warning: str | None = None
        self._prefix = os.path.join(os.path.abspath(folder), "")
        identity = hashlib.sha256(os.fsencode(os.path.realpath(folder))).hexdigest()
        self.location = root / f"{encoder_fingerprint[:16]}-{precision}" / identity[:16]
        self._manifest = {
            "encoder": encoder_title,
            "fingerprint": encoder_fingerprint,
            "precision": precision,
            "folder": self._prefix,
        }
        self._chunks = self.location / "chunks"
        self._index = StoreIndex(self.location / "index.sqlite")
        self._on_warning = on_warning
        self._is_writable = True
        self._is_prepared = False

    def load(self, records: Sequence[ImageRecord]) -> StoredEmbeddings:
        """Return the embeddings of those records whose files are unchanged (path, size, time).

        The rows ascend.
        """
        plan = self._unchanged(records)
        rows = np.sort(np.concatenate([_NO_ROWS, *(found for found, _ in plan.values())]))
        embeddings = np.zeros((0, 0), np.float32)
        is_filled = np.zeros(len(rows), bool)
        for chunk_rows, chunk_embeddings in self._read_chunks(plan):
            if not len(embeddings):
                embeddings = np.empty((len(rows), chunk_embeddings.shape[1]), np.float32)
            places = np.searchsorted(rows, chunk_rows)
            embeddings[_as_slice(places)] = chunk_embeddings
            is_filled[places] = True
        if is_filled.all():
            return StoredEmbeddings(rows, embeddings)
        return StoredEmbeddings(rows[is_filled], embeddings[is_filled[: len(embeddings)]])

    def load_blocks(self, records: Sequence[ImageRecord]) -> Iterator[StoredEmbeddings]:
        """Like `load`, in blocks of at least a few thousand rows, for little memory."""
        rows: list[np.ndarray] = []
        parts: list[np.ndarray] = []
        for chunk_rows, embeddings in self._read_chunks(self._unchanged(records)):
            rows.append(chunk_rows)
            parts.append(embeddings)
            if sum(map(len, rows)) >= _BLOCK_ROWS:
                yield StoredEmbeddings(np.concatenate(rows), np.concatenate(parts))
                rows, parts = [], []
        if rows:
            yield StoredEmbeddings(np.concatenate(rows), np.concatenate(parts))

    def append(
        self,
        records: Sequence[ImageRecord],
        embeddings: np.ndarray,
        stamps: Sequence[Stamp | None] | None = None,
    ) -> None:
        """Store embeddings; never raises for a disk that is full or cannot be written.

        Args:
            records: The n images.
            embeddings: (n, D) float32 unit rows.
            stamps: Size and time of the files from before they were read; a file that changes
                while it is embedded is then embedded again. None asks for them now.
        """
        stamps = [stamp_of(record.path) for record in records] if stamps is None else stamps
        is_unit = unit_rows(embeddings)
        entries = [
            (row, self._key(os.fspath(records[row].path)), stamp)
            for row, stamp in enumerate(stamps)
            if stamp is not None and is_unit[row]
        ]
        if not entries or not self._is_writable:
            return
        kept = np.asarray(embeddings)[[row for row, _, _ in entries]]
        keys = [key for _, key, _ in entries]
        try:
            try:
                self._write(kept, keys, [stamp for _, _, stamp in entries])
            except DamagedIndexError:
                self._start_anew()
                self._write(kept, keys, [stamp for _, _, stamp in entries])
        except (OSError, sqlite3.Error, DamagedIndexError) as error:
            self._is_writable = False
            self._warn(
                f"The embeddings of {self.folder} cannot be stored"
                f" ({_reason(error)}), so they will be computed again next time."
            )

    def _write(self, embeddings: np.ndarray, keys: list[bytes], stamps: list[Stamp]) -> None:
        if not self._is_prepared:
            self._prepare(embeddings.shape[1])
        name = write_chunk(self._chunks, embeddings)
        try:
            dead = self._index.add(name, keys, stamps)
        except BaseException:
            remove_quietly(self._chunks / name)
            raise
        for dead_name in dead:
            remove_quietly(self._chunks / dead_name)

    def _prepare(self, dimension: int) -> None:
        self._chunks.mkdir(parents=True, exist_ok=True)
        remove_leftovers(self._chunks, {chunk.name for chunk in self._index.chunks().values()})
        manifest = self.location / "manifest.json"
        if not manifest.exists():
            text = json.dumps({**self._manifest, "dimension": dimension}, indent=2) + "\n"
            with atomic_file(manifest) as temporary:
                temporary.write_text(text, encoding="utf-8")
        self._is_prepared = True

    def _unchanged(self, records: Sequence[ImageRecord]) -> _Plan:
        """Ask the index and the files which embeddings are still good."""
        try:
            images, chunks = self._index.images(), self._index.chunks()
        except DamagedIndexError:
            self._start_anew()
            return {}
        except (OSError, sqlite3.Error) as error:
            self._warn(f"The stored embeddings of {self.folder} cannot be read ({_reason(error)}).")
            return {}
        ids, paths = _ids_and_paths(records)
        places = images.places_of(self._keys(paths))
        known = np.flatnonzero(places >= 0)
        sizes, times = stamps_of([paths[row] for row in known.tolist()])
        places = places[known]
        is_same = (sizes == images.sizes[places]) & (times == images.times[places])
        ids, places = ids[known[is_same]], places[is_same]
        plan: _Plan = {}
        of_image = images.chunks[places]
        order = np.argsort(of_image, kind="stable")
        found = np.unique(of_image[order], return_index=True, return_counts=True)
        for chunk, start, count in zip(*(part.tolist() for part in found), strict=True):
            inside = order[start : start + count]
            if chunk in chunks:
                plan[chunks[chunk]] = ids[inside], images.rows[places[inside]]
        return plan

    def _read_chunks(self, plan: _Plan) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Give (rows (n,), embeddings (n, D)) a chunk file at a time; damaged ones are dropped."""
        for chunk, (rows, places) in plan.items():
            expected_rows = max(chunk.rows, int(places.max()) + 1)
            try:
                embeddings = read_chunk(self._chunks / chunk.name, expected_rows)
            except DamagedChunkError:
                self._forget(chunk.id, chunk.name)
                continue
            is_complete = np.array_equal(places, np.arange(chunk.rows))
            yield rows, embeddings if is_complete else embeddings[places]

    def _keys(self, paths: Sequence[str]) -> list[bytes]:
        if paths and all(path.startswith(self._prefix) for path in paths):
            start = len(os.fsencode(self._prefix))
            return [path[start:] for path in os.fsencode("\0".join(paths)).split(b"\0")]
        return [self._key(path) for path in paths]

    def _key(self, path: str) -> bytes:
        """Return the path below the folder as bytes, so that any file name survives."""
        if not path.startswith(self._prefix):
            path = os.path.abspath(path)
        return os.fsencode(path.removeprefix(self._prefix))

    def _forget(self, chunk_id: int, name: str) -> None:
        """Drop a damaged chunk file; its images are embedded again."""
        self._warn(f"Stored embeddings of {self.folder} were damaged and are computed anew.")
        try:
            self._index.forget(chunk_id)
        except (OSError, sqlite3.Error, DamagedIndexError):
            return
        remove_quietly(self._chunks / name)

    def _start_anew(self) -> None:
        """Set the damaged store aside, unless another process has already done so."""
        try:
            self._index.chunks()
            self._index.images()
        except DamagedIndexError:
            self._warn(
                f"The stored embeddings of {self.folder} were damaged and are computed anew."
            )
        else:
            return
        aside = self.location.with_name(self.location.name + ".damaged")
        try:
            shutil.rmtree(aside, ignore_errors=True)
            os.replace(self.location, aside)
            self._is_prepared = False
        except OSError:
            self._is_writable = False

    def _warn(self, sentence: str) -> None:
        if self.warning is None:
            self.warning = sentence
            if self._on_warning is not None:
                self._on_warning(sentence)


def _ids_and_paths(records: Sequence[ImageRecord]) -> tuple[np.ndarray, Sequence[str]]:
    if isinstance(records, ImageTable):
        return np.arange(len(records), dtype=np.int64), records.paths
    ids = np.array([record.id for record in records], np.int64)
    return ids, [os.fspath(record.path) for record in records]


def _reason(error: Exception) -> str:
    """Return a plain phrase for what the disk said."""
    if isinstance(error, OSError):
        return write_error_phrase(error)
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return DISK_IS_FULL
    return str(error) or type(error).__name__


def _as_slice(places: np.ndarray) -> np.ndarray | slice:
    """Return a slice where the places follow each other: several times faster to write to."""
    start, stop = int(places[0]), int(places[-1]) + 1
    if stop - start == len(places) and bool((np.diff(places) == 1).all()):
        return slice(start, stop)
    return places
