"""A page that looks at many images of the open folders: it is made when it is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from PySide6.QtWidgets import QWidget

from uem_desktop.pages.action_table import make_action
from uem_desktop.pages.browsing_page import BrowsingPage
from uem_desktop.pages.decision_desk import DecisionDesk
from uem_desktop.pages.desk import Desk
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.export_offer import ExportOffer
from uem_desktop.pages.kept_view import KeptView
from uem_desktop.pages.late_place import LatePlace

PageT = TypeVar("PageT", bound=BrowsingPage)


class BrowsingDesk(Desk, Generic[PageT]):
    """Stands for such a page; nothing of it is imported before it is needed. See `Desk`.

    An image goes from the page to Explore as a query, and Esc leads back from there. The decision
    keys work on the page.

    Attributes:
        menu_text: What the View menu calls the page.
    """

    menu_text: ClassVar[str]

    def __init__(self, window: QWidget, state: ExplorerState, decisions: DecisionDesk) -> None:
        self._place = LatePlace(self._make)
        super().__init__(window, self._place, make_action(window, self.menu_text))
        self._state = state
        self._decisions = decisions
        self._page: PageT | None = None
        self._opened: Path | None = None
        self._kept: object = None

    @property
    def page(self) -> PageT:
        """The page."""
        return self._make()

    @property
    def is_made(self) -> bool:
        """See `Desk.is_made`."""
        return self._page is not None

    def make(self) -> None:
        """See `Desk.make`."""
        self._make()

    def make_page(self) -> PageT:
        """Import the page and return a new one."""
        raise NotImplementedError

    def focus_first(self) -> None:
        """See `Desk.focus_first`."""
        self.page.focus_first()

    def selected_paths(self) -> list[Path]:
        """See `Desk.selected_paths`."""
        return self.page.selected_paths()

    def export_offer(self) -> ExportOffer:
        """See `Desk.export_offer`."""
        return self.page.export_offer()

    def kept_view(self) -> dict[str, Any]:
        """See `Desk.kept_view`; as it was read where the page was not shown since."""
        if self._page is not None:
            return self._page.kept_view()
        return self._kept if isinstance(self._kept, dict) else {}

    def restore_view(self, kept: object) -> None:
        """See `Desk.restore_view`; a page that is made later is restored then."""
        self._kept = kept
        if self._page is not None:
            self._page.restore_view(KeptView(kept))

    def go_back(self) -> bool:
        """See `Desk.go_back`."""
        if self.place.isVisible():
            if not self.page.go_back():
                self.page_wanted.emit("explore")
        elif self._opened is not None and self._state.search.query == (self._opened,):
            self._opened = None
            self.page_wanted.emit(self.name)
        else:
            return False
        return True

    def close(self) -> None:
        """See `Desk.close`."""
        if self._page is not None:
            self._page.close_all()

    def _make(self) -> PageT:
        if self._page is None:
            page = self._page = self.make_page()
            page.explore_wanted.connect(self._open_in_explore)
            page.full_view_wanted.connect(self.full_view_wanted)
            page.message_raised.connect(self.message_raised)
            page.note_raised.connect(self.note_raised)
            page.restore_view(KeptView(self._kept))
            page.view_changed.connect(self.view_changed)
            self._place.put(page)
            self._decisions.add_page(page, page.decision_targets)
        return self._page

    def _open_in_explore(self, path: Path) -> None:
        self._state.search.ask([path])
        self._opened = path
        self.page_wanted.emit("explore")
