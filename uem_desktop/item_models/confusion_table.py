"""The confusion matrix as a table of shares, with what each cell says."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from uem_desktop.item_models.image_list import AnyIndex
from uem_desktop.retrieval.confusion import Cell, Confusion
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.mismatch_words import places_text


class ConfusionTableModel(QAbstractTableModel):
    """Rows are query categories, columns are retrieved categories."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._matrix: Confusion | None = None
        self._shares: NDArray[np.float64] = np.zeros((0, 0))

    @property
    def matrix(self) -> Confusion | None:
        """What is shown."""
        return self._matrix

    def set_matrix(self, matrix: Confusion | None) -> None:
        """Show other counts."""
        self.beginResetModel()
        self._matrix = matrix
        self._shares = np.zeros((0, 0)) if matrix is None else matrix.shares
        self.endResetModel()

    def cell_at(self, row: int, column: int) -> Cell:
        """Return the cell that stands in a place."""
        assert self._matrix is not None
        return self._matrix.cell(row, column)

    def row_names(self) -> list[str]:
        """Return what stands beside each row."""
        return [self.headerData(n, Qt.Orientation.Vertical) for n in range(self.rowCount())]

    def column_names(self) -> list[str]:
        """Return what stands above each column."""
        return [self.headerData(n, Qt.Orientation.Horizontal) for n in range(self.columnCount())]

    def pair_text(self, row: int, column: int) -> str:
        """Name the two categories of a cell."""
        return f"{self._asked(row)} → {self._retrieved(column)}"

    def cell_text(self, row: int, column: int) -> str:
        """Say what a cell counts."""
        matrix = self._matrix
        assert matrix is not None
        size = int(matrix.sizes[row])
        count, total = int(matrix.counts[row, column]), size * matrix.top_k
        return f"{self.pair_text(row, column)}: " + places_text(count, total, matrix.top_k, size)

    def _asked(self, row: int) -> str:
        assert self._matrix is not None
        return display_text(self._matrix.asked[row])

    def _retrieved(self, column: int) -> str:
        assert self._matrix is not None
        name = self._matrix.retrieved[column]
        return "no category" if name is None else display_text(name)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        matrix = self._matrix
        if not index.isValid() or matrix is None:
            return None
        row, column = index.row(), index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                share = float(self._shares[row, column])
                return f"{100 * share:.0f}" if share else ""
            case Qt.ItemDataRole.ToolTipRole:
                return self.cell_text(row, column)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self.cell_text(row, column).replace("→", "finds")
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        matrix, is_row = self._matrix, orientation == Qt.Orientation.Vertical
        if matrix is None or section >= len(matrix.asked if is_row else matrix.retrieved):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            if not is_row:
                return self._retrieved(section)
            return (
                f"∅ {self._asked(section)}" if matrix.is_private[section] else self._asked(section)
            )
        if role == Qt.ItemDataRole.ToolTipRole and is_row:
            size = int(matrix.sizes[section])
            private = "\nPrivate: the gallery has none" if matrix.is_private[section] else ""
            return f"{self._asked(section)}, {size:,} quer{'y' if size == 1 else 'ies'}{private}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"retrieved: {self._retrieved(section)}"
        return None

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or self._matrix is None else len(self._matrix.asked)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or self._matrix is None else len(self._matrix.retrieved)
