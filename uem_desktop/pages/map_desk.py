"""The map in the window: its command, and the page, which is made when it is needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.action_table import make_action
from uem_desktop.pages.decision_desk import DecisionDesk
from uem_desktop.pages.desk import Desk
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.late_place import LatePlace
from uem_desktop.pages.window_settings import WindowSettings
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader

if TYPE_CHECKING:
    from uem_desktop.pages.map import MapPage


class MapDesk(Desk):
    """Both domains in one plane; nothing of it is imported before it is needed. See `Desk`."""

    name, title, icon = "map", "Map", "map"

    def __init__(
        self,
        window: QWidget,
        state: ExplorerState,
        decisions: DecisionDesk,
        settings: WindowSettings,
        runner: JobRunner,
        loader: ThumbnailLoader,
        theme: Theme,
    ) -> None:
        self._place = LatePlace(self._make)
        super().__init__(window, self._place, make_action(window, "Ma&p"))
        self._state = state
        self._decisions = decisions
        self._parts = (state, decisions, settings, runner, loader, theme)
        self._page: MapPage | None = None
        self._opened: Path | None = None

    @property
    def page(self) -> MapPage:
        """The page."""
        return self._make()

    def focus_first(self) -> None:
        """See `Desk.focus_first`."""
        self.page.focus_first()

    def selected_paths(self) -> list[Path]:
        """See `Desk.selected_paths`."""
        return self.page.selected_paths()

    def go_back(self) -> bool:
        """See `Desk.go_back`."""
        if self.place.isVisible():
            if not self.page.go_back():
                self.page_wanted.emit("explore")
            return True
        if self._opened is not None and self._state.search.query == (self._opened,):
            self._opened = None
            self.page_wanted.emit(self.name)
            return True
        return False

    def close(self) -> None:
        """See `Desk.close`."""
        if self._page is not None:
            self._page.close_all()

    def _make(self) -> MapPage:
        if self._page is None:
            from uem_desktop.pages.map import MapPage

            page = self._page = MapPage(*self._parts)
            page.explore_wanted.connect(self._open_in_explore)
            page.full_view_wanted.connect(self.full_view_wanted)
            page.message_raised.connect(self.message_raised)
            self._place.put(page)
            self._decisions.add_page(page, page.decision_targets)
        return self._page

    def _open_in_explore(self, path: Path) -> None:
        self._state.search.ask([path])
        self._opened = path
        self.page_wanted.emit("explore")
