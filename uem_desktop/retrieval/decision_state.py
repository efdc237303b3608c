"""What holds after the entries of a journal: the newest value of each subject, and what undo is."""

from __future__ import annotations

from collections.abc import Iterable

from uem_desktop.retrieval.decisions import Action, Row, Subject, subject_of


class DecisionState:
    """The entries so far, folded together; an entry costs the same however many there were.

    Attributes:
        newest: The last entry about each subject; its `after` may be None.
        last_number: Of the last entry; 0 before the first.
        undoable: Batches that undo takes back, the last one first to go.
        redoable: Batches that redo brings again, likewise.
    """

    def __init__(self) -> None:
        self.newest: dict[Subject, Row] = {}
        self.last_number = 0
        self.undoable: list[int] = []
        self.redoable: list[int] = []

    def value(self, subject: Subject) -> str | None:
        """Return what holds for a subject."""
        row = self.newest.get(subject)
        return row.after if row is not None else None

    def apply(self, rows: Iterable[Row]) -> None:
        """Take further entries, in order."""
        newest = self.newest
        for row in rows:
            number, batch, _, _, _, kind, image, other, *_ = row  # a journal has many
            newest[subject_of(kind, image, other)] = row
            self.last_number = number
            if number == batch:
                self._note_batch(row)

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
