"""Mismatches in the window: their command, and the page, which is made when it is needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.action_table import make_action
from uem_desktop.pages.decision_desk import DecisionDesk
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.late_place import LatePlace
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader

if TYPE_CHECKING:
    from uem_desktop.pages.mismatches import MismatchesPage


class MismatchDesk(QObject):
    """Stands for mismatches from the start; nothing of them is imported before it is needed.

    Attributes:
        place: Where the page goes; it is made when this is shown.
        show_action: The command that shows the page.

    Signals:
        page_wanted(str): Show a page of the window.
        full_view_wanted(Path): Show an image as large as the screen.
    """

    page_wanted = Signal(str)
    full_view_wanted = Signal(object)

    def __init__(
        self,
        window: QWidget,
        state: ExplorerState,
        decisions: DecisionDesk,
        runner: JobRunner,
        loader: ThumbnailLoader,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._state = state
        self._decisions = decisions
        self._parts = (state, decisions, runner, loader, theme)
        self._page: MismatchesPage | None = None
        self._opened: Path | None = None
        self.place = LatePlace(self._make)
        self.show_action: QAction = make_action(window, "&Mismatches", "Ctrl+5")

    @property
    def page(self) -> MismatchesPage:
        """The page."""
        return self._make()

    def focus_first(self) -> None:
        """Give the focus to what the page shows, unless it is somewhere on it."""
        if not self.place.isAncestorOf(self.place.focusWidget() or self.place.window()):
            self.page.focus_first()

    def go_back(self) -> None:
        """Go a step back: within the page, or from Explore to the page, or a query before."""
        search = self._state.search
        if self.place.isVisible():
            if not self.page.go_back():
                self.page_wanted.emit("explore")
        elif self._opened is not None and search.query == (self._opened,):
            self._opened = None
            self.page_wanted.emit("mismatches")
        else:
            search.go_back()

    def close(self) -> None:
        """End what is left."""
        if self._page is not None:
            self._page.close_all()

    def _make(self) -> MismatchesPage:
        if self._page is None:
            from uem_desktop.pages.mismatches import MismatchesPage

            page = self._page = MismatchesPage(*self._parts)
            page.explore_wanted.connect(self._open_in_explore)
            page.full_view_wanted.connect(self.full_view_wanted)
            self.place.put(page)
            self._decisions.add_page(page, page.decision_targets)
        return self._page

    def _open_in_explore(self, path: Path) -> None:
        self._state.search.ask([path])
        self._opened = path
        self.page_wanted.emit("explore")
