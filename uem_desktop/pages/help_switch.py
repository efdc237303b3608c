"""The switch of retrieval-time help: one action for menu, key and button."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from uem_desktop.pages.action_table import make_action
from uem_desktop.pages.help_keeper import HelpKeeper

_MEANING = (
    "Takes away what each folder looks like as a whole and averages images with their nearest ones,"
    "\nbefore similarities are computed; no labels, no training. It changes similarities, ranks"
    "\nand numbers, which say so while it is on. Off unless switched on (H)."
)


class HelpSwitch(QObject):
    """Switches help, and says in words whether it is on."""

    def __init__(self, keeper: HelpKeeper, window: QWidget) -> None:
        super().__init__(window)
        self.action: QAction = make_action(window, "Retrieval &help", "H")
        self.action.setCheckable(True)
        self.action.setToolTip(_MEANING)
        self.action.toggled.connect(keeper.set_on)
        keeper.switched.connect(self._show)
        self._show(keeper.is_on)

    def _show(self, is_on: bool) -> None:
        self.action.setChecked(is_on)
        self.action.setIconText(f"Retrieval help: {'on' if is_on else 'off'}")
