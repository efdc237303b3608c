"""The commands of decisions; their single keys work on the pages that show matches."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from uem_desktop.pages.action_table import make_action
from uem_desktop.retrieval.decisions import Judgement

_REDO_KEYS = ("Ctrl+Shift+Z", "Ctrl+Y")


class DecisionActions(QObject):
    """Holds the actions of the decisions menu."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        add = partial(make_action, window)
        self.judge: dict[Judgement | None, QAction] = {
            Judgement.ACCEPT: add("&Accept the selected matches", "A"),
            Judgement.REJECT: add("&Reject the selected matches", "R"),
            Judgement.UNSURE: add("&Unsure about the selected matches", "U"),
            None: add("&Take back what was decided about them", "Del"),
        }
        self.relabel = add("Re&label the selected images…", "L")
        self.note = add("&Note on the selected images…", "N")
        self.confirm = add("The query has n&o counterpart", "O")
        self.confirm.setCheckable(True)
        self.undo = add("Un&do", QKeySequence.StandardKey.Undo)
        self.redo = add("R&edo", _REDO_KEYS[0], more=_REDO_KEYS[1:])
        self.reviewer = add("Re&viewer…")

    def keyed(self) -> list[QAction]:
        """Return the actions whose keys work only where there is something to decide about."""
        return [*self.judge.values(), self.relabel, self.note, self.confirm, self.undo, self.redo]

    def menu_entries(self) -> list[QAction | None]:
        """Return the entries of the menu; None for a line between two groups."""
        return [
            *self.judge.values(), None, self.relabel, self.note, self.confirm, None,
            self.undo, self.redo, None, self.reviewer,
        ]  # fmt: skip
