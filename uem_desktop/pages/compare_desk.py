"""Two checkpoints in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.browsing_desk import BrowsingDesk
from uem_desktop.pages.decision_desk import DecisionDesk
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.window_settings import WindowSettings
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader

if TYPE_CHECKING:
    from uem_desktop.pages.compare import ComparePage


class CompareDesk(BrowsingDesk["ComparePage"]):
    """The explorer's checkpoint and a second one; see `BrowsingDesk`."""

    name, title, icon, menu_text = "compare", "Compare", "compare", "Compa&re"
    page_module = "uem_desktop.pages.compare"

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
        super().__init__(window, state, decisions)
        self._parts = (state, decisions, settings, runner, loader, theme)

    def focus_filter(self) -> None:
        """See `Desk.focus_filter`."""
        self.page.focus_filter()

    def copy(self) -> bool:
        """Copy the numbers where they have the focus; see `Desk.copy`."""
        return self.page.copy_summary()

    def make_page(self) -> ComparePage:
        """See `BrowsingDesk.make_page`."""
        from uem_desktop.pages.compare import ComparePage

        return ComparePage(*self._parts)
