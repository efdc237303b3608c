"""A table of a benchmark: rows are methods, columns pairs of domains and their average."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QFont

from training.benchmark.tables import Table, TableRow
from training.methods.method_names import METHOD_NAMES, method_named
from uem_desktop.item_models.image_list import AnyIndex
from uem_desktop.retrieval.benchmark_view import best_cells, help_text, number_text
from uem_desktop.retrieval.display_text import display_text

_EMPTY = Table("", (), (), ())


class BenchmarkTableModel(QAbstractTableModel):
    """Numbers as mean ± deviation; the method's name is the header of its row."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table = _EMPTY
        self._best: frozenset[tuple[int, int]] = frozenset()

    @property
    def table(self) -> Table:
        """What is shown."""
        return self._table

    def show_table(self, table: Table) -> None:
        """Show a table; the same rows and columns stay where they are."""
        if table == self._table:
            return
        is_same_shape = _shape(table) == _shape(self._table)
        if not is_same_shape:
            self.beginResetModel()
        self._table, self._best = table, best_cells(table)
        if not is_same_shape:
            self.endResetModel()
        elif table.rows:
            last = self.index(len(table.rows) - 1, len(table.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def tab_separated(self, rows: Iterable[int] = ()) -> str:
        """Return rows, or all, with their headers as a spreadsheet takes them."""
        wanted = sorted(set(rows)) or range(len(self._table.rows))
        lines = [["method", *self._table.columns]]
        for row in (self._table.rows[number] for number in wanted):
            title = " ".join(filter(None, (row_title(row), help_text(row.retrieval_help))))
            lines.append([title.strip(), *self._texts(row)])
        return "\n".join("\t".join(display_text(cell) for cell in line) for line in lines)

    def _texts(self, row: TableRow) -> list[str]:
        numbers = zip(row.cells, self._table.metrics, strict=True)
        return [number_text(number, metric) for number, metric in numbers]

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._table.rows[index.row()], index.column()
        text = number_text(row.cells[column], self._table.metrics[column])
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return text
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{_short_title(row)}, {display_text(self._table.columns[column])}: {text}"
            case Qt.ItemDataRole.ToolTipRole:
                return row_origin(row)
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.FontRole:
                font = QFont()
                font.setItalic(row.is_printed)
                font.setBold((index.row(), column) in self._best)
                return font
        return None

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._table.rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._table.columns)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        is_row = orientation == Qt.Orientation.Vertical
        if section >= len(self._table.rows if is_row else self._table.columns):
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                if is_row:
                    return _short_title(self._table.rows[section])
                return display_text(self._table.columns[section])
            case Qt.ItemDataRole.ToolTipRole if is_row:
                return row_origin(self._table.rows[section])
            case Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignLeft if is_row else Qt.AlignmentFlag.AlignRight
                return side | Qt.AlignmentFlag.AlignVCenter
        return None


def row_title(row: TableRow) -> str:
    """Name a row: a method, or what the paper prints of it."""
    if row.is_printed:
        return f"    the paper, {row.table}"
    title = method_named(row.method).title if row.method in METHOD_NAMES else row.method
    return display_text(title)


def row_origin(row: TableRow) -> str:
    """Say where a row comes from."""
    if row.is_printed:
        return " ".join(filter(None, (f"Printed in {row.table} of the paper.", row.note)))
    origin = method_named(row.method).origin if row.method in METHOD_NAMES else ""
    return ", ".join(filter(None, (origin, help_text(row.retrieval_help))))


def _short_title(row: TableRow) -> str:
    has_help = bool(help_text(row.retrieval_help))
    return f"{row_title(row)}, with help" if has_help else row_title(row)


def _shape(table: Table) -> object:
    return table.columns, [(row.method, row.retrieval_help, row.table) for row in table.rows]
