"""The mismatches page: which queries failed, how categories are confused, what each comes to."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from training.data.scanning import FolderScan
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.browsing_page import BrowsingPage
from uem_desktop.pages.decision_desk import DecisionDesk
from uem_desktop.pages.decision_targets import DecisionTargets
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.export_offer import ExportOffer, OwnExport
from uem_desktop.pages.kept_view import KeptView, filter_values, path_value
from uem_desktop.pages.labels import ElidedLabel, hairline, plain_label
from uem_desktop.pages.match_header import TIE_RULE
from uem_desktop.pages.mismatch_decisions import MismatchDecisions
from uem_desktop.pages.mismatch_detail import MismatchDetail
from uem_desktop.pages.mismatch_header import empty_texts, listing_text, ranking_text
from uem_desktop.pages.mismatch_keeper import MismatchKeeper
from uem_desktop.pages.mismatch_list_panel import MismatchListPanel
from uem_desktop.pages.mismatch_offer import listed_exports
from uem_desktop.pages.mismatch_views import VIEWS, MismatchViews
from uem_desktop.pages.mismatch_why import MismatchWhy
from uem_desktop.pages.query_offer import list_offer
from uem_desktop.pages.waiting_place import WaitingPlace
from uem_desktop.pages.walk_view import WalkView
from uem_desktop.pages.why_switch import WhySwitch
from uem_desktop.retrieval.category_table import CategoryRow
from uem_desktop.retrieval.confusion import CONFUSION_KS, Cell
from uem_desktop.retrieval.mismatch_orders import Listing, Order, Population
from uem_desktop.widgets.segments import Segments
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S


class MismatchesPage(BrowsingPage):
    """Shows what the keeper keeps; nothing is computed while nobody looks. See `BrowsingPage`."""

    def __init__(
        self,
        state: ExplorerState,
        desk: DecisionDesk,
        runner: JobRunner,
        loader: ThumbnailLoader,
        theme: Theme,
        switch: WhySwitch,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("mismatchesPage")
        self._state = state
        self._cell: Cell | None = None
        self.decisions = MismatchDecisions(state.session, desk.keeper, desk.decided, self)
        self.keeper = MismatchKeeper(state.session, self.decisions, runner, self)
        self.views = Segments(VIEWS, "View")
        self.facts, self.ranking = ElidedLabel(), ElidedLabel(role="dim")
        self.list_panel = MismatchListPanel(self.keeper, self.decisions, loader)
        self.detail = MismatchDetail(self.keeper, self.decisions, loader, theme)
        self.why = MismatchWhy(state, self.detail, runner, switch, loader)
        self._greeted: FolderScan | None = None
        self._is_view_kept = False
        self.waiting = WaitingPlace("mismatches", "Progress of the ranking", theme)
        self.walk = WalkView(self.keeper, self.list_panel, self.detail, list_width=340)
        self.parts = MismatchViews(
            self.walk, state, self.keeper, self.decisions, runner, loader, theme
        )
        self._body = QStackedWidget()
        self._lay_out()
        self._connect_state()
        self._connect_views()
        self._show_found()

    def focus_first(self) -> None:
        """Give the focus to what is shown."""
        if self._body.currentWidget() is not self.parts:
            self.waiting.go_on_button.setFocus()
        elif self.views.choice == "queries":
            self.list_panel.list.setFocus()
        else:
            self.parts.view(self.views.choice).focus_first()

    def focus_filter(self) -> None:
        """Go to the filter of the queries."""
        self.show_view("queries")
        self.list_panel.focus_filter()

    def selected_paths(self) -> list[Path]:
        """Return the images that an edit command means."""
        if self.detail.focused_grid is not None:
            return self.detail.selected_paths()
        if self.views.choice in ("prototypes", "unlabelled"):
            return self.parts.browser(self.views.choice).selected_paths()
        return self.list_panel.selected_paths()

    def export_offer(self) -> ExportOffer:
        """Return what can be exported of the page and of the view that is shown."""
        panel, name = self.list_panel, self.views.choice
        if self.keeper.found is None:
            own: tuple[OwnExport, ...] = ()
        elif name == "queries":
            own = listed_exports(self.keeper, panel)
        else:
            own = self.parts.view(name).own_exports()
        return list_offer(panel, self.selected_paths(), own)

    def decision_targets(self) -> DecisionTargets:
        """Return what a decision made by a key is about.

        In the matches it is about those that are selected. In the list it is about the match that
        is shown large, or, where several queries are selected, about the first match of each.
        """
        queries = self.list_panel.selected_paths()
        current, found = self.detail.query_path, self.keeper.found
        if self.views.choice in ("prototypes", "unlabelled"):
            return DecisionTargets(images=tuple(self.selected_paths()))
        if self.views.choice != "queries" or current is None or found is None:
            return DecisionTargets()
        if self.detail.focused_grid is not None:
            chosen = tuple(self.detail.selected_paths())
            return DecisionTargets(tuple((current, one) for one in chosen), chosen, (current,))
        if len(queries) > 1:
            firsts = map(found.first_match, self.list_panel.selected_places())
            pairs = [(q, first.path) for q, first in zip(queries, firsts, strict=True) if first]
            return DecisionTargets(tuple(pairs), tuple(queries), tuple(queries))
        match = self.detail.match_card.path
        pair = ((current, match),) if match is not None else ()
        return DecisionTargets(pair, (current,), (current,))

    def show_view(self, name: str) -> None:
        """Show one of the views."""
        self._turn_to(name)
        self._show_counted()
        self._show_facts()
        self.focus_first()
        self.view_changed.emit()

    def _turn_to(self, name: str) -> None:
        self.views.show_choice(name)
        self.parts.show_view(name)

    def kept_view(self) -> dict[str, Any]:
        """See `BrowsingPage.kept_view`."""
        listing = self.keeper.listing
        return {
            "view": self.views.choice,
            "population": str(listing.population),
            "order": str(listing.order),
            "cell": asdict(listing.cell) if listing.cell is not None else None,
            "query": path_value(self.keeper.query_path),
            **filter_values(listing),
        }

    def restore_view(self, kept: KeptView) -> None:
        """See `BrowsingPage.restore_view`."""
        name = kept.one_of("view", dict(VIEWS), "")
        self._is_view_kept = bool(name)
        self._turn_to(name or "queries")
        listing = Listing(
            kept.one_of("population", Population, Population.SCORED),
            kept.one_of("order", Order, Order.PLAIN_AP),
            cell=_kept_cell(kept.part("cell")),
            **kept.filter(),
        )
        self.keeper.restore(listing, kept.path("query"))

    def go_back(self) -> bool:
        """Go one step back within the page; whether there was one."""
        if self.detail.focused_grid is not None:
            self.list_panel.list.setFocus()
        elif self.views.choice == "queries" and self.keeper.listing.cell is not None:
            self._leave_cell()
        elif self.views.choice != "queries":
            self.show_view("queries")
        else:
            return False
        return True

    def close_all(self) -> None:
        """End what works for the page."""
        self.keeper.stop()
        self.why.keeper.stop()
        self.parts.diagnostics.stop()
        self.detail.close_views()

    # ---- from the state

    def _connect_state(self) -> None:
        state, keeper = self._state, self.keeper
        self.follow(state, state.help.switched, state.help.helped_changed)
        state.top_k_changed.connect(keeper.search_again)
        keeper.found_changed.connect(self._show_found)
        keeper.progressed.connect(self._show_progress)
        keeper.listing_changed.connect(self._show_facts)
        keeper.listing_changed.connect(self.view_changed)
        keeper.current_changed.connect(self.view_changed)

    def refresh(self) -> None:
        """See `BrowsingPage.refresh`."""
        self.keeper.update()
        if self.keeper.found is None:
            self._show_found()

    def _show_found(self) -> None:
        keeper = self.keeper
        had_focus = self.isAncestorOf(self.focusWidget() or self)
        self._body.setCurrentIndex(int(keeper.found is not None))
        self.views.setEnabled(keeper.found is not None)
        if keeper.found is None:
            self.waiting.empty.show_text(*empty_texts(keeper, self._state))
        self.waiting.show_work(is_running=keeper.is_running, is_stopped=keeper.is_stopped)
        self._show_progress()
        self._begin_without_labels()
        self._show_counted()
        self._show_facts()
        if had_focus and self.isVisible() and keeper.found is not None:
            self.focus_first()

    def _begin_without_labels(self) -> None:
        """Begin with what needs no categories where there are none."""
        found = self.keeper.found
        if found is None or found.query.scan is self._greeted:
            return
        self._greeted = found.query.scan
        if not found.categories and not self._is_view_kept:
            self._turn_to("unlabelled")
        self._is_view_kept = False

    def _show_counted(self) -> None:
        """Count for the view that is looked at, and for no other."""
        if self.views.choice != "queries":
            self.parts.view(self.views.choice).show_found()

    def _show_progress(self) -> None:
        self.waiting.show_share(self.keeper.share_done)

    def _show_facts(self) -> None:
        is_list = self.views.choice == "queries"
        self.facts.set_text(listing_text(self.keeper, is_list=is_list))
        text = ranking_text(self.keeper, self._state.session)
        self.ranking.set_text(text, f"{text}\n{TIE_RULE}")
        self.ranking.setVisible(bool(text))

    # ---- from the person

    def _connect_views(self) -> None:
        self.views.chosen.connect(self.show_view)
        self.walk.explore_wanted.connect(self.explore_wanted)
        self.walk.full_view_wanted.connect(self.full_view_wanted)
        self.list_panel.cell_left.connect(self._leave_cell)
        self.why.explore_wanted.connect(self.explore_wanted)
        self.parts.cell_chosen.connect(self._show_cell)
        self.parts.category_chosen.connect(self._show_category)
        self.parts.query_wanted.connect(self.explore_wanted)
        self.parts.full_view_wanted.connect(self.full_view_wanted)
        self.waiting.stop_button.clicked.connect(self.keeper.stop)
        self.waiting.go_on_button.clicked.connect(self.keeper.go_on)

    def _show_cell(self, cell: Cell) -> None:
        population = self.keeper.population_of(cell.asked)
        self.keeper.ask(population=population, cell=cell, category=None, text="")
        self.show_view("queries")

    def _leave_cell(self) -> None:
        self.keeper.ask(cell=None)
        self.show_view("confusion")

    def _show_category(self, row: CategoryRow) -> None:
        population = self.keeper.population_of(row.category)
        self.keeper.ask(population=population, category=row.category, text="", cell=None)
        self.show_view("queries")

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        head.setSpacing(SPACE_S - 2)
        title = QHBoxLayout()
        title.setSpacing(SPACE_M)
        title.addWidget(plain_label("Mismatches", "title"))
        title.addWidget(self.views)
        title.addWidget(self.facts, 1)
        head.addLayout(title)
        head.addWidget(self.ranking)
        self._body.addWidget(self.waiting)
        self._body.addWidget(self.parts)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(hairline())
        layout.addWidget(self._body, 1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.keeper.update()
        self._show_found()
        self.why.update()


def _kept_cell(kept: KeptView) -> Cell | None:
    asked, top_k = kept.text("asked"), kept.one_of("top_k", CONFUSION_KS, 0)
    return Cell(asked, kept.text("retrieved"), top_k) if asked is not None and top_k else None
