"""What retrieval comes to for each category, as a table that sorts by numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from uem_desktop.item_models.image_list import AnyIndex
from uem_desktop.item_models.problem_table import natural_key
from uem_desktop.item_models.sorted_rows import SORT_ROLE
from uem_desktop.retrieval.category_table import CategoryRow
from uem_desktop.retrieval.display_text import display_text

CATEGORY_KS = (1, 5, 15)
_COLUMNS: tuple[tuple[str, str], ...] = (
    ("Category", "Category of the queries: their first-level sub-folder"),
    ("Queries", "Embedded images of the category in the query domain"),
    ("Gallery", "Embedded images of the category in the gallery; 0 makes it private"),
    ("AP plain", "Mean over the category's queries of plain average precision"),
    ("AP interp.", "Mean over the category's queries of interpolated average precision"),
    *(
        (f"P@{k}", f"Correct among the first min({k}, R) matches, summed over the category's"
         " queries, divided by the sum of min(k, R)")
        for k in CATEGORY_KS
    ),
    ("No counterpart", "Share of the category's queries that the votes of the gallery call private;"
     "\n0 % is best for a category that the gallery has, 100 % for one that it lacks"),
    ("Most often found instead", "The wrong category that stands on rank 1 most often"),
)  # fmt: skip
_FIRST_PRECISION = 5
_CALLED = _FIRST_PRECISION + len(CATEGORY_KS)


class CategoryTableModel(QAbstractTableModel):
    """Rows of `CategoryRow`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[CategoryRow, ...] = ()

    @property
    def rows(self) -> tuple[CategoryRow, ...]:
        """All rows, in the order of their names."""
        return self._rows

    def set_rows(self, rows: Sequence[CategoryRow]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def row_at(self, row: int) -> CategoryRow:
        """Return what a row shows."""
        return self._rows[row]

    def _value(self, row: CategoryRow, column: int) -> float | None:
        match column:
            case 1:
                return row.query_count
            case 2:
                return row.gallery_count
            case 3:
                return row.ap_plain
            case 4:
                return row.ap_interpolated
        if column == _CALLED:
            return row.called_private
        if column > _CALLED:
            return row.confused_share
        return row.precision_at.get(CATEGORY_KS[column - _FIRST_PRECISION])

    def _text(self, row: CategoryRow, column: int) -> str:
        if column == 0:
            return display_text(row.category) + ("  ∅ private" if row.is_private else "")
        value = self._value(row, column)
        if value is None:
            return "–"
        if column in (1, 2):
            return f"{int(value):,}"
        if column > _CALLED:
            return f"{display_text(row.confused_with or '')}  {value:.1f} %"
        return f"{value:.1f} %"

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(row, column)
            case Qt.ItemDataRole.ToolTipRole:
                return f"{display_text(row.category)}\nEnter shows its queries"
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{_COLUMNS[column][0]}: {self._text(row, column)}"
            case Qt.ItemDataRole.TextAlignmentRole if 0 < column <= _CALLED:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == SORT_ROLE:
            if column == 0:
                return natural_key(row.category)
            return self._value(row, column)
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(_COLUMNS):
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _COLUMNS[section][0]
            case Qt.ItemDataRole.ToolTipRole:
                return _COLUMNS[section][1]
            case Qt.ItemDataRole.TextAlignmentRole:
                is_number = 0 < section <= _CALLED
                side = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_COLUMNS)
