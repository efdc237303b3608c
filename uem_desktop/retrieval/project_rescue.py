"""What can be saved of a project file that was damaged or cut off; nothing of it is thrown away."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from training.errors import UserError
from uem_desktop.retrieval.journal_file import create_tables
from uem_desktop.retrieval.project import Project
from uem_desktop.retrieval.project_file import (
    BUSY_SECONDS,
    DamagedProjectError,
    connect,
    mark_as_project,
    plain_errors,
)

_TABLES = {
    "setting": "json_valid(value)",
    "folder": "json_valid(place)",
    "image": "length(path) AND instr(path, x'00') = 0",
    "entry": "action IN ('decide', 'undo', 'redo')"
    " AND kind IN ('judgement', 'category', 'note', 'counterpart')",
}
"""What a row is like that was not cut off: what is missing of a file reads as zeros."""
_FILL_GAPS = (
    "INSERT OR IGNORE INTO image SELECT number, 0, CAST('lost name ' || number AS BLOB), -1, 0, ''"
    " FROM (SELECT image AS number FROM entry UNION SELECT other FROM entry WHERE other)",
    "INSERT OR IGNORE INTO folder SELECT DISTINCT folder, 'null' FROM image WHERE folder",
)
"""Keep a number that other rows name from being given to something else."""
_HEADER_BYTES, _FRAME_HEADER_BYTES = 32, 24


def open_or_rescue(path: Path) -> tuple[Project, str]:
    """Read a project, a damaged one as far as that is possible.

    Returns:
        The project, and what was damaged and saved, in one sentence; empty when all is well.

    Raises:
        UserError: It cannot be read.
    """
    try:
        return Project.open(path), ""
    except DamagedProjectError:
        sentence = rescue(path)
        return Project.open(path), sentence


def rescue(path: Path) -> str:
    """Put a readable project in the place of a damaged one, which is kept beside it.

    Returns:
        What was saved, in one sentence.

    Raises:
        UserError: Nothing can be read of it; the file is as it was.
    """
    path = Path(os.path.abspath(path))
    mended = _free_name(path, "mended")
    with (
        plain_errors(path, "cannot be read"),
        contextlib.closing(_damaged(path)) as source,
        contextlib.closing(sqlite3.connect(mended, isolation_level=None)) as target,
    ):
        target.execute("BEGIN")
        mark_as_project(target)
        target.execute("CREATE TABLE setting(key TEXT PRIMARY KEY, value TEXT NOT NULL)")
        create_tables(target)
        counts = {table: _copy(source, target, table) for table in _TABLES}
        for statement in _FILL_GAPS:
            target.execute(statement)
        target.execute("COMMIT")
    if not counts["setting"] and not counts["entry"]:
        mended.unlink()
        raise UserError(f"The project {path} is damaged and nothing can be read of it.")
    aside = _free_name(path, "damaged")
    for suffix in ("-wal", ""):
        with contextlib.suppress(FileNotFoundError):
            os.replace(f"{path}{suffix}", f"{aside}{suffix}")
    with contextlib.suppress(FileNotFoundError):
        os.unlink(f"{path}-shm")
    os.replace(mended, path)
    return (
        f"The project {path.name} was damaged: {counts['entry']:,} entries of its journal could be"
        f" read and are there, and the damaged file is kept as {aside.name}."
    )


def keep_cut_off_end(path: Path) -> str:
    """Copy a write-ahead log whose end cannot be read, before anything is written over it.

    Call it before a project is written to. The end is what a crash, a full disk or a broken copy
    left behind: an act that was never reported as taken, or one that was cut off later.

    Returns:
        What was found, in one sentence; empty when all is well.
    """
    path = Path(os.path.abspath(path))
    log = path.with_name(path.name + "-wal")
    if not log.exists() or not log.stat().st_size:
        return ""
    with plain_errors(path, "cannot be read"), contextlib.closing(connect(path)) as connection:
        version = connection.execute("PRAGMA data_version").fetchone()
        _, whole_frames, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        connection.execute("BEGIN IMMEDIATE")  # nobody else is writing now
        try:
            is_alone = version == connection.execute("PRAGMA data_version").fetchone()
            if not is_alone or not _goes_on(log, max(0, whole_frames)):
                return ""
            aside = _free_name(log, "unreadable")
            shutil.copyfile(log, aside)
            count = _count_entries(connection)
        finally:
            connection.execute("ROLLBACK")
    return (
        f"The end of the journal of {path.name} was cut off while it was written: {count:,} entries"
        f" are there, and the log with the end that cannot be read is kept as {aside.name}."
    )


def _goes_on(log: Path, whole_frames: int) -> bool:
    """Whether a log goes on after its whole transactions (SQLite file format, section 4).

    What follows and has other salts is left over from before the log was begun again.
    """
    with log.open("rb") as file:
        header = file.read(_HEADER_BYTES)
        page_bytes, salts = int.from_bytes(header[8:12], "big"), header[16:24]
        file.seek(_HEADER_BYTES + whole_frames * (_FRAME_HEADER_BYTES + page_bytes))
        found = file.read(_FRAME_HEADER_BYTES)[8:16]
    return len(header) < _HEADER_BYTES or (bool(found) and found == salts[: len(found)])


def _count_entries(connection: sqlite3.Connection) -> int:
    found = connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'entry'")
    if found.fetchone() == (0,):
        return 0
    return int(connection.execute("SELECT count(*) FROM entry").fetchone()[0])


def _damaged(path: Path) -> sqlite3.Connection:
    """Open a file for reading whatever its size says."""
    uri = f"{path.as_uri()}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_SECONDS)
    connection.execute("PRAGMA writable_schema = ON")  # else a file that was cut is not opened
    return connection


def _copy(source: sqlite3.Connection, target: sqlite3.Connection, table: str) -> int:
    """Copy what can be read of a table, from both of its ends, and return how many rows."""
    count = 0
    for row in itertools.chain(_readable(source, table, "ASC"), _readable(source, table, "DESC")):
        marks = ", ".join("?" * len(row))
        cursor = target.execute(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", row)
        count += cursor.rowcount
    return count


def _readable(source: sqlite3.Connection, table: str, order: str) -> Iterator[tuple[object, ...]]:
    with contextlib.suppress(sqlite3.DatabaseError):
        yield from source.execute(
            f"SELECT * FROM {table} WHERE {_TABLES[table]} ORDER BY rowid {order}"
        )


def _free_name(path: Path, word: str) -> Path:
    for number in itertools.count(1):
        name = path.with_name(f"{path.stem}.{word}{'' if number == 1 else number}{path.suffix}")
        if not name.exists():
            return name
    raise AssertionError("counting ends nowhere")
