"""The ranked matches of the query, what they were ranked by, and the missed images."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Signal,
)
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from uem_desktop.item_models.match_list import MatchListModel
from uem_desktop.pages.filter_row import CategoryCombo
from uem_desktop.pages.hover_button import HoverButton
from uem_desktop.pages.labels import ElidedLabel, plain_label
from uem_desktop.pages.match_header import (
    TIE_RULE,
    correct_text,
    missed_title,
    ranking_text,
    short_correct_text,
)
from uem_desktop.retrieval.explorer_session import ExplorerSession
from uem_desktop.retrieval.matches import Match, QueryResult
from uem_desktop.retrieval.query_history import AnswerView, Query
from uem_desktop.widgets.choice_grid import ChoiceGrid
from uem_desktop.widgets.mark_label import MarkLabel
from uem_desktop.widgets.marks import Mark
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S, SPACE_XS

MAX_TOP_K = 1000
MATCH_TILE = 112
_TOP_K_WIDTH = 88


class MatchPanel(QWidget):
    """Shows one `QueryResult`.

    Signals:
        matches_chosen(list[Path]): This match is to be the next query, or these together.
        preview_changed: `previewed` is another one.
        top_k_chosen(int): How many matches to show.
        filter_changed: Another category is shown.
    """

    matches_chosen = Signal(list)
    preview_changed = Signal()
    top_k_chosen = Signal(int)
    filter_changed = Signal()

    def __init__(
        self, loader: ThumbnailLoader, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("matchPanel")
        self._result: QueryResult | None = None
        self._session: ExplorerSession | None = None
        self._looked_at = QPersistentModelIndex()
        self.model = MatchListModel(self)
        self.grid = ChoiceGrid(loader)
        self.grid.setObjectName("matchGrid")
        self.grid.setModel(self.model)
        self.grid.setAccessibleName("Ranked matches")
        self.grid.setAccessibleDescription(
            "A click or Enter makes a match the next query; arrow keys or the pointer at rest"
            " show it in the preview; Esc goes back to the query before."
        )
        self.grid.set_tile_size(MATCH_TILE)
        self.use_button = HoverButton(self.grid, "Search with this image (click, or Enter)")
        theme.bind_icon(self.use_button, "search")
        self.category_combo = CategoryCombo()
        self.category_combo.setAccessibleName("Filter matches by category")
        self.category_combo.setToolTip("Show only matches of one category; ranks stay as they are")
        self.top_k_box = QSpinBox()
        self.private_mark = MarkLabel(Mark.PRIVATE, "no counterpart")
        self.private_mark.hide()
        self._correct = ElidedLabel(role="dim")
        self._ranking = ElidedLabel(role="dim")
        self._ranking.setToolTip(TIE_RULE)
        self._lay_out()
        self.grid.chosen.connect(self._choose)
        self.grid.looked_at.connect(self._look_at)
        self.use_button.index_clicked.connect(self._choose)
        self.grid.selectionModel().currentChanged.connect(self._note_current)
        self.category_combo.category_chosen.connect(self._apply_filter)
        self.top_k_box.valueChanged.connect(self.top_k_chosen)

    @property
    def current_match(self) -> Match | None:
        """The match that the arrow keys or a click with Ctrl chose."""
        index = self.grid.currentIndex()
        return self.model.match_at(index.row()) if index.isValid() else None

    @property
    def previewed(self) -> tuple[Match, str] | None:
        """The match to look at and its mark: the one under the pointer, or else the current."""
        is_looking = self._looked_at.isValid()
        index = self._looked_at if is_looking else self.grid.currentIndex()
        if not index.isValid():
            return None
        return self.model.match_at(index.row()), self.model.mark_at(index.row())

    @property
    def shown_result(self) -> QueryResult | None:
        """The result behind what is shown, before the filter."""
        return self._result

    def selected_paths(self) -> list[Path]:
        """Return the selected matches in their order, or the current one."""
        paths = [self.model.path_at(row) for row in self.grid.selected_rows()]
        return paths or ([self.current_match.record.path] if self.current_match else [])

    def view_of(self, query: Query) -> AnswerView | None:
        """Return how the answer to a query is looked at; None when another one is shown."""
        if self._result is None or self._result.query_paths != query:
            return None
        return AnswerView(
            self.current_match.record.path if self.current_match else None,
            tuple(self.model.path_at(row) for row in self.grid.selected_rows()),
            self.grid.verticalScrollBar().value(),
        )

    def show_result(
        self,
        result: QueryResult | None,
        session: ExplorerSession,
        view: AnswerView | None = None,
    ) -> None:
        """Show another answer, as it was left where that is known.

        More of the same answer leaves selection and place as they are.
        """
        if result is not None:
            view = self.view_of(result.query_paths) or view
        self._result, self._session = result, session
        self._fill()
        self._show_header()
        if result is not None:
            self._restore(view or AnswerView())

    def show_decision(self, sentence: str, *, is_private: bool) -> None:
        """Say over the matches that the query has no counterpart among them."""
        self.private_mark.setVisible(is_private)
        self.private_mark.explain(sentence)

    def show_categories(self, categories: tuple[str, ...]) -> None:
        """Offer the gallery's categories as a filter."""
        self.category_combo.set_categories(categories)

    def show_empty(self, sentence: str, hint: str = "") -> None:
        """Say why there is no match."""
        self.grid.set_empty_text(sentence, hint, "search")

    def set_category(self, category: str | None) -> None:
        """Set the filter, as a project left it."""
        self.category_combo.set_category(category)
        self._apply_filter()

    def set_top_k(self, top_k: int) -> None:
        """Show a number of matches without telling."""
        self.top_k_box.blockSignals(True)
        self.top_k_box.setValue(top_k)
        self.top_k_box.blockSignals(False)

    def _fill(self) -> None:
        result, category = self._result, self.category_combo.category
        if result is not None and category is not None:
            result = replace(
                result,
                matches=tuple(m for m in result.matches if m.record.category == category),
                missed=tuple(m for m in result.missed if m.record.category == category),
            )
        self.model.set_result(result)
        first_missed = self.model.first_missed_row
        title = missed_title(self._result) if first_missed is not None and self._result else ""
        self.grid.set_section(first_missed, title)
        if self._result is not None and not self.model.rowCount():
            count = len(self._result.matches)
            self.show_empty(f"None of the first {count} matches is of category {category}.")

    def _show_header(self) -> None:
        result, session = self._result, self._session
        self._correct.setVisible(result is not None)
        if result is None or session is None:
            self._ranking.set_text("")
            return
        self._correct.set_text(correct_text(result))
        self._correct.set_short_text(short_correct_text(result))
        self._ranking.set_text(ranking_text(result, session), TIE_RULE)

    def _restore(self, view: AnswerView) -> None:
        flags, selection = QItemSelectionModel.SelectionFlag, QItemSelection()
        wanted = {*view.selected, view.current}
        for row in range(self.model.rowCount()):
            if (path := self.model.path_at(row)) not in wanted:
                continue
            index = self.model.index(row)
            if path in view.selected:
                selection.select(index, index)
            if path == view.current:
                self.grid.selectionModel().setCurrentIndex(index, flags.NoUpdate)
        self.grid.selectionModel().select(selection, flags.ClearAndSelect)
        self.grid.verticalScrollBar().setValue(view.scroll)

    def _apply_filter(self) -> None:
        self._fill()
        self.filter_changed.emit()

    def _choose(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        path, selected = self.model.path_at(index.row()), self.selected_paths()
        self.matches_chosen.emit(selected if path in selected else [path])

    def _look_at(self, index: QModelIndex) -> None:
        self._looked_at = QPersistentModelIndex(index)
        self.preview_changed.emit()

    def _note_current(self) -> None:
        self.preview_changed.emit()

    def _lay_out(self) -> None:
        self.top_k_box.setRange(1, MAX_TOP_K)
        self.top_k_box.setPrefix("top ")
        self.top_k_box.setMaximumWidth(_TOP_K_WIDTH)
        self.top_k_box.lineEdit().setTextMargins(SPACE_XS, 0, 0, 0)
        self.top_k_box.setKeyboardTracking(False)
        self.top_k_box.setAccessibleName("top_k: how many matches are shown")
        self.top_k_box.setToolTip("top_k: how many of the most similar gallery images are shown")
        title = QHBoxLayout()
        title.setSpacing(SPACE_S)
        title.addWidget(plain_label("Matches", "title"))
        title.addWidget(self._correct, 1)
        title.addWidget(self.category_combo)
        title.addWidget(self.top_k_box)
        head = QVBoxLayout()
        head.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        head.setSpacing(SPACE_S - 2)
        head.addLayout(title)
        facts = QHBoxLayout()
        facts.setSpacing(SPACE_S)
        facts.addWidget(self.private_mark)
        facts.addWidget(self._ranking, 1)
        head.addLayout(facts)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.grid, 1)
