"""One query of a comparison: itself, both rankings, and where its relevant images went."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from uem_desktop.item_models.move_list import MoveListModel
from uem_desktop.item_models.roles import Role
from uem_desktop.pages.compare_keeper import CompareKeeper
from uem_desktop.pages.compare_rows import ranked_rows
from uem_desktop.pages.decision_desk import DecisionDesk
from uem_desktop.pages.labels import ElidedLabel, hairline, plain_label
from uem_desktop.pages.number_label import NumberLabel
from uem_desktop.pages.query_detail import QueryDetail, category_text
from uem_desktop.retrieval.compare_query import ComparedQuery
from uem_desktop.retrieval.compare_words import first_text, flips_text, points_text
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.query_table import record_at
from uem_desktop.widgets.image_view import ImageView
from uem_desktop.widgets.ranking_pair import RankedRow, RankingPair
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.thumbnail_grid import ThumbnailGrid
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S

_PICTURE = 84
_MOVE_TILE = 72
_NUMBERS = {
    "change": ("AP changed by", "Points of plain AP that the query won or lost."),
    "ap": ("AP, plain %", "Average precision of the query, with theirs and then with ours."),
    "first": ("first correct", "The rank of the first correct match, with theirs and with ours."),
    "flips": (
        "flipped",
        "✕ how many ranks, among those shown, had a right match and have a wrong one now;"
        " ✓ how many the other way round.",
    ),
}


class CompareDetail(QueryDetail):
    """Shows the keeper's current query; see `QueryDetail`."""

    def __init__(
        self,
        keeper: CompareKeeper,
        decisions: DecisionDesk,
        loader: ThumbnailLoader,
        theme: Theme,
    ) -> None:
        super().__init__(keeper, theme)
        self._keeper = keeper
        self._decided = decisions.decided
        self.titles = ("", "")
        self.query_view = ImageView()
        self._name, self._facts = ElidedLabel(role="heading"), ElidedLabel(role="dim")
        self.numbers = {key: NumberLabel(*texts) for key, texts in _NUMBERS.items()}
        self.explore_button.setText("Open in E&xplore")
        self.pair = RankingPair(loader)
        self.moves = MoveListModel(self)
        self.moves_grid = ThumbnailGrid(loader)
        self._moved = ElidedLabel(role="dim")
        self._lay_out()
        keeper.current_changed.connect(self.show_current)
        keeper.result_changed.connect(self._show_answer)
        keeper.search_failed.connect(self._show_failure)
        decisions.keeper.changed.connect(self._show_decisions)
        self.pair.activated.connect(self.full_view_wanted)
        self.moves_grid.activated.connect(lambda i: self.full_view_wanted.emit(i.data(Role.PATH)))

    @property
    def previewed(self) -> Path | None:
        """See `QueryDetail.previewed`."""
        if self.pair.hasFocus() and self.pair.current is not None:
            return self.pair.current.path
        if self.moves_grid.hasFocus() and self.moves_grid.currentIndex().isValid():
            return self.moves.path_at(self.moves_grid.currentIndex().row())
        return self.query_path

    @property
    def has_focused_images(self) -> bool:
        """Whether the keys are in the rankings or in the images that moved."""
        return self.pair.hasFocus() or self.moves_grid.hasFocus()

    def selected_paths(self) -> list[Path]:
        """Return the images where the keys are."""
        if self.moves_grid.hasFocus():
            return [self.moves.path_at(row) for row in self.moves_grid.selected_rows()]
        path = self.previewed
        return [path] if path is not None else []

    def close_views(self) -> None:
        """End what decodes."""
        self.query_view.close()

    def show_current(self) -> None:
        """Show another query; its rankings follow."""
        path, found, place = self.query_path, self._keeper.found, self._keeper.current
        self.setEnabled(path is not None)
        if path is None or found is None or place is None:
            self._name.set_text("")
            self._facts.set_text("")
            self.query_view.clear()
            self._clear()
            return
        record = record_at(found, place)
        self._name.set_text(path.name, display_text(path))
        self.query_view.show_path(path)
        is_scored = bool(found.is_scored[place])
        self._facts.set_text(category_text(record, is_scored=is_scored))
        ours, theirs = (100 * float(t.results.plain_ap[place]) for t in (found.ours, found.theirs))
        to_wrong, to_right = (int(c[place]) for c in found.flips(self._keeper.top_k))
        texts = {
            "change": points_text(100 * float(found.change[place])),
            "ap": f"{theirs:.1f} → {ours:.1f}",
            "first": first_text(found, place).removeprefix("rank "),
            "flips": flips_text(to_wrong, to_right),
        }
        for key, number in self.numbers.items():
            number.set_text(texts[key] if is_scored else "–")
        self._timer.start()

    def _clear(self) -> None:
        self.pair.show_rows((), "Searching…" if self._keeper.current is not None else "")
        self.moves.set_moves((), (), 1)
        self._moved.set_text("")
        self.moves_grid.set_empty_text("")

    def _show_failure(self, sentence: str) -> None:
        self._clear()
        self.pair.show_rows((), sentence)

    def _rows(self, answer: ComparedQuery) -> tuple[RankedRow, RankedRow]:
        decided = self._decided.matches_of(answer.ours.query_paths)
        return ranked_rows(answer, self.titles, decided)

    def _show_decisions(self, _entries: object) -> None:
        answer = self._keeper.result
        if answer is not None and self.pair.rows:
            self.pair.show_again(self._rows(answer))
            self.moves.show_decisions()

    def _show_answer(self) -> None:
        answer, found = self._keeper.result, self._keeper.found
        self._timer.stop()
        if answer is None or found is None:
            self._clear()
            return
        records = found.ours.gallery.records
        self.pair.show_rows(self._rows(answer))
        self.moves.decided = self._decided.matches_of(answer.ours.query_paths)
        top_k = len(answer.ours.matches)
        self.moves.set_moves(answer.relevant, records, top_k)
        up = sum(move.by > 0 for move in answer.relevant)
        down = sum(move.by < 0 for move in answer.relevant)
        if answer.relevant:
            self._moved.set_text(
                f"{len(answer.relevant):,} · {up:,} up, {down:,} down · the longest way first",
                "Every gallery image of the query's category, with its rank before and now.",
            )
        else:
            self._moved.set_text("")
            self.moves_grid.set_empty_text(
                "Nothing is known to be relevant",
                "The query has no category that the gallery has too.",
            )

    def _query_card(self) -> QHBoxLayout:
        """Return the query beside its name and its numbers."""
        self.query_view.setFixedSize(_PICTURE, _PICTURE)
        self.query_view.set_empty_text("")
        numbers = QHBoxLayout()
        numbers.setSpacing(SPACE_M)
        for number in self.numbers.values():
            numbers.addWidget(number)
        numbers.addStretch(1)
        names = QVBoxLayout()
        names.setSpacing(2)
        names.addWidget(self._name)
        names.addWidget(self._facts)
        first = QHBoxLayout()
        first.setSpacing(SPACE_M)
        first.addLayout(names, 1)
        first.addWidget(self.explore_button)
        self.explore_button.setMinimumWidth(self.explore_button.sizeHint().width())
        text = QVBoxLayout()
        text.addLayout(first)
        text.addStretch(1)
        text.addLayout(numbers)
        card = QHBoxLayout()
        card.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        card.setSpacing(SPACE_M)
        card.addWidget(self.query_view, 0, Qt.AlignmentFlag.AlignTop)
        card.addLayout(text, 1)
        return card

    def _lay_out(self) -> None:
        self.moves_grid.setModel(self.moves)
        self.moves_grid.set_tile_size(_MOVE_TILE)
        self.moves_grid.setSelectionMode(ThumbnailGrid.SelectionMode.ExtendedSelection)
        self.moves_grid.setAccessibleName("Relevant images, those that moved furthest first")
        moved = QHBoxLayout()
        moved.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        moved.setSpacing(SPACE_S)
        moved.addWidget(plain_label("Relevant images", "heading"))
        moved.addWidget(self._moved, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._query_card())
        layout.addWidget(hairline())
        self.pair.setFixedHeight(self.pair.sizeHint().height())
        layout.addWidget(self.pair)
        layout.addWidget(hairline())
        layout.addLayout(moved)
        layout.addWidget(self.moves_grid, 1)
