"""One failing query: itself and a match side by side, its numbers, its matches, what it missed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from uem_desktop.item_models.decided import NOTHING, Decided
from uem_desktop.item_models.match_list import MatchListModel
from uem_desktop.item_models.roles import Role
from uem_desktop.pages.labels import ElidedLabel, hairline, plain_label, set_role
from uem_desktop.pages.match_header import TIE_RULE, correct_text
from uem_desktop.pages.mismatch_decisions import MismatchDecisions
from uem_desktop.pages.mismatch_keeper import MismatchKeeper
from uem_desktop.pages.number_label import NumberLabel
from uem_desktop.pages.query_detail import QueryDetail, category_text
from uem_desktop.retrieval.mismatch_words import (
    missed_texts,
    nothing_missed_texts,
    percent_text,
    signed_text,
)
from uem_desktop.retrieval.query_table import record_at
from uem_desktop.widgets.decision_marks import DecisionMark, paint_decision
from uem_desktop.widgets.heat_view import HeatView
from uem_desktop.widgets.image_view import ImageView
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.thumbnail_grid import ThumbnailGrid
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S, SPACE_XS, tokens_of

_PICTURE_HEIGHT = 190
_MATCH_TILE = 88
_BADGE = 18
_HINT = "Space shows it as large as the screen"
_MARK_WORDS = {
    "correct": ("✓ correct", "correct"),
    "wrong": ("✕ wrong", "wrong"),
    "unknown": ("• unknown", "dim"),
    "missed": ("↓ missed", "warning"),
}
_NUMBERS = {
    "ap": ("AP plain", "Plain average precision over the whole gallery."),
    "interpolated": (
        "AP interp.",
        "Average precision where precision at each rank is the best one there or later.",
    ),
    "first": ("first correct", "The rank of the first image of the query's category, of R."),
    "margin": (
        "wrong margin",
        "Similarity of the best wrong match minus that of the best correct one."
        "\nNegative where a correct match comes first.",
    ),
    "one_way": (
        "one-way",
        "Asked in turn, the share of the first 10 matches that do not have the query"
        "\namong their own first 10. It needs no categories.",
    ),
}


class MismatchDetail(QueryDetail):
    """Shows the keeper's current query; see `QueryDetail`.

    Signals:
        match_changed: Another query or match is shown large.
    """

    match_changed = Signal()

    def __init__(
        self,
        keeper: MismatchKeeper,
        decisions: MismatchDecisions,
        loader: ThumbnailLoader,
        theme: Theme,
    ) -> None:
        super().__init__(keeper, theme)
        self._keeper = keeper
        self._decisions = decisions
        self.model, self.missed_model = (MatchListModel(self, _HINT) for _ in range(2))
        self.grid, self.missed_grid = ThumbnailGrid(loader), ThumbnailGrid(loader)
        self.query_view, self.match_view = HeatView(), HeatView()
        self.query_card = _Card("Query", self.query_view)
        self.match_card = _Card("Match", self.match_view)
        self.numbers = {key: NumberLabel(*words) for key, words in _NUMBERS.items()}
        self.why_button = QPushButton("Why")
        self._correct, self._missed = ElidedLabel(role="dim"), ElidedLabel(role="dim")
        self._beside = QStackedWidget()
        self._fill_grids()
        self._lay_out()
        keeper.current_changed.connect(self.show_current)
        keeper.result_changed.connect(self._show_result)
        keeper.search_failed.connect(self._show_failure)
        decisions.changed.connect(self._show_decisions)
        for grid in (self.grid, self.missed_grid):
            grid.selectionModel().currentChanged.connect(self._show_match)
            grid.activated.connect(lambda index: self.full_view_wanted.emit(index.data(Role.PATH)))

    @property
    def previewed(self) -> Path | None:
        """See `QueryDetail.previewed`."""
        grid = self.focused_grid
        index = grid.currentIndex() if grid is not None else QModelIndex()
        return index.data(Role.PATH) if index.isValid() else self.query_path

    @property
    def focused_grid(self) -> ThumbnailGrid | None:
        """The grid of matches or of missed images, where the keys are."""
        return next((g for g in (self.grid, self.missed_grid) if g.hasFocus()), None)

    def selected_paths(self) -> list[Path]:
        """Return the selected images of the focused grid in their order."""
        grid = self.focused_grid
        rows = grid.selected_rows() if grid is not None else []
        return [grid.model().index(row, 0).data(Role.PATH) for row in rows] if grid else []

    def add_beside(self, widget: QWidget) -> None:
        """Have a widget that `show_beside` shows in the place of the missed images."""
        self._beside.addWidget(widget)

    def show_beside(self, *, is_shown: bool) -> None:
        """Show what was added, or the missed images."""
        self._beside.setCurrentIndex(int(is_shown))

    def close_views(self) -> None:
        """End what decodes."""
        self.query_view.close()
        self.match_view.close()

    def show_current(self) -> None:
        """Show another query; its matches follow."""
        path, found, place = self.query_path, self._keeper.found, self._keeper.current
        self.setEnabled(path is not None)
        if path is None or found is None or place is None:
            self.query_card.clear()
            self._clear()
            for number in self.numbers.values():
                number.set_text("–")
            return
        record, results = record_at(found, place), found.results
        is_scored = bool(found.is_scored[place])
        self.query_card.show_image(path, category_text(record, is_scored=is_scored))
        self.query_card.show_decisions(self._decisions.query(path))
        first, relevant = int(results.first_rank[place]), int(results.num_relevant[place])
        self.numbers["ap"].set_text(percent_text(float(results.plain_ap[place])))
        self.numbers["interpolated"].set_text(percent_text(float(results.interpolated_ap[place])))
        self.numbers["first"].set_text(f"{first:,}" if is_scored else "–")
        self.numbers["first"].setToolTip(f"{_NUMBERS['first'][1]} R is {relevant:,} here.")
        self.numbers["margin"].set_text(signed_text(float(found.margin[place])))
        one_way = float(found.disagreement[place])
        self.numbers["one_way"].set_text("–" if one_way != one_way else f"{100 * one_way:.0f} %")
        self._timer.start()

    def _show_decisions(self) -> None:
        path = self.query_path
        if path is None:
            return
        lookup = self._decisions.lookup.matches_of([path])
        for model in (self.model, self.missed_model):
            model.show_decisions(lookup)
        self.query_card.show_decisions(self._decisions.query(path))
        if self.match_card.path is not None:
            self.match_card.show_decisions(lookup(self.match_card.path))

    def _clear(self) -> None:
        for model in (self.model, self.missed_model):
            model.set_result(None)
        self.grid.set_empty_text("Searching…" if self._keeper.current is not None else "")
        self.missed_grid.set_empty_text("")
        for label in (self._correct, self._missed):
            label.set_text("")
        self.match_card.clear()
        self.match_changed.emit()

    def _show_failure(self, sentence: str) -> None:
        self._clear()
        self.grid.set_empty_text("The matches could not be searched", sentence, "warning")

    def _show_result(self) -> None:
        result = self._keeper.result
        self._timer.stop()
        if result is None:
            self._clear()
            return
        for model in (self.model, self.missed_model):
            model.decided = self._decisions.lookup.matches_of(result.query_paths)
        self.model.set_result(replace(result, missed=()))
        self.missed_model.set_result(replace(result, matches=()))
        self._correct.set_text(correct_text(result), TIE_RULE)
        self._missed.set_text(*missed_texts(result))
        self.missed_grid.set_empty_text(*nothing_missed_texts(result))
        if self.model.rowCount():
            self.grid.set_current_row(0)

    def _show_match(self, current: QModelIndex) -> None:
        if not current.isValid():
            return
        model = current.model()
        assert isinstance(model, MatchListModel)
        match, mark = model.match_at(current.row()), model.mark_at(current.row())
        words, role = _MARK_WORDS[mark]
        category = match.record.category or "no category"
        facts = f"rank {match.rank:,} · {match.similarity:.4f} · {category}"
        self.match_card.show_image(match.record.path, facts, words, role)
        self.match_card.show_decisions(model.decided(match.record.path))
        self.match_changed.emit()

    def _lay_out(self) -> None:
        pair = QHBoxLayout()
        pair.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, 0)
        pair.setSpacing(SPACE_M)
        pair.addWidget(self.query_card, 1)
        pair.addWidget(self.match_card, 1)
        numbers = QHBoxLayout()
        numbers.setContentsMargins(SPACE_M + SPACE_XS, SPACE_S + 4, SPACE_M, SPACE_S)
        numbers.setSpacing(SPACE_M + SPACE_XS)
        for number in self.numbers.values():
            numbers.addWidget(number)
        numbers.addStretch(1)
        numbers.addWidget(self.why_button)
        numbers.addWidget(self.explore_button)
        self.explore_button.setMinimumWidth(self.explore_button.sizeHint().width())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(pair)
        layout.addLayout(numbers)
        lists = QHBoxLayout()
        lists.setSpacing(0)
        lists.addLayout(_titled("Matches", self._correct, self.grid), 3)
        lists.addWidget(hairline(is_vertical=True))
        missed = QWidget()
        missed.setLayout(_titled("Missed", self._missed, self.missed_grid))
        self._beside.addWidget(missed)
        lists.addWidget(self._beside, 2)
        layout.addLayout(lists, 1)

    def _fill_grids(self) -> None:
        for grid, model, name in (
            (self.grid, self.model, "Matches of the query"),
            (self.missed_grid, self.missed_model, "Images of its category that it missed"),
        ):
            grid.setModel(model)
            grid.setAccessibleName(name)
            grid.set_tile_size(_MATCH_TILE)
            grid.setSelectionMode(ThumbnailGrid.SelectionMode.ExtendedSelection)


def _titled(title: str, facts: ElidedLabel, grid: ThumbnailGrid) -> QVBoxLayout:
    head = QHBoxLayout()
    head.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
    head.setSpacing(SPACE_S)
    head.addWidget(plain_label(title, "title"))
    head.addWidget(facts, 1)
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addLayout(head)
    column.addWidget(grid, 1)
    return column


class _Decided(QWidget):
    """The badges of what was decided."""

    def __init__(self) -> None:
        super().__init__()
        self._marks: tuple[DecisionMark, ...] = ()
        self.setFixedHeight(_BADGE)

    def show_decided(self, decided: Decided) -> None:
        """Show other badges."""
        self._marks = tuple(map(DecisionMark, decided.marks))
        self.setFixedWidth(len(self._marks) * (_BADGE + SPACE_XS))
        self.setAccessibleName(", ".join(decided.sentences or decided.marks))
        self.setToolTip("\n".join(decided.sentences or decided.marks))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), tokens_of(self.palette())
        for place, mark in enumerate(self._marks):
            area = QRectF(place * (_BADGE + SPACE_XS), 0, _BADGE, _BADGE)
            paint_decision(painter, area, mark, tokens)


class _Card(QFrame):
    """A large picture over two lines of text.

    Attributes:
        path: What is shown; None for nothing.
    """

    def __init__(self, title: str, view: ImageView) -> None:
        super().__init__()
        self._view = view
        self.path: Path | None = None
        self._decided = _Decided()
        self._name, self._facts = ElidedLabel(role="heading"), ElidedLabel(role="dim")
        self._name.set_elide_mode(Qt.TextElideMode.ElideMiddle)
        self._mark = plain_label("")
        self.setProperty("role", "panel")
        self.setAccessibleName(title)
        view.setFixedHeight(_PICTURE_HEIGHT)
        view.set_empty_text("")
        facts = QHBoxLayout()
        facts.setSpacing(SPACE_S)
        facts.addWidget(plain_label(title, "caption"))
        facts.addWidget(self._facts, 1)
        facts.addWidget(self._mark)
        text = QVBoxLayout()
        text.setContentsMargins(SPACE_M - 4, SPACE_S, SPACE_M - 4, SPACE_S)
        text.setSpacing(2)
        name = QHBoxLayout()
        name.setSpacing(SPACE_S)
        name.addWidget(self._name, 1)
        name.addWidget(self._decided)
        text.addLayout(name)
        text.addLayout(facts)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(view)
        layout.addLayout(text)

    def show_image(self, path: Path, facts: str, mark: str = "", role: str = "dim") -> None:
        """Show a file, what is known of it, and its mark in words."""
        self._name.set_text(path.name, str(path))
        self._facts.set_text(facts)
        self._mark.setText(mark)
        set_role(self._mark, role)
        if path != self.path:
            self.path = path
            self._view.show_path(path)

    def show_decisions(self, decided: Decided) -> None:
        """Show what was decided about the image; the tool tip says by whom and when."""
        self._decided.show_decided(decided)

    def clear(self) -> None:
        """Show nothing."""
        self.path = None
        self._view.clear()
        self._decided.show_decided(NOTHING)
        for label in (self._name, self._facts):
            label.set_text("")
        self._mark.setText("")
