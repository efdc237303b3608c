"""The queries that failed, worst first, as rows of a list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt

from uem_desktop.item_models.image_list import AnyIndex
from uem_desktop.item_models.place_list import NO_PLACES, PlaceListModel, PlaceRole
from uem_desktop.item_models.roles import Role
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.mismatch_orders import Order
from uem_desktop.retrieval.mismatch_words import pair_text, row_texts
from uem_desktop.retrieval.mismatches import Mismatches, Rows
from uem_desktop.retrieval.query_table import record_at


class MismatchListModel(PlaceListModel):
    """Places of one table in the order that it is told."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._found: Mismatches | None = None
        self._order = Order.PLAIN_AP

    def set_rows(self, found: Mismatches | None, places: Rows, order: Order) -> None:
        """Show these places of a table."""
        self.beginResetModel()
        self._found, self._order = found, order
        self._places = places if found is not None else NO_PLACES
        self.endResetModel()

    def path_at(self, row: int) -> Path:
        """Return the query image in a row."""
        assert self._found is not None
        return record_at(self._found, self.place_at(row)).path

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
            case PlaceRole.DETAIL:
                return pair_text(self._found, place)
            case PlaceRole.VALUE:
                return row_texts(self._found, place, self._order)[0]
            case PlaceRole.SECOND:
                return row_texts(self._found, place, self._order)[1]
            case Qt.ItemDataRole.ToolTipRole:
                decided = "".join(f"\n{one}" for one in self.decided(self.path_at(row)).sentences)
                return f"{display_text(self.path_at(row))}{decided}\nEnter opens it in Explore"
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row)
        return None
