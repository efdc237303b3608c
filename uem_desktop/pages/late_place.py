"""Stands in the window for a page, or a part of one, that is made when it is shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget


class LatePlace(QWidget):
    """Makes its page before it is shown for the first time, or when that is asked for earlier."""

    def __init__(self, make: Callable[[], object]) -> None:
        super().__init__()
        self._make = make
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    @property
    def is_made(self) -> bool:
        """Whether the page is there."""
        return self._layout.count() > 0

    def make(self) -> None:
        """Make the page where it is not there; nobody looks at it yet."""
        self._make()

    def put(self, page: QWidget) -> None:
        """Show the page from now on."""
        self._layout.addWidget(page)
        page.show()

    def showEvent(self, event: QShowEvent) -> None:
        self._make()
        super().showEvent(event)
