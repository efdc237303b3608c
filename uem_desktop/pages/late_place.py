"""Stands in the window for a page that is made when it is shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget


class LatePlace(QWidget):
    """Makes its page before it is shown for the first time."""

    def __init__(self, make: Callable[[], object]) -> None:
        super().__init__()
        self._make = make
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    def put(self, page: QWidget) -> None:
        """Show the page from now on."""
        self._layout.addWidget(page)
        page.show()

    def showEvent(self, event: QShowEvent) -> None:
        self._make()
        super().showEvent(event)
