"""The explore page: query domain, matches of the query, preview."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShortcut, QShowEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from uem_desktop.pages.decided_lookup import DecidedLookup
from uem_desktop.pages.decision_targets import DecisionTargets
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.labels import hairline
from uem_desktop.pages.match_panel import MatchPanel
from uem_desktop.pages.preview_panel import PreviewPanel
from uem_desktop.pages.private_panel import PrivatePanel
from uem_desktop.pages.private_view import PrivateView
from uem_desktop.pages.query_actions import QueryActions
from uem_desktop.pages.query_panel import QueryPanel
from uem_desktop.pages.query_search import SearchState
from uem_desktop.pages.query_strip import QueryStrip
from uem_desktop.pages.score_bar import ScoreBar
from uem_desktop.pages.why_panel import WhyPanel
from uem_desktop.widgets.image_view import ImageView
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S

_EMPTY = {
    SearchState.NO_QUERY: "Choose an image of the query domain to see its matches here.",
    SearchState.READING_FOLDER: "Reading the folder…",
    SearchState.EMBEDDING: "Embedding the query…",
    SearchState.SEARCHING: "Searching…",
}


class ExplorePage(QWidget):
    """Connects the explorer's state with its panels.

    Signals:
        full_view_wanted(Path): Show an image as large as the screen.
        view_changed: A filter changed; what a project remembers.
    """

    full_view_wanted = Signal(object)
    view_changed = Signal()

    def __init__(
        self,
        state: ExplorerState,
        thumbnails: ThumbnailLoader,
        view: ImageView,
        actions: QueryActions,
        theme: Theme,
        why_panel: WhyPanel,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._decided: DecidedLookup | None = None
        self.score_bar = ScoreBar()
        self.private_panel = PrivatePanel()
        self.query_panel = QueryPanel(thumbnails)
        self.query_strip = QueryStrip(thumbnails, actions.strip_actions())
        self.match_panel = MatchPanel(thumbnails, theme)
        self.preview_panel = PreviewPanel(view, theme)
        self.why_panel = why_panel
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self._lay_out()
        self._private_view = PrivateView(
            state, self.private_panel, self.score_bar, self.query_panel, self.query_strip,
            self.match_panel, theme,
        )  # fmt: skip
        self._connect_state()
        self._connect_panels(actions)
        self.match_panel.set_top_k(state.session.top_k)
        self._show_query()
        self._show_state()
        self._show_scores()

    # ---- from the state

    def _connect_state(self) -> None:
        state = self._state
        state.loader.domain_scanned.connect(self._show_domain)
        state.loader.rows_embedded.connect(self._show_rows)
        state.loader.embedding_ended.connect(self._show_all_rows)
        state.domains_swapped.connect(self._show_swapped)
        state.search.query_left.connect(self._keep_view)
        state.search.query_changed.connect(self._show_query)
        state.search.result_changed.connect(self._show_result)
        state.search.state_changed.connect(self._show_state)
        state.scores.found_changed.connect(self._show_scores)
        state.help.progressed.connect(self._show_scores)
        state.decision.changed.connect(self._show_decision)

    def _show_domain(self, side: str) -> None:
        domain = self._state.session.domains.get("query" if side == "query" else "gallery")
        if side == "query":
            self.query_panel.show_domain(domain)
            self._private_view.show_marks()
            self._select_query()
        else:
            self.match_panel.show_categories(domain.scan.categories if domain else ())
        self._show_scores()

    def _show_swapped(self) -> None:
        for side in ("query", "gallery"):
            self._show_domain(side)
        self._show_query()

    def _show_rows(self, side: str) -> None:
        if side == "query" and (domain := self._state.session.domains.get("query")):
            self.query_panel.mark_ready(domain)

    def _show_all_rows(self) -> None:
        self._show_rows("query")
        self._show_scores()

    def _show_query(self) -> None:
        query = self._state.search.query
        self.query_strip.show_query(query, self._state.session)
        self._select_query()
        self._preview_query()

    def _preview_query(self) -> None:
        query = self._state.search.query
        if query:
            category = self._state.session.category_of(query[:1])
            decision = self._state.decision
            self.preview_panel.show_query(
                query[0], category, decision.sentence, is_private=decision.is_private
            )
            decided = self._decided.image(query[0]).sentences if self._decided else ()
            self.preview_panel.show_decisions(decided)
        else:
            self.preview_panel.show_nothing()

    def _show_decision(self) -> None:
        if self.match_panel.previewed is None:
            self._preview_query()

    def show_decisions(self, lookup: DecidedLookup) -> None:
        """Show what people decided about the matches and the queries."""
        self._decided = lookup
        result = self.match_panel.shown_result
        queries = result.query_paths if result is not None else ()
        self.match_panel.model.show_decisions(lookup.matches_of(queries))
        self.query_panel.model.show_decisions(lookup.image)
        self._preview_match()

    def decision_targets(self) -> DecisionTargets:
        """Return what a decision made by a key is about."""
        queries, grid = self._state.search.query, self.match_panel.grid
        matches = self.match_panel.selected_paths()
        return DecisionTargets(
            pairs=tuple((query, match) for match in matches for query in queries),
            images=tuple(matches if grid.hasFocus() and matches else self.focused_paths()),
            queries=tuple(queries),
        )

    def _keep_view(self) -> None:
        """Keep how the matches are looked at, for the way back to this query."""
        search = self._state.search
        if (view := self.match_panel.view_of(search.query)) is not None:
            search.history.keep_view(view)

    def _select_query(self) -> None:
        query = self._state.search.query
        self.query_panel.select_images(self._state.session.domains.get("query"), query)

    def _show_result(self) -> None:
        search = self._state.search
        view = search.history.take_view() if search.result is not None else None
        if self._decided is not None and search.result is not None:
            self.match_panel.model.decided = self._decided.matches_of(search.result.query_paths)
        self.match_panel.show_result(search.result, self._state.session, view)
        self._explain_match()
        self._show_state()

    def _show_state(self) -> None:
        search = self._state.search
        self.query_strip.show_state(search)
        self.match_panel.show_empty(search.sentence or _EMPTY.get(search.state, ""))

    def _show_scores(self) -> None:
        self.score_bar.show_scores(
            self._state.scores, self._state.session, self._state.help.sentence
        )

    # ---- from the person

    def _connect_panels(self, actions: QueryActions) -> None:
        state = self._state
        self.query_panel.images_chosen.connect(state.search.ask)
        self.query_panel.filter_changed.connect(self.view_changed)
        self.query_panel.grid.activated.connect(self.focus_matches)
        self.query_strip.dropped.connect(actions.take_dropped)
        actions.refused.connect(self.query_strip.show_note)
        self.match_panel.matches_chosen.connect(state.search.ask)
        self.match_panel.preview_changed.connect(self._preview_match)
        self.match_panel.top_k_chosen.connect(state.set_top_k)
        self.match_panel.filter_changed.connect(self.view_changed)
        self.preview_panel.query_wanted.connect(self._ask_image)
        self.preview_panel.full_view_wanted.connect(self.open_full_view)
        self.why_panel.query_wanted.connect(self._ask_image)
        state.top_k_changed.connect(self.match_panel.set_top_k)
        self.score_bar.private_button.toggled.connect(self.private_panel.setVisible)
        self.score_bar.private_button.toggled.connect(self.view_changed)
        for grid in (self.query_panel.grid, self.match_panel.grid):
            shortcut = QShortcut(Qt.Key.Key_Space, grid)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(self.open_full_view)

    def _ask_image(self, path: Path) -> None:
        self._state.search.ask([path])

    def explain(self, is_wanted: bool) -> None:
        """Say why the match that is looked at is one, in the place of the preview, or stop so."""
        self.preview_panel.setVisible(not is_wanted)
        self.why_panel.setVisible(is_wanted)
        self._explain_match()

    def close_views(self) -> None:
        """End what decodes."""
        self.preview_panel.view.close()
        self.why_panel.close_views()

    def _explain_match(self) -> None:
        if self.why_panel.isHidden():
            self.why_panel.show_nothing("")
        if not self.why_panel.isVisible():
            return
        previewed, result = self.match_panel.previewed, self._state.search.result
        match = previewed[0] if previewed else next(iter(result.matches if result else ()), None)
        if match is None or result is None:
            self.why_panel.show_nothing("The first match of a query is explained here.")
            return
        session = self._state.session
        query = session.likest_image(result.query_paths, match.row)
        self.why_panel.show_pair(query, session.category_of([query]) or "no category", match)

    def _preview_match(self) -> None:
        self._explain_match()
        previewed = self.match_panel.previewed
        if previewed is not None:
            self.preview_panel.show_match(*previewed)
            decided = self.match_panel.model.decided(previewed[0].record.path)
            self.preview_panel.show_decisions(decided.sentences)
        else:
            self._preview_query()

    def open_full_view(self) -> None:
        """Ask for the previewed image as large as the screen."""
        if self.preview_panel.path is not None:
            self.full_view_wanted.emit(self.preview_panel.path)

    def focus_matches(self) -> None:
        """Go on with the keyboard in the matches."""
        grid = self.match_panel.grid
        grid.setFocus()
        if not grid.currentIndex().isValid() and self.match_panel.model.rowCount():
            grid.setCurrentIndex(self.match_panel.model.index(0))

    def show_line(self) -> None:
        """Show the line between queries with and without a counterpart, ready for the keys."""
        self.score_bar.private_button.setChecked(True)
        self.private_panel.plot.setFocus()

    def focus_filter(self) -> None:
        """Go to the file-name filter."""
        self.query_panel.search_field.setFocus()
        self.query_panel.search_field.selectAll()

    def focused_paths(self) -> list[Path]:
        """Return the images that an edit command means: those of the grid with the focus."""
        if self.match_panel.grid.hasFocus() and (paths := self.match_panel.selected_paths()):
            return paths
        return self.query_panel.selected_paths() or list(self._state.search.query)

    def _lay_out(self) -> None:
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        strip = QVBoxLayout()
        strip.setContentsMargins(SPACE_M, SPACE_S + 4, SPACE_M, SPACE_S)
        strip.addWidget(self.query_strip)
        column.addLayout(strip)
        column.addWidget(self.match_panel, 1)
        for panel in (self.query_panel, middle, self.preview_panel, self.why_panel):
            self.splitter.addWidget(panel)
        self.why_panel.setMinimumWidth(320)
        self.why_panel.hide()
        self.query_panel.setMinimumWidth(264)
        middle.setMinimumWidth(400)
        self.preview_panel.setMinimumWidth(240)
        self.splitter.setSizes([320, 640, 300, 380])
        for place, stretch in enumerate((1, 3, 1, 1)):
            self.splitter.setStretchFactor(place, stretch)
        self.splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.score_bar)
        layout.addWidget(hairline())
        layout.addWidget(self.private_panel)
        layout.addWidget(self.splitter, 1)
        self.private_panel.hide()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._explain_match()
