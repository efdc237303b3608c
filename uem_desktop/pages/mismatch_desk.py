"""Mismatches in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.browsing_desk import BrowsingDesk
from uem_desktop.pages.decision_desk import DecisionDesk
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.why_switch import WhySwitch
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader

if TYPE_CHECKING:
    from uem_desktop.pages.mismatches import MismatchesPage


class MismatchDesk(BrowsingDesk["MismatchesPage"]):
    """Queries that failed; see `BrowsingDesk`."""

    name, title, icon, menu_text = "mismatches", "Mismatches", "mismatches", "&Mismatches"
    page_module = "uem_desktop.pages.mismatches"

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
        super().__init__(window, state, decisions)
        self._parts = (state, decisions, runner, loader, theme, why)

    def focus_filter(self) -> None:
        """See `Desk.focus_filter`."""
        self.page.focus_filter()

    def make_page(self) -> MismatchesPage:
        """See `BrowsingDesk.make_page`."""
        from uem_desktop.pages.mismatches import MismatchesPage

        return MismatchesPage(*self._parts)
