"""What holds after the entries of a journal: the newest value of each subject, and what undo is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from uem_desktop.retrieval.decided_marks import MarkCounts
from uem_desktop.retrieval.decisions import Action, Kind, Raw, Row, Subject, as_row, subject_of


class DecisionState:
    """The entries so far, folded together; an entry costs the same however many there were.

    Attributes:
        last_number: Of the last entry; 0 before the first.
        last_at_us: When it was written.
        undoable: Batches that undo takes back, the last one first to go.
        redoable: Batches that redo brings again, likewise.
        counts: How many subjects have each kind, and each judgement.
        marks: What holds for each image.
    """

    def __init__(self) -> None:
        self._newest: dict[Subject, Raw] = {}
        self.last_number = self.last_at_us = 0
        self.undoable: list[int] = []
        self.redoable: list[int] = []
        self.counts: Counter[str] = Counter()
        self.marks = MarkCounts()

    def newest(self, subject: Subject) -> Row | None:
        """Return the last entry about a subject; its `after` may be None."""
        raw = self._newest.get(subject)
        return as_row(raw) if raw is not None else None

    def value(self, subject: Subject) -> str | None:
        """Return what holds for a subject."""
        row = self.newest(subject)
        return row.after if row is not None else None

    def holding(self, kind: str | None = None) -> list[Row]:
        """Return the entries that hold, of one kind or of all, in the order of their numbers."""
        rows = [as_row(raw) for raw in self._newest.values() if kind in (None, raw[5])]
        return sorted(row for row in rows if row.after is not None)

    def apply(self, rows: Iterable[Raw]) -> None:
        """Take further entries, in order."""
        newest = self._newest
        for raw in rows:
            number, batch, at_us, _, _, kind, image, other, *_ = raw
            subject = subject_of(kind, image, other)
            self._count(kind, newest.get(subject), raw)
            newest[subject] = raw
            self.last_number, self.last_at_us = number, at_us
            if number == batch:
                self._note_batch(as_row(raw))

    def _count(self, kind: str, before: Raw | None, after: Raw) -> None:
        for raw, step in ((before, -1), (after, 1)):
            if raw is not None and raw[9] is not None:
                self.counts[kind] += step
                self.marks.add(raw, step)
                if kind == Kind.JUDGEMENT:
                    self.counts[raw[9]] += step

    def _note_batch(self, row: Row) -> None:
        if row.action == Action.DECIDE or row.of is None:
            self.undoable.append(row.batch)
            self.redoable.clear()
        elif row.action == Action.UNDO:
            _take_off(self.undoable, row.of)
            self.redoable.append(row.of)
        else:
            _take_off(self.redoable, row.of)
            self.undoable.append(row.of)


def _take_off(batches: list[int], batch: int) -> None:
    """Remove a batch, which is the last one."""
    if batches and batches[-1] == batch:
        batches.pop()
