"""The queries that failed, worst first, as rows of a list."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, Qt

from uem_desktop.item_models.image_list import AnyIndex, ImageListModel
from uem_desktop.item_models.roles import Role
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.mismatch_orders import Order
from uem_desktop.retrieval.mismatch_words import pair_text, row_texts
from uem_desktop.retrieval.mismatches import Mismatches, Rows

_FIRST = int(Qt.ItemDataRole.UserRole)
_NO_ROWS = np.empty(0, np.int64)


class MismatchRole(IntEnum):
    """Roles beside those that every list of images has."""

    DETAIL = _FIRST + 5
    """`str`: category of the query and of its first match."""
    VALUE = _FIRST + 20
    """`str`: the number that the list is sorted by."""
    SECOND = _FIRST + 21
    """`str`: what else is worth knowing."""


class MismatchListModel(ImageListModel):
    """Places of one table in the order that it is told."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._found: Mismatches | None = None
        self._places: Rows = _NO_ROWS
        self._order = Order.PLAIN_AP

    def set_rows(self, found: Mismatches | None, places: Rows, order: Order) -> None:
        """Show these places of a table."""
        self.beginResetModel()
        self._found, self._order = found, order
        self._places = places if found is not None else _NO_ROWS
        self.endResetModel()

    def place_at(self, row: int) -> int:
        """Return the place in the table that a row shows."""
        return int(self._places[row])

    def row_of(self, place: int) -> int:
        """Return the row that shows a place, -1 when none does."""
        rows = np.flatnonzero(self._places == place)
        return int(rows[0]) if len(rows) else -1

    def path_at(self, row: int) -> Path:
        """Return the query image in a row."""
        assert self._found is not None
        return self._found.query.records[int(self._found.rows[self._places[row]])].path

    def _mark(self, place: int) -> str:
        found = self._found
        assert found is not None
        if found.is_private[place]:
            return "private"
        if not found.is_scored[place]:
            return "unknown"
        if found.results.first_rank[place] == 1:
            return "correct"
        return "wrong" if found.is_first_wrong[place] else "unknown"

    def _spoken(self, row: int) -> str:
        assert self._found is not None
        place = self.place_at(row)
        value, second = row_texts(self._found, place, self._order)
        pair = pair_text(self._found, place).replace("→", "finds")
        name = display_text(self.path_at(row).name)
        decided = self.decided(self.path_at(row)).marks
        parts = (f"{row + 1}", name, pair, value, second, *decided)
        return ", ".join(part for part in parts if part)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self._found is None:
            return None
        row = index.row()
        place = self.place_at(row)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return display_text(self.path_at(row).name)
            case Role.PATH:
                return self.path_at(row)
            case Role.MARK:
                return self._mark(place)
            case Role.ROW:
                return int(self._found.rows[place])
            case Role.IS_READY:
                return True
            case Role.DECISIONS:
                return self.decided(self.path_at(row)).marks
            case MismatchRole.DETAIL:
                return pair_text(self._found, place)
            case MismatchRole.VALUE:
                return row_texts(self._found, place, self._order)[0]
            case MismatchRole.SECOND:
                return row_texts(self._found, place, self._order)[1]
            case Qt.ItemDataRole.ToolTipRole:
                decided = "".join(f"\n{one}" for one in self.decided(self.path_at(row)).sentences)
                return f"{display_text(self.path_at(row))}{decided}\nEnter opens it in Explore"
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row)
        return None

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._places)
