"""Which categories are taken for which: a heat map, and beside it the most frequent errors."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from uem_desktop.item_models.confusion_table import ConfusionTableModel
from uem_desktop.item_models.error_pairs import ErrorPairModel
from uem_desktop.pages.empty_state import EmptyState
from uem_desktop.pages.export_offer import OwnExport
from uem_desktop.pages.labels import ElidedLabel, hairline, plain_label
from uem_desktop.pages.mismatch_header import subject_text
from uem_desktop.pages.mismatch_keeper import MismatchKeeper
from uem_desktop.pages.mismatch_offer import confusion_exports
from uem_desktop.pages.row_table import RowTable
from uem_desktop.retrieval.confusion import CONFUSION_KS
from uem_desktop.retrieval.explorer_session import ExplorerSession
from uem_desktop.widgets.heat_map import HeatMap, heat_colour
from uem_desktop.widgets.segments import Segments
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S, tokens_of

_PAIRS_WIDTH = 380
_LEGEND_WIDTH, _LEGEND_HEIGHT = 96, 10


class MismatchConfusion(QWidget):
    """Shows the matrix of the keeper's table.

    Signals:
        cell_chosen(Cell): The queries of a cell are wanted.
    """

    cell_chosen = Signal(object)

    def __init__(
        self,
        keeper: MismatchKeeper,
        session: ExplorerSession,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._keeper, self._session = keeper, session
        self.model = ConfusionTableModel(self)
        self.pair_model = ErrorPairModel(self)
        self.map = HeatMap()
        self.map.setModel(self.model)
        self.map.setAccessibleName("Confusion matrix: rows are query categories")
        self.pairs = RowTable(row_height=30)
        self.pairs.setModel(self.pair_model)
        self.depth_switch = Segments(
            [(str(k), f"top {k}") for k in CONFUSION_KS], "Matches counted"
        )
        self.facts = ElidedLabel(role="dim")
        self._empty = no_categories(theme)
        self._stack = QStackedWidget()
        self._lay_out()
        self.depth_switch.chosen.connect(self._choose_depth)
        self.map.activated.connect(self._open)
        self.map.clicked.connect(self._open)
        self.map.selectionModel().currentChanged.connect(self._describe)
        self.map.entered.connect(self._describe)
        self.pairs.activated.connect(self._open_pair)
        self.pairs.selectionModel().currentChanged.connect(self._follow_pair)

    @property
    def empty_is_shown(self) -> bool:
        """Whether there is nothing to count."""
        return self._stack.currentWidget() is self._empty

    def focus_first(self) -> None:
        """Give the focus to the matrix."""
        self.map.setFocus()

    def own_exports(self) -> tuple[OwnExport, ...]:
        """Return what can be exported of the matrix."""
        found = self._keeper.found
        if found is None:
            return ()
        return confusion_exports(self.model, subject_text(found, self._session))

    def show_found(self) -> None:
        """Show the matrix of the table that is known now."""
        matrix = self._keeper.confusions.get(int(self.depth_switch.choice))
        if matrix is not None and matrix is self.model.matrix:
            return
        current = self.map.currentIndex()
        self.model.set_matrix(matrix)
        if matrix is not None:
            self.map.show_cells(matrix.shares, matrix.is_right)
        self.pair_model.set_matrix(matrix)
        self._stack.setCurrentIndex(int(self.model.rowCount() > 0))
        self.map.fit()
        self.facts.set_text("A cell says how often a category of the queries finds another one.")
        if matrix is None:
            return
        row, column = current.row(), current.column()
        if not (0 <= row < len(matrix.asked) and 0 <= column < len(matrix.retrieved)):
            row, column = next(iter(matrix.largest_errors(1)), (0, 0))
        self.map.setCurrentIndex(self.model.index(row, column))

    def _choose_depth(self, choice: str) -> None:
        self.depth_switch.show_choice(choice)
        self.show_found()

    def _describe(self, index: QModelIndex) -> None:
        if index.isValid():
            text = self.model.cell_text(index.row(), index.column())
            self.facts.set_text(f"{text} · Enter or a click shows the queries")
            self.facts.set_short_text(text)

    def _open(self, index: QModelIndex) -> None:
        matrix = self.model.matrix
        if index.isValid() and matrix is not None and matrix.counts[index.row(), index.column()]:
            self.cell_chosen.emit(self.model.cell_at(index.row(), index.column()))

    def _open_pair(self, index: QModelIndex) -> None:
        if index.isValid():
            self.cell_chosen.emit(self.model.cell_at(*self.pair_model.place_at(index.row())))

    def _follow_pair(self, index: QModelIndex) -> None:
        if index.isValid():
            self.map.setCurrentIndex(self.model.index(*self.pair_model.place_at(index.row())))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        head.setSpacing(SPACE_M)
        head.addWidget(self.depth_switch)
        head.addWidget(plain_label("Query category ↓    found category →", "caption"), 1)
        head.addWidget(plain_label("0 %", "caption"))
        head.addWidget(_Legend())
        head.addWidget(plain_label("100 % of a row", "caption"))
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addLayout(head)
        facts = QHBoxLayout()
        facts.setContentsMargins(SPACE_M, 0, SPACE_M, SPACE_S)
        facts.addWidget(self.facts)
        left.addLayout(facts)
        left.addWidget(self.map, 1)
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(hairline(is_vertical=True))
        row.addWidget(self._side())
        for widget in (self._empty, body):
            self._stack.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)

    def _side(self) -> QWidget:
        table = self.pairs
        table.setAccessibleName("Most frequent errors")
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        side = QWidget()
        right = QVBoxLayout(side)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        title = plain_label("Most frequent errors", "title")
        title.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        right.addWidget(title)
        right.addWidget(table, 1)
        side.setFixedWidth(_PAIRS_WIDTH)
        return side


def no_categories(theme: Theme) -> EmptyState:
    """Return what is shown where no query has a category."""
    empty = EmptyState("mismatches", theme)
    empty.show_text(
        "No categories",
        "Categories are the first-level sub-folders. Without them, Queries still lists where the"
        " two directions of retrieval disagree.",
    )
    return empty


class _Legend(QWidget):
    """The colours from none to all."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(_LEGEND_WIDTH, _LEGEND_HEIGHT)
        self.setToolTip(
            "Red: share of the row's places that hold a wrong category."
            "\nGrey, on the diagonal: that hold the right one."
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        gradient = QLinearGradient(0, 0, self.width(), 0)
        for step in range(11):
            colour: QColor = heat_colour(step / 10, tokens, is_muted=False)
            gradient.setColorAt(step / 10, colour)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawRoundedRect(self.rect(), 3, 3)
