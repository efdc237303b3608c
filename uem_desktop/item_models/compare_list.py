"""The queries of a comparison as rows of a list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt

from uem_desktop.item_models.image_list import AnyIndex
from uem_desktop.item_models.place_list import NO_PLACES, PlaceListModel, PlaceRole
from uem_desktop.item_models.roles import Role
from uem_desktop.retrieval.compare import Comparison
from uem_desktop.retrieval.compare_orders import CompareOrder
from uem_desktop.retrieval.compare_words import first_matches_text, row_texts
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.mismatches import Rows
from uem_desktop.retrieval.query_table import record_at


class CompareListModel(PlaceListModel):
    """Places of one comparison in the order that it is told."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._found: Comparison | None = None
        self._order = CompareOrder.LOSS
        self._top_k = 1

    def set_rows(
        self, found: Comparison | None, places: Rows, order: CompareOrder, top_k: int
    ) -> None:
        """Show these places of a comparison."""
        self.beginResetModel()
        self._found, self._order, self._top_k = found, order, top_k
        self._places = places if found is not None else NO_PLACES
        self.endResetModel()

    def path_at(self, row: int) -> Path:
        """Return the query image in a row."""
        assert self._found is not None
        return record_at(self._found, self.place_at(row)).path

    def _texts(self, row: int) -> tuple[str, str]:
        assert self._found is not None
        return row_texts(self._found, self.place_at(row), self._order, self._top_k)

    def _spoken(self, row: int) -> str:
        assert self._found is not None
        detail = first_matches_text(self._found, self.place_at(row))
        parts = (f"{row + 1}", display_text(self.path_at(row).name), detail, *self._texts(row))
        return ", ".join(part.replace("→", "to") for part in parts if part)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self._found is None:
            return None
        row = index.row()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return display_text(self.path_at(row).name)
            case Role.PATH:
                return self.path_at(row)
            case Role.ROW:
                return int(self._found.rows[self.place_at(row)])
            case Role.IS_READY:
                return True
            case Role.DECISIONS:
                return self.decided(self.path_at(row)).marks
            case PlaceRole.DETAIL:
                return first_matches_text(self._found, self.place_at(row))
            case PlaceRole.VALUE:
                return self._texts(row)[0]
            case PlaceRole.SECOND:
                return self._texts(row)[1]
            case Qt.ItemDataRole.ToolTipRole:
                return (
                    f"{display_text(self.path_at(row))}\nCategory, and what the first match was or"
                    " is now where that is another one.\nEnter opens it in Explore"
                )
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row)
        return None
