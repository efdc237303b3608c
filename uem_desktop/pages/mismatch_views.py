"""The views of Mismatches: the list of queries, and others that are made when they are needed."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.diagnostics_keeper import DiagnosticsKeeper
from uem_desktop.pages.entry_browser import EntryBrowser
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.late_place import LatePlace
from uem_desktop.pages.mismatch_categories import MismatchCategories
from uem_desktop.pages.mismatch_confusion import MismatchConfusion
from uem_desktop.pages.mismatch_decisions import MismatchDecisions
from uem_desktop.pages.mismatch_keeper import MismatchKeeper
from uem_desktop.pages.mismatch_prototypes import MismatchPrototypes
from uem_desktop.pages.mismatch_unlabelled import MismatchUnlabelled
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader

View = MismatchConfusion | MismatchCategories | MismatchPrototypes | MismatchUnlabelled
ViewT = TypeVar("ViewT", bound=View)

VIEWS = (
    ("queries", "&Queries"),
    ("confusion", "&Confusion"),
    ("categories", "Cate&gories"),
    ("prototypes", "Protot&ypes"),
    ("unlabelled", "&Without labels"),
)
"""Name and title, with its key, of each."""


class MismatchViews(QStackedWidget):
    """Shows one of the views.

    Attributes:
        diagnostics: What needs no categories.

    Signals:
        cell_chosen(Cell): The queries of a cell of the confusion matrix are wanted.
        category_chosen(CategoryRow): The queries of a category are wanted.
        query_wanted(Path): An image is wanted as a query.
        full_view_wanted(Path): Show an image as large as the screen.
    """

    cell_chosen = Signal(object)
    category_chosen = Signal(object)
    query_wanted = Signal(object)
    full_view_wanted = Signal(object)

    def __init__(
        self,
        queries: QWidget,
        state: ExplorerState,
        keeper: MismatchKeeper,
        decisions: MismatchDecisions,
        runner: JobRunner,
        loader: ThumbnailLoader,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        """Begin with the list alone.

        Args:
            queries: The view of the queries.
            state: What is open.
            keeper: The table that all views tell of.
            decisions: What was decided about its queries.
            runner: Does the work.
            loader: Gives the images of the views.
            theme: Gives them their colours.
            parent: The owner.
        """
        super().__init__(parent)
        self._state, self._keeper, self._decisions = state, keeper, decisions
        self._loader, self._theme = loader, theme
        self.diagnostics = DiagnosticsKeeper(state.session, state.prototypes, runner, self)
        self._places = {name: LatePlace(partial(self.view, name)) for name, _ in VIEWS[1:]}
        self._widgets: dict[str, QWidget] = {"queries": queries, **self._places}
        for widget in self._widgets.values():
            self.addWidget(widget)

    def show_view(self, name: str) -> None:
        """Show the list or another view."""
        self.setCurrentWidget(self._widgets[name])

    def view(self, name: str) -> View:
        """Return a view other than the list; it is made where it is not there."""
        view: View = getattr(self, name)
        return view

    def browser(self, name: str) -> EntryBrowser:
        """Return the images of a view that shows some: prototypes, or what needs no categories."""
        view = self.view(name)
        assert isinstance(view, MismatchPrototypes | MismatchUnlabelled)
        return view.browser

    @cached_property
    def confusion(self) -> MismatchConfusion:
        """Which categories are taken for which."""
        view = MismatchConfusion(self._keeper, self._state.session, self._theme)
        view.cell_chosen.connect(self.cell_chosen)
        return self._put("confusion", view)

    @cached_property
    def categories(self) -> MismatchCategories:
        """What each category comes to."""
        view = MismatchCategories(self._keeper, self._state.private, self._theme)
        view.category_chosen.connect(self.category_chosen)
        return self._put("categories", view)

    @cached_property
    def prototypes(self) -> MismatchPrototypes:
        """The unified prototypes with their images."""
        view = MismatchPrototypes(
            self._state.prototypes, self._decisions, self._loader, self._theme
        )
        self._connect_browser(view.browser)
        return self._put("prototypes", view)

    @cached_property
    def unlabelled(self) -> MismatchUnlabelled:
        """What needs no categories."""
        view = MismatchUnlabelled(self._keeper, self.diagnostics, self._decisions, self._loader)
        self._connect_browser(view.browser)
        return self._put("unlabelled", view)

    def _put(self, name: str, view: ViewT) -> ViewT:
        self._places[name].put(view)
        return view

    def _connect_browser(self, browser: EntryBrowser) -> None:
        browser.query_wanted.connect(self.query_wanted)
        browser.full_view_wanted.connect(self.full_view_wanted)
