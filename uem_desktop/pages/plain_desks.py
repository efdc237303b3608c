"""The pages that are there from the start: Explore and Problems."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from uem_desktop.pages.desk import Desk
from uem_desktop.pages.explore import ExplorePage
from uem_desktop.pages.export_offer import ExportOffer
from uem_desktop.pages.problems import ProblemsPage


class ExploreDesk(Desk):
    """Matches of a query; see `Desk`."""

    name, title, icon = "explore", "Explore", "explore"

    def __init__(self, parent: QObject, page: ExplorePage, show_action: QAction) -> None:
        super().__init__(parent, page, show_action)
        self._page = page
        page.full_view_wanted.connect(self.full_view_wanted)

    def focus_first(self) -> None:
        """See `Desk.focus_first`."""
        self._page.query_panel.grid.setFocus()

    def focus_filter(self) -> None:
        """See `Desk.focus_filter`."""
        self._page.focus_filter()

    def selected_paths(self) -> list[Path]:
        """See `Desk.selected_paths`."""
        return self._page.focused_paths()

    def export_offer(self) -> ExportOffer:
        """See `Desk.export_offer`; the list is that of the query panel."""
        panel = self._page.query_panel
        return ExportOffer(
            queries=tuple(panel.selected_paths()),
            images=tuple(self._page.focused_paths()),
            listed=panel.model.rowCount(),
            list_all=panel.listed_paths,
        )


class ProblemsDesk(Desk):
    """Files that could not be used; see `Desk`."""

    name, title, icon = "problems", "Problems", "warning"

    def __init__(self, parent: QObject, page: ProblemsPage, show_action: QAction) -> None:
        super().__init__(parent, page, show_action)
        self._page = page

    def focus_filter(self) -> None:
        """See `Desk.focus_filter`."""
        self._page.focus_filter()

    def selected_paths(self) -> list[Path]:
        """See `Desk.selected_paths`."""
        return self._page.selected_paths()

    def export_offer(self) -> ExportOffer:
        """See `Desk.export_offer`."""
        return self._page.export_offer()
