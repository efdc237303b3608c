"""The decisions of a project as a table: what holds, or everything that was ever decided."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator, Sequence

from uem_desktop.retrieval.decision_words import PAST
from uem_desktop.retrieval.decisions import Entry, Judgement, Kind
from uem_desktop.retrieval.export_tables import Cell, Table

_HELD: tuple[tuple[str, type], ...] = (
    ("kind", str),
    ("image", str),
    ("other", str),
    ("value", str),
    ("reviewer", str),
    ("decided_at", datetime.datetime),
    ("number", int),
)
_HISTORY: tuple[tuple[str, type], ...] = (
    *_HELD,
    ("action", str),
    ("value_before", str),
    ("act", int),
    ("act_undone_or_redone", int),
)


def decisions_table(entries: Sequence[Entry], *, is_history: bool) -> Table:
    """Return one line for each entry of the journal.

    Args:
        entries: What holds, or the whole history.
        is_history: Also say whether an entry undid or redid something, what was before, and which
            entries were one act.
    """

    def lines() -> Iterator[Sequence[Cell]]:
        for entry in entries:
            held = (
                str(entry.kind),
                os.path.abspath(entry.image),
                None if entry.other is None else os.path.abspath(entry.other),
                _value(entry.kind, entry.after),
                entry.reviewer,
                entry.at,
                entry.number,
            )
            if is_history:
                before = _value(entry.kind, entry.before)
                yield *held, str(entry.action), before, entry.batch, entry.of
            else:
                yield held

    return Table(_HISTORY if is_history else _HELD, lines(), len(entries))


def _value(kind: Kind, value: str | None) -> str | None:
    """Say a judgement as everywhere else: accepted, rejected, unsure; None where nothing holds."""
    if value is None:
        return None
    if kind is Kind.JUDGEMENT:
        return PAST[Judgement(value)]
    return "confirmed" if kind is Kind.COUNTERPART else value
