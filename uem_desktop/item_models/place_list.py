"""What lists of queries have in common whose rows are places of a table, in some order."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, Qt

from uem_desktop.item_models.image_list import AnyIndex, ImageListModel
from uem_desktop.retrieval.mismatches import Rows

NO_PLACES = np.empty(0, np.int64)
_FIRST = int(Qt.ItemDataRole.UserRole)


class PlaceRole(IntEnum):
    """Roles beside those that every list of images has."""

    DETAIL = _FIRST + 5
    """`str`: category of the query and of what it found."""
    VALUE = _FIRST + 20
    """`str`: the number that the list is sorted by."""
    SECOND = _FIRST + 21
    """`str`: what else is worth knowing."""


class PlaceListModel(ImageListModel):
    """Rows of a list that are places of a table."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._places: Rows = NO_PLACES

    def place_at(self, row: int) -> int:
        """Return the place in the table that a row shows."""
        return int(self._places[row])

    def row_of(self, place: int) -> int:
        """Return the row that shows a place, -1 when none does."""
        rows = np.flatnonzero(self._places == place)
        return int(rows[0]) if len(rows) else -1

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._places)
