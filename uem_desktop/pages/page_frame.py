"""The rail and the pages that it leads to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from uem_desktop.pages.desk import Desk
from uem_desktop.pages.labels import hairline
from uem_desktop.pages.navigation_rail import NavigationRail
from uem_desktop.widgets.theme import Theme


class PageFrame(QWidget):
    """Shows one page at a time.

    Attributes:
        desks: By name, in the order of the rail.
        current: The desk whose page is shown.

    Signals:
        page_shown(str): Another page is shown, or the same again.
    """

    page_shown = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.rail = NavigationRail()
        self._pages = QStackedWidget()
        self.desks: dict[str, Desk] = {}
        self.current: Desk
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(hairline(is_vertical=True))
        row.addWidget(self._pages, 1)
        self.rail.page_chosen.connect(self.show_page)

    def add(self, desk: Desk) -> None:
        """Add a page to the rail, its place there being its number; the first one is shown."""
        desk.show_action.setShortcut(QKeySequence(f"Ctrl+{len(self.desks) + 1}"))
        button = self.rail.add_page(desk.name, desk.title, self._theme.icon(desk.icon), desk.keys)
        self._theme.bind_icon(button, desk.icon)
        self._pages.addWidget(desk.place)
        desk.page_wanted.connect(self.show_page)
        desk.show_action.triggered.connect(partial(self._show, desk.name))
        if not self.desks:
            self.current = desk
            self.rail.show_page(desk.name)
        self.desks[desk.name] = desk

    def show_page(self, name: str) -> None:
        """Show a page; the first one where there is none of this name."""
        self.current = self.desks.get(name) or next(iter(self.desks.values()))
        self.rail.show_page(self.current.name)
        self._pages.setCurrentWidget(self.current.place)
        self.page_shown.emit(self.current.name)

    def go_back(self, otherwise: Callable[[], None]) -> None:
        """Go a step back on the page that is shown, or to the one that led here."""
        others = (desk for desk in self.desks.values() if desk is not self.current)
        if not any(desk.go_back() for desk in (self.current, *others)):
            otherwise()

    def _show(self, name: str, _is_checked: bool = False) -> None:
        self.show_page(name)
