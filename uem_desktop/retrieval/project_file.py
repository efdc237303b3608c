"""The SQLite file behind a project: how it is recognised, read and written by several windows.

The file is never opened by anything but SQLite: closing another handle would drop the locks that
a journal in the same process holds on it.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from training.data.file_access import DISK_IS_FULL
from training.errors import UserError

APPLICATION_ID = 0x55454D70
FORMAT = 2
"""Raised when a table or a setting comes that an older version would lose."""

BUSY_SECONDS = 2.0

_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_NO_WRITING = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM})
_PHRASES = {
    sqlite3.SQLITE_FULL: DISK_IS_FULL,
    sqlite3.SQLITE_IOERR: "the disk could not read or write it",
    sqlite3.SQLITE_BUSY: "another window is writing to it; try again",
    sqlite3.SQLITE_LOCKED: "another window is writing to it; try again",
    **dict.fromkeys(_NO_WRITING, "the file or its folder cannot be written"),
}


class DamagedProjectError(UserError):
    """A project file that SQLite cannot read any more, wholly or in part."""


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection that begins no transaction by itself and never makes a file.

    It may be handed from one thread to another, where one at a time uses it.
    """
    uri = f"{path.as_uri()}?mode=rw"
    return sqlite3.connect(
        uri, uri=True, isolation_level=None, timeout=BUSY_SECONDS, check_same_thread=False
    )


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection that reads a file, wherever it lies and whoever writes to it.

    Where the folder cannot be written, SQLite cannot share a file with its write-ahead log, so a
    copy of both is read.

    Raises:
        FileNotFoundError: There is no such file.
        UserError: It is no project, or one of a newer version.
        sqlite3.Error: It cannot be read.
    """
    path.stat()
    # a log that somebody writes, or that a crash left, stays as it is; else none is left behind
    mode = "ro" if path.with_name(path.name + "-wal").exists() else "rw"
    uri = f"{path.as_uri()}?mode={mode}"
    connection = sqlite3.connect(
        uri, uri=True, isolation_level=None, timeout=BUSY_SECONDS, check_same_thread=False
    )
    with contextlib.ExitStack() as stack:
        stack.callback(lambda: connection.close())
        try:
            check_project(connection, path)
        except sqlite3.OperationalError as error:
            if _code(error) not in _NO_WRITING:
                raise
            connection.close()
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            connection = sqlite3.connect(
                copy_with_log(path, folder / "copy"), isolation_level=None, check_same_thread=False
            )
            check_project(connection, path)
        yield connection


def copy_with_log(path: Path, target: Path) -> Path:
    """Copy a database and its write-ahead log, and return the copy."""
    for suffix in ("", "-wal"):
        source = path.with_name(path.name + suffix)
        if not suffix or source.exists():
            shutil.copyfile(source, target.with_name(target.name + suffix))
    return target


def check_project(connection: sqlite3.Connection, path: Path) -> None:
    """Ask an open file what it is.

    Raises:
        UserError: It is no project, or one that this version cannot read.
        sqlite3.Error: It cannot be read.
    """
    try:
        (application_id,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.DatabaseError as error:
        if _code(error) != sqlite3.SQLITE_NOTADB:
            raise
        application_id = version = 0
    if application_id != APPLICATION_ID:
        raise UserError(f"{path} is not a project of uem-desktop.")
    if version > FORMAT:
        raise UserError(
            f"{path} was made by a newer uem-desktop (format {version});"
            f" this one reads up to {FORMAT}."
        )


def mark_as_project(connection: sqlite3.Connection) -> None:
    """Say in the file what it is, where it does not say so yet."""
    for name, wanted in (("application_id", APPLICATION_ID), ("user_version", FORMAT)):
        if connection.execute(f"PRAGMA {name}").fetchone() != (wanted,):
            connection.execute(f"PRAGMA {name} = {wanted}")


@contextlib.contextmanager
def plain_errors(path: Path, what_fails: str) -> Iterator[None]:
    """Turn what the disk and SQLite say into one sentence.

    Args:
        path: The project file.
        what_fails: Follows its name, such as ``cannot be opened``.

    Raises:
        DamagedProjectError: The file cannot be read as a project any more.
        UserError: Anything else.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise UserError(f"There is no project file {path}.") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError(
            f"The project {path} {what_fails}: {reason[:1].lower()}{reason[1:]}."
        ) from error
    except (sqlite3.Error, ValueError, TypeError) as error:
        code = _code(error)
        if code in _DAMAGE or not isinstance(error, sqlite3.Error):
            raise DamagedProjectError(
                f"The project {path} {what_fails}: the file is damaged."
            ) from error
        raise UserError(
            f"The project {path} {what_fails}: {_PHRASES.get(code, str(error))}."
        ) from error


def cannot_be_written(error: sqlite3.Error) -> bool:
    """Whether the file, or the folder it lies in, takes no writing."""
    return _code(error) in _NO_WRITING


def _code(error: Exception) -> int:
    """Return the primary result code of SQLite; 0 for none."""
    return int(getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
