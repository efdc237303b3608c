"""Tables that leave the application: matches, decisions, hard negatives; as CSV or Parquet."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Any

from training.atomic_file import atomic_file
from training.data.file_access import write_error_phrase
from training.errors import UserError
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.export_text import as_cell
from uem_desktop.retrieval.export_work import Work

INSTALL_PARQUET = "pip install 'uem-desktop[parquet]'"
_BATCH_ROWS = 50_000

Cell = str | int | float | datetime.datetime | None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that are worked out while they are written.

    Attributes:
        columns: Name of each column, and what its cells are: ``str``, ``int``, ``float`` or
            ``datetime.datetime``; each may be None.
        rows: The rows; they may be taken once.
        total: How many rows there are, for progress.
    """

    columns: Sequence[tuple[str, type]]
    rows: Iterable[Sequence[Cell]]
    total: int


def number(value: float) -> float | None:
    """Return a number as a cell, which is empty for NaN."""
    return None if isnan(value) else float(value)


def percent(share: float) -> float | None:
    """Return a share of 0..1 as a cell in percent, which is empty for NaN."""
    return None if isnan(share) else 100.0 * float(share)


def write_table(path: Path, table: Table, work: Work | None = None) -> int:
    """Write a table, as Parquet where the name ends in ``.parquet``, else as CSV.

    What was there before stays until all of the new file is on the disk.

    Returns:
        How many rows it has.

    Raises:
        Cancelled: A stop was wanted; nothing is left of the new file.
        UserError: It cannot be written, or Parquet is not installed.
    """
    write = _write_parquet if path.suffix.lower() == ".parquet" else _write_csv
    if write is _write_parquet:
        _parquet()
    work = work or Work()
    work.begin(table.total)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(path) as temporary:
            return write(temporary, table, work)
    except OSError as error:
        raise UserError(
            f"{display_text(path)} cannot be written: {write_error_phrase(error)}."
        ) from error


def _write_csv(path: Path, table: Table, work: Work) -> int:
    """Write UTF-8 without a mark at its beginning, fields in quotes where they need them."""
    count = 0
    with path.open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([name for name, _ in table.columns])
        for row in table.rows:
            writer.writerow([_csv_cell(cell) for cell in row])
            count += 1
            work.advance()
    return count


def _write_parquet(path: Path, table: Table, work: Work) -> int:
    pyarrow, parquet = _parquet()
    types = {
        str: pyarrow.string(),
        int: pyarrow.int64(),
        float: pyarrow.float64(),
        datetime.datetime: pyarrow.timestamp("us", "UTC"),
    }
    schema = pyarrow.schema([(name, types[kind]) for name, kind in table.columns])
    count = 0
    with parquet.ParquetWriter(path, schema) as writer:
        batch: list[Sequence[Cell]] = []

        def put() -> None:
            columns = [list(column) for column in zip(*batch, strict=True)]
            writer.write_table(pyarrow.table(columns or [[] for _ in table.columns], schema=schema))
            batch.clear()

        for row in table.rows:
            batch.append([as_cell(cell) if isinstance(cell, str) else cell for cell in row])
            count += 1
            work.advance()
            if len(batch) == _BATCH_ROWS:
                put()
        put()
    return count


def _csv_cell(cell: Cell) -> str | int | float:
    """Write a number with all its digits, a time as ISO 8601, None as nothing."""
    match cell:
        case None:
            return ""
        case str():
            return as_cell(cell)
        case datetime.datetime():
            return cell.isoformat(timespec="microseconds")
        case _:
            return cell


def _parquet() -> tuple[Any, Any]:
    """Import pyarrow late: only few need it.

    Raises:
        UserError: It is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise UserError(
            f"Parquet needs pyarrow, which is not installed; {INSTALL_PARQUET} brings it, and CSV"
            " needs nothing."
        ) from error
    return pyarrow, pyarrow.parquet
