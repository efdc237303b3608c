"""One undo for all that can be undone on a page: decisions, and moves of the line."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoStack

from uem_desktop.pages.decision_keeper import DecisionKeeper
from uem_desktop.retrieval.decisions import Action, Entry


class UndoOrder(QObject):
    """Undoes what was done last in this window, then what the journal holds from before."""

    def __init__(self, decisions: DecisionKeeper, line: QUndoStack) -> None:
        super().__init__(decisions)
        self._decisions = decisions
        self._line = line
        self._line_index = line.index()
        self._done: list[QObject] = []
        self._undone: list[QObject] = []
        self._is_reversing = False
        decisions.changed.connect(self._note_decisions)
        line.indexChanged.connect(self._note_move)

    def undo(self) -> None:
        """Take back what was done last."""
        self._reverse(self._done, self._undone, is_undo=True)

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._reverse(self._undone, self._done, is_undo=False)

    def _reverse(self, source: list[QObject], target: list[QObject], *, is_undo: bool) -> None:
        while source:
            what = source.pop()
            if self._do(what, is_undo=is_undo):
                target.append(what)
                return
        for what in (self._decisions, self._line):  # from before this window began to note
            if self._do(what, is_undo=is_undo):
                target.append(what)
                return

    def _do(self, what: QObject, *, is_undo: bool) -> bool:
        self._is_reversing = True
        try:
            if what is self._decisions:
                return self._decisions.undo() if is_undo else self._decisions.redo()
            can = self._line.canUndo() if is_undo else self._line.canRedo()
            if can:
                (self._line.undo if is_undo else self._line.redo)()
            return can
        finally:
            self._is_reversing = False

    def _note_decisions(self, entries: tuple[Entry, ...]) -> None:
        if any(entry.action is Action.DECIDE for entry in entries):
            self._note(self._decisions)

    def _note_move(self, index: int) -> None:
        before, self._line_index = self._line_index, index
        if not self._line.count():  # other folders, or another encoder
            self._done = [what for what in self._done if what is not self._line]
            self._undone = [what for what in self._undone if what is not self._line]
        elif index > before:
            self._note(self._line)

    def _note(self, what: QObject) -> None:
        if not self._is_reversing:
            self._done.append(what)
            self._undone.clear()
