"""The map in the window."""

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
    from uem_desktop.pages.map import MapPage


class MapDesk(BrowsingDesk["MapPage"]):
    """Both domains in one plane; see `BrowsingDesk`."""

    name, title, icon, menu_text = "map", "Map", "map", "Ma&p"
    page_module = "uem_desktop.pages.map"

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

    def make_page(self) -> MapPage:
        """See `BrowsingDesk.make_page`."""
        from uem_desktop.pages.map import MapPage

        return MapPage(*self._parts)
