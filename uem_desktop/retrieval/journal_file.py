"""The tables of the decision journal in a project file.

Entries are only ever added: triggers in the file itself refuse to change or delete one.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from training.errors import UserError
from uem_desktop.retrieval.decided_images import DecidedImage
from uem_desktop.retrieval.decisions import Raw, Row, as_row
from uem_desktop.retrieval.network_drive import is_on_network
from uem_desktop.retrieval.project_file import (
    cannot_be_written,
    check_project,
    connect,
    mark_as_project,
    reading,
)

_TABLES = (
    "CREATE TABLE IF NOT EXISTS folder(number INTEGER PRIMARY KEY, place TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS image(number INTEGER PRIMARY KEY, folder INTEGER NOT NULL,"
    " path BLOB NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, digest TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS entry(number INTEGER PRIMARY KEY, batch INTEGER NOT NULL,"
    " at_us INTEGER NOT NULL, reviewer TEXT NOT NULL, action TEXT NOT NULL, kind TEXT NOT NULL,"
    " image INTEGER NOT NULL, other INTEGER NOT NULL, before, after, of INTEGER)",
    "CREATE TRIGGER IF NOT EXISTS entry_stays BEFORE DELETE ON entry"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS entry_holds BEFORE UPDATE ON entry"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
)
_ENTRY = "number, batch, at_us, reviewer, action, kind, image, other, before, after, of"
_IMAGE = "number, folder, path, size, mtime_ns, digest"


class JournalFile:
    """One open project file as far as decisions go; used by one thread at a time.

    Attributes:
        path: The project file.
        problem: Why nothing can be written to it, in one sentence; empty when it can.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problem = ""
        with contextlib.ExitStack() as stack:
            if not os.access(path, os.W_OK) or not self._is_prepared(stack):
                self._connection = stack.enter_context(reading(path))
                self.problem = (
                    f"Decisions cannot be kept: the project {path} or its folder cannot be written."
                )
            self._has_journal = _has_tables(self._connection)
            self._identity = _identity(path)
            self._stack = stack.pop_all()

    def close(self) -> None:
        """Close the file; the last window to do so leaves it whole, without a log beside it."""
        if not self.is_in_place:  # SQLite leaves the log of a moved file under the old name
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        self._stack.close()

    def _is_prepared(self, stack: contextlib.ExitStack) -> bool:
        """Open the file for writing; False where that cannot be."""
        connection = stack.enter_context(contextlib.closing(connect(self.path)))
        try:
            self._prepare(connection)
        except sqlite3.OperationalError as error:
            if not cannot_be_written(error):
                raise
            stack.close()
            return False
        self._connection = connection
        return True

    def _prepare(self, connection: sqlite3.Connection) -> None:
        check_project(connection, self.path)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA fullfsync = ON")  # macOS: past the cache of the disk too
        mode = "DELETE" if is_on_network(self.path) else "WAL"
        if not _has_tables(connection):
            connection.execute("BEGIN IMMEDIATE")
            mark_as_project(connection)
            create_tables(connection)
            connection.execute("COMMIT")
        with contextlib.suppress(sqlite3.OperationalError):  # another window has it open
            connection.execute(f"PRAGMA journal_mode = {mode}").fetchone()
        connection.execute("BEGIN IMMEDIATE")  # says now if it cannot be written
        connection.execute("ROLLBACK")

    # ---- reading

    def folders(self) -> dict[int, str]:
        """Return the numbered folders as they were written."""
        if not self._has_journal:
            return {}
        return dict(self._connection.execute("SELECT number, place FROM folder"))

    def images_after(self, number: int) -> Iterator[Raw]:
        """Give the images with higher numbers, in order, as plain tuples."""
        return read_images(self._connection, number) if self._has_journal else iter(())

    def rows_after(self, number: int) -> Iterator[Raw]:
        """Give the entries with higher numbers, in order."""
        if not self._has_journal:
            return iter(())
        return read_rows(self._connection, f"number > {number:d} ORDER BY number")

    def rows_of_batch(self, batch: int) -> list[Row]:
        """Return the entries of one act."""
        rows: list[Row] = []
        where = f"number >= {batch:d} ORDER BY number"
        for row in map(as_row, read_rows(self._connection, where)):
            if row.batch != batch:
                break
            rows.append(row)
        return rows

    def rows_of_image(self, image: int) -> list[Row]:
        """Return every entry about an image, alone or in a pair."""
        where = f"image = {image:d} OR other = {image:d} ORDER BY number"
        return list(map(as_row, read_rows(self._connection, where)))

    def version(self) -> int:
        """Return a number that is another one whenever another connection has written."""
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    @property
    def is_in_place(self) -> bool:
        """Whether the path still leads to the open file."""
        return _identity(self.path) == self._identity

    def check_place(self) -> None:
        """Make sure that what is written now is found again.

        Raises:
            UserError: The file was moved, deleted or replaced.
        """
        if not self.is_in_place:
            raise UserError(_replaced_sentence(self.path))

    def check_entry(self, number: int, at_us: int) -> None:
        """Make sure that the file still holds an entry.

        Raises:
            UserError: Another project was saved into it.
        """
        if list(read_rows(self._connection, f"number = {number:d} AND at_us = {at_us:d}")) == []:
            raise UserError(_replaced_sentence(self.path))

    # ---- writing

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Write all of a block, safe on the disk at its end, or nothing.

        Raises:
            UserError: Nothing can be written at all.
            sqlite3.Error: It could not be written this time.
        """
        if self.problem:
            raise UserError(self.problem)
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):  # a full disk rolls back by itself
                self._connection.execute("ROLLBACK")
            raise

    def add_rows(self, rows: Iterable[Row]) -> None:
        """Append entries."""
        write_rows(self._connection, rows)

    def put_images(self, images: Iterable[DecidedImage]) -> None:
        """Add images, or say where known ones lie now."""
        write_images(self._connection, images)

    def put_folders(self, texts: dict[int, str]) -> None:
        """Add folders, or say where known ones lie now."""
        self._connection.executemany(
            "INSERT OR REPLACE INTO folder VALUES (?, ?)", list(texts.items())
        )


def read_rows(connection: sqlite3.Connection, where: str) -> Iterator[Raw]:
    """Give entries as plain tuples."""
    return connection.execute(f"SELECT {_ENTRY} FROM entry WHERE {where}")


def read_images(connection: sqlite3.Connection, after: int = 0) -> Iterator[Raw]:
    """Give the images with numbers above `after`, in order, as plain tuples."""
    return connection.execute(
        f"SELECT {_IMAGE} FROM image WHERE number > ? ORDER BY number", (after,)
    )


def write_rows(connection: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Append entries."""
    connection.executemany(
        f"INSERT INTO entry({_ENTRY}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((*row[:8], _stored(row.before), _stored(row.after), row.of) for row in rows),
    )


def write_images(connection: sqlite3.Connection, images: Iterable[DecidedImage]) -> None:
    """Add images, or say where known ones lie now."""
    connection.executemany(
        f"INSERT OR REPLACE INTO image({_IMAGE}) VALUES (?, ?, ?, ?, ?, ?)",
        images,
    )


def create_tables(connection: sqlite3.Connection) -> None:
    """Make the tables of a journal where they are not there."""
    for statement in _TABLES:
        connection.execute(statement)


def _replaced_sentence(path: Path) -> str:
    return (
        f"The project {path} was moved, replaced or deleted while it was open, so decisions cannot"
        " be kept in it; open it again."
    )


def _has_tables(connection: sqlite3.Connection) -> bool:
    found = connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'entry'")
    return bool(found.fetchone()[0])


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _stored(text: str | None) -> str | bytes | None:
    """Return text as SQLite takes it: names of folders need not be UTF-8."""
    if text is None:
        return None
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(text)
    return text
