"""Which image lies in which row of which chunk file: the SQLite side of the embedding store."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from uem_desktop.retrieval.file_stamps import Stamp

FORMAT = 1
"""Raise when decoding or the views change what an image embeds to: older stores are then redone."""

_BUSY_SECONDS = 30.0
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR})
_SCHEMA = """
CREATE TABLE IF NOT EXISTS chunk(
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, rows INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS image(
    path BLOB PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    chunk INTEGER NOT NULL, row INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS image_of_chunk ON image(chunk);
"""


class DamagedIndexError(Exception):
    """The index file is not one of this format."""


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """One chunk file of the index."""

    id: int
    name: str
    rows: int


@dataclass(frozen=True, slots=True)
class StoredImages:
    """The n images of the index, in the order of their paths' bytes.

    Attributes:
        paths: Below the folder.
        sizes: int64 (n,).
        times: int64 (n,), nanoseconds.
        chunks: int64 (n,), ids of the chunk files.
        rows: int64 (n,), rows in them.
    """

    paths: Sequence[bytes]
    sizes: NDArray[np.int64]
    times: NDArray[np.int64]
    chunks: NDArray[np.int64]
    rows: NDArray[np.int64]

    def places_of(self, paths: Sequence[bytes]) -> NDArray[np.int64]:
        """Return where each of N paths stands here, int64 (N,); -1 for one that does not."""
        if paths == self.paths:
            return np.arange(len(paths), dtype=np.int64)
        place_of = {path: place for place, path in enumerate(self.paths)}
        found = (place_of.get(path, -1) for path in paths)
        return np.fromiter(found, np.int64, len(paths))


class StoreIndex:
    """Opens the index file for each operation, so that processes and threads can share it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def images(self) -> StoredImages:
        """Return what is known of every image; nothing when there is no index yet."""
        found: list[tuple[bytes, int, int, int, int]] = []
        if self.path.exists():
            with self._open() as connection:
                found = connection.execute(
                    "SELECT path, size, mtime_ns, chunk, row FROM image ORDER BY path"
                ).fetchall()
        paths, *columns = zip(*found, strict=True) if found else ((),) * 5
        try:
            return StoredImages(list(paths), *(np.array(column, np.int64) for column in columns))
        except (ValueError, TypeError) as error:
            raise DamagedIndexError(str(error)) from error

    def chunks(self) -> dict[int, StoredChunk]:
        """Return the chunk files by id."""
        if not self.path.exists():
            return {}
        with self._open() as connection:
            found = connection.execute("SELECT id, name, rows FROM chunk")
            return {row[0]: StoredChunk(*row) for row in found}

    def add(self, name: str, paths: Sequence[bytes], stamps: Sequence[Stamp]) -> list[str]:
        """Enter a chunk file whose row i is the embedding of `paths[i]`, in one transaction.

        Returns:
            Names of chunk files that no image needs any more; they are no longer in the index.
        """
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            cursor = connection.execute(
                "INSERT INTO chunk(name, rows) VALUES (?, ?)", (name, len(paths))
            )
            chunk = cursor.lastrowid
            connection.executemany(
                "INSERT OR REPLACE INTO image VALUES (?, ?, ?, ?, ?)",
                (
                    (path, stamp.size, stamp.mtime_ns, chunk, row)
                    for row, (path, stamp) in enumerate(zip(paths, stamps, strict=True))
                ),
            )
            dead = connection.execute(
                "SELECT id, name FROM chunk WHERE NOT EXISTS"
                " (SELECT 1 FROM image WHERE image.chunk = chunk.id)"
            ).fetchall()
            connection.executemany("DELETE FROM chunk WHERE id = ?", [row[:1] for row in dead])
            connection.execute("COMMIT")
        return [row[1] for row in dead]

    def forget(self, chunk: int) -> None:
        """Take a chunk and its images out of the index."""
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("DELETE FROM image WHERE chunk = ?", (chunk,))
            connection.execute("DELETE FROM chunk WHERE id = ?", (chunk,))
            connection.execute("COMMIT")

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Open, check and prepare the file.

        Raises:
            DamagedIndexError: The file is damaged or of another format.
            sqlite3.Error: It cannot be opened or written now: locked, read-only, disk full.
        """
        connection = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
        try:
            _prepare(connection)
            yield connection
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE:
                raise DamagedIndexError(str(error)) from error
            raise
        finally:
            connection.close()


def _prepare(connection: sqlite3.Connection) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == FORMAT:
        return
    if version != 0:
        raise DamagedIndexError(f"format {version} instead of {FORMAT}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    for statement in _SCHEMA.split(";"):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {FORMAT}")
    connection.execute("COMMIT")
