"""Mismatches in the window: their command, and the page, which is made when it is needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.action_table import make_action
from uem_desktop.pages.decision_desk import DecisionDesk
from uem_desktop.pages.desk import Desk
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.export_offer import ExportOffer
from uem_desktop.pages.late_place import LatePlace
from uem_desktop.pages.why_switch import WhySwitch
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader

if TYPE_CHECKING:
    from uem_desktop.pages.mismatches import MismatchesPage


class MismatchDesk(Desk):
    """Queries that failed; nothing of them is imported before it is needed. See `Desk`."""

    name, title, icon = "mismatches", "Mismatches", "mismatches"

    def __init__(
        self,
        window: QWidget,
        state: ExplorerState,
        decisions: DecisionDesk,
        runner: JobRunner,
        loader: ThumbnailLoader,
        theme: Theme,
        why: WhySwitch,
    ) -> None:
        show_action = make_action(window, "&Mismatches")
        self._place = LatePlace(self._make)
        super().__init__(window, self._place, show_action)
        self._state = state
        self._decisions = decisions
        self._parts = (state, decisions, runner, loader, theme, why)
        self._page: MismatchesPage | None = None
        self._opened: Path | None = None

    @property
    def page(self) -> MismatchesPage:
        """The page."""
        return self._make()

    def focus_first(self) -> None:
        """See `Desk.focus_first`."""
        self.page.focus_first()

    def focus_filter(self) -> None:
        """See `Desk.focus_filter`."""
        self.page.focus_filter()

    def selected_paths(self) -> list[Path]:
        """See `Desk.selected_paths`."""
        return self.page.selected_paths()

    def export_offer(self) -> ExportOffer:
        """See `Desk.export_offer`; the list is that of the queries that failed."""
        return self.page.export_offer()

    def go_back(self) -> bool:
        """See `Desk.go_back`."""
        if self.place.isVisible():
            if not self.page.go_back():
                self.page_wanted.emit("explore")
        elif self._opened is not None and self._state.search.query == (self._opened,):
            self._opened = None
            self.page_wanted.emit("mismatches")
        else:
            return False
        return True

    def close(self) -> None:
        """See `Desk.close`."""
        if self._page is not None:
            self._page.close_all()

    def _make(self) -> MismatchesPage:
        if self._page is None:
            from uem_desktop.pages.mismatches import MismatchesPage

            page = self._page = MismatchesPage(*self._parts)
            page.explore_wanted.connect(self._open_in_explore)
            page.full_view_wanted.connect(self.full_view_wanted)
            self._place.put(page)
            self._decisions.add_page(page, page.decision_targets)
        return self._page

    def _open_in_explore(self, path: Path) -> None:
        self._state.search.ask([path])
        self._opened = path
        self.page_wanted.emit("explore")
