"""The queries of a comparison as rows of a list."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, Qt

from uem_desktop.item_models.image_list import AnyIndex, ImageListModel
from uem_desktop.item_models.roles import Role
from uem_desktop.retrieval.compare import Comparison
from uem_desktop.retrieval.compare_orders import CompareOrder
from uem_desktop.retrieval.compare_words import first_matches_text, row_texts
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.mismatches import Rows

_FIRST = int(Qt.ItemDataRole.UserRole)
_NO_ROWS = np.empty(0, np.int64)


class CompareRole(IntEnum):
    """Roles beside those that every list of images has."""

    DETAIL = _FIRST + 5
    """`str`: category of the query and of its first matches."""
    VALUE = _FIRST + 20
    """`str`: the number that the list is sorted by."""
    SECOND = _FIRST + 21
    """`str`: what else is worth knowing."""


class CompareListModel(ImageListModel):
    """Places of one comparison in the order that it is told."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._found: Comparison | None = None
        self._places: Rows = _NO_ROWS
        self._order = CompareOrder.LOSS
        self._top_k = 1

    def set_rows(
        self, found: Comparison | None, places: Rows, order: CompareOrder, top_k: int
    ) -> None:
        """Show these places of a comparison."""
        self.beginResetModel()
        self._found, self._order, self._top_k = found, order, top_k
        self._places = places if found is not None else _NO_ROWS
        self.endResetModel()

    def place_at(self, row: int) -> int:
        """Return the place in the comparison that a row shows."""
        return int(self._places[row])

    def row_of(self, place: int) -> int:
        """Return the row that shows a place, -1 when none does."""
        rows = np.flatnonzero(self._places == place)
        return int(rows[0]) if len(rows) else -1

    def path_at(self, row: int) -> Path:
        """Return the query image in a row."""
        assert self._found is not None
        return self._found.ours.query.records[int(self._found.rows[self._places[row]])].path

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
            case CompareRole.DETAIL:
                return first_matches_text(self._found, self.place_at(row))
            case CompareRole.VALUE:
                return self._texts(row)[0]
            case CompareRole.SECOND:
                return self._texts(row)[1]
            case Qt.ItemDataRole.ToolTipRole:
                return (
                    f"{display_text(self.path_at(row))}\nCategory, and what the first match was or"
                    " is now where that is another one.\nEnter opens it in Explore"
                )
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row)
        return None

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._places)
