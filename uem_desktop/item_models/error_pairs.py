"""The largest wrong cells of a confusion matrix, as rows."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from uem_desktop.item_models.image_list import AnyIndex
from uem_desktop.retrieval.confusion import Confusion
from uem_desktop.retrieval.display_text import display_text


class PairColumn(IntEnum):
    """Columns of the table, left to right."""

    PAIR = 0
    COUNT = 1
    SHARE = 2


_TITLES = ("Query → retrieved", "Places", "Share")


class ErrorPairModel(QAbstractTableModel):
    """Pairs of categories, the largest share of the query category's places first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._matrix: Confusion | None = None
        self._cells: list[tuple[int, int]] = []

    def set_matrix(self, matrix: Confusion | None, limit: int = 100) -> None:
        """Show the largest errors of a matrix."""
        self.beginResetModel()
        self._matrix = matrix
        self._cells = [] if matrix is None else matrix.largest_errors(limit)
        self.endResetModel()

    def place_at(self, row: int) -> tuple[int, int]:
        """Return row and column of the matrix that a row stands for."""
        return self._cells[row]

    def _text(self, row: int, column: int) -> str:
        matrix = self._matrix
        assert matrix is not None
        asked, retrieved = self._cells[row]
        match column:
            case PairColumn.PAIR:
                name = matrix.retrieved[retrieved]
                pair = (matrix.asked[asked], "no category" if name is None else name)
                return " → ".join(display_text(part) for part in pair)
            case PairColumn.COUNT:
                return f"{int(matrix.counts[asked, retrieved]):,}"
            case _:
                return f"{100 * float(matrix.shares[asked, retrieved]):.1f} %"

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self._matrix is None:
            return None
        row, column = index.row(), index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(row, column)
            case Qt.ItemDataRole.ToolTipRole:
                return f"{self._text(row, PairColumn.PAIR)}\nEnter shows the queries"
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{_TITLES[column]}: {self._text(row, column)}"
            case Qt.ItemDataRole.TextAlignmentRole if column != PairColumn.PAIR:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(_TITLES):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _TITLES[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            is_text = section == PairColumn.PAIR
            side = Qt.AlignmentFlag.AlignLeft if is_text else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._cells)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_TITLES)
