"""What retrieval comes to for each category: numbers over all queries, and a table below."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from uem_desktop.item_models.category_table import CATEGORY_KS, CategoryTableModel
from uem_desktop.item_models.sorted_rows import SortedRows
from uem_desktop.pages.export_offer import OwnExport
from uem_desktop.pages.labels import ElidedLabel
from uem_desktop.pages.mismatch_confusion import no_categories
from uem_desktop.pages.mismatch_keeper import MismatchKeeper
from uem_desktop.pages.mismatch_offer import category_exports
from uem_desktop.pages.number_label import NumberLabel
from uem_desktop.pages.private_keeper import PrivateKeeper
from uem_desktop.pages.row_table import RowTable
from uem_desktop.retrieval.category_table import CategoryRow, category_table
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.tokens import SPACE_L, SPACE_M, SPACE_S

_AP_COLUMN = 3
_WIDTHS = (220, 90, 90, 96, 96, 84, 84, 84, 130)


class MismatchCategories(QWidget):
    """Shows the table of categories of the keeper's table.

    Signals:
        category_chosen(CategoryRow): The queries of a category are wanted.
    """

    category_chosen = Signal(object)

    def __init__(
        self,
        keeper: MismatchKeeper,
        private: PrivateKeeper,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self._private = private
        self.model = CategoryTableModel(self)
        self._proxy = SortedRows(self)
        self._proxy.setSourceModel(self.model)
        self.table = _Table()
        self.numbers = {
            "plain": NumberLabel("mAP@All plain", "Mean over all scored queries of plain AP."),
            "interpolated": NumberLabel(
                "mAP@All interpolated",
                "Interpolated AP, averaged within each category, then over the categories.",
            ),
            **{f"p{k}": NumberLabel(f"P@{k}", "Over all scored queries.") for k in CATEGORY_KS},
            "private": NumberLabel(
                "private", "Share of the queries whose category the gallery lacks."
            ),
        }
        self.note = ElidedLabel(role="dim")
        self._empty = no_categories(theme)
        self._stack = QStackedWidget()
        self._lay_out()
        self.table.activated.connect(self._open)
        private.found_changed.connect(self._show_decided)
        private.line_changed.connect(self._show_decided)

    @property
    def empty_is_shown(self) -> bool:
        """Whether there is no category."""
        return self._stack.currentWidget() is self._empty

    def focus_first(self) -> None:
        """Give the focus to the table."""
        if not self.table.currentIndex().isValid() and self._proxy.rowCount():
            self.table.selectRow(0)
        self.table.setFocus()

    def own_exports(self) -> tuple[OwnExport, ...]:
        """Return what can be exported of the categories, in the order of the table."""
        shown = range(self._proxy.rowCount())
        return category_exports([self._row_at(self._proxy.index(row, 0)) for row in shown])

    def show_found(self) -> None:
        """Show what the table that is known now comes to."""
        found = self._keeper.found
        if found is None:
            self.model.set_rows(())
            return
        scores = found.scores
        self.numbers["plain"].set_percent(scores.map_plain)
        self.numbers["interpolated"].set_percent(scores.map_interpolated)
        for k in CATEGORY_KS:
            self.numbers[f"p{k}"].set_percent(scores.precision_at[k])
        private = 100.0 * float(np.mean(found.is_private)) if len(found) else None
        self.numbers["private"].set_percent(private)
        rows = category_table(found, self._called_private())
        self._set_rows(rows)
        self._stack.setCurrentIndex(int(bool(rows)))
        self.note.set_text(f"{len(rows):,} categories of the queries")

    def _set_rows(self, rows: tuple[CategoryRow, ...]) -> None:
        if rows == self.model.rows:
            return
        index = self.table.currentIndex()
        current = self._row_at(index).category if index.isValid() else None
        self.model.set_rows(rows)
        for row in range(self._proxy.rowCount()):
            if self._row_at(self._proxy.index(row, 0)).category == current:
                self.table.selectRow(row)

    def _row_at(self, index: QModelIndex) -> CategoryRow:
        return self.model.row_at(self._proxy.mapToSource(index).row())

    def _show_decided(self) -> None:
        if self.isVisible():
            self.show_found()

    def _called_private(self) -> np.ndarray | None:
        found, decided = self._keeper.found, self._private.found
        threshold = self._private.threshold
        if found is None or decided is None or threshold is None:
            return None
        if len(decided.values) != len(found.query.records):
            return None
        return np.asarray(decided.values[found.rows] > threshold)

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.category_chosen.emit(self._row_at(index))

    def _lay_out(self) -> None:
        table = self.table
        table.setProperty("role", "sorted")
        table.setModel(self._proxy)
        table.setSortingEnabled(True)
        table.sortByColumn(_AP_COLUMN, Qt.SortOrder.AscendingOrder)
        table.setAccessibleName("Categories")
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        for section, width in enumerate(_WIDTHS):
            table.setColumnWidth(section, width)
        numbers = QHBoxLayout()
        numbers.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_M)
        numbers.setSpacing(SPACE_L)
        for number in self.numbers.values():
            numbers.addWidget(number)
        numbers.addWidget(self.note, 1)
        self.note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(numbers)
        column.addWidget(table, 1)
        for widget in (self._empty, body):
            self._stack.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)


class _Table(RowTable):
    def __init__(self) -> None:
        super().__init__(row_height=30)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAlternatingRowColors(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and self.currentIndex().isValid():
            self.activated.emit(self.currentIndex())
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)
