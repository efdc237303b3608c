"""Files that could not be read as a table: where they lie, and why."""

from __future__ import annotations

import os
from collections.abc import Sequence

from training.data.records import DecodeFailure
from uem_desktop.retrieval.export_tables import Table

_COLUMNS: tuple[tuple[str, type], ...] = (("file", str), ("domain", str), ("reason", str))


def problems_table(problems: Sequence[tuple[str, DecodeFailure]]) -> Table:
    """Return one line for each file.

    Args:
        problems: The side of the domain whose folder holds it, and what is known of it.
    """
    rows = [(os.path.abspath(one.path), side, one.reason) for side, one in problems]
    return Table(_COLUMNS, rows, len(rows))
