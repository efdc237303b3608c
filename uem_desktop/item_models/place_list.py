"""What lists of queries have in common whose rows are places of a table, in some order."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, Qt

from uem_desktop.item_models.image_list import AnyIndex, ImageListModel
from uem_desktop.item_models.roles import Role
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.mismatches import Rows
from uem_desktop.retrieval.query_table import QueryTable, record_at

_NO_PLACES = np.empty(0, np.int64)
_FIRST = int(Qt.ItemDataRole.UserRole)

TableT = TypeVar("TableT", bound=QueryTable)


class PlaceRole(IntEnum):
    """Roles beside those that every list of images has."""

    DETAIL = _FIRST + 5
    """`str`: category of the query and of what it found."""
    VALUE = _FIRST + 20
    """`str`: the number that the list is sorted by."""
    SECOND = _FIRST + 21
    """`str`: what else is worth knowing."""


class PlaceListModel(ImageListModel, Generic[TableT]):
    """Rows of a list that are places of a table.

    Attributes:
        arrow_word: How an arrow is read aloud.
        hint: What the tool tip says beside the file.
    """

    arrow_word: ClassVar[str]
    hint: ClassVar[str] = "Enter opens it in Explore"

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._found: TableT | None = None
        self._places: Rows = _NO_PLACES

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
        return record_at(self._found, self.place_at(row)).path

    def _set_places(self, found: TableT | None, places: Rows) -> None:
        self.beginResetModel()
        self._found = found
        self._places = places if found is not None else _NO_PLACES
        self.endResetModel()

    # ---- what a table says of a place

    def _mark(self, found: TableT, place: int) -> str | None:
        """Return the name of a mark; None for none."""
        return None

    def _detail(self, found: TableT, place: int) -> str:
        """See `PlaceRole.DETAIL`."""
        raise NotImplementedError

    def _texts(self, found: TableT, place: int) -> tuple[str, str]:
        """See `PlaceRole.VALUE` and `PlaceRole.SECOND`."""
        raise NotImplementedError

    def _spoken(self, found: TableT, row: int) -> str:
        path, place = self.path_at(row), self.place_at(row)
        said = (self._detail(found, place), *self._texts(found, place))
        words = (text.replace("→", self.arrow_word) for text in said)
        parts = (f"{row + 1}", display_text(path.name), *words, *self.decided(path).marks)
        return ", ".join(part for part in parts if part)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._places)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        found = self._found
        if not index.isValid() or found is None:
            return None
        row, place, path = index.row(), self.place_at(index.row()), self.path_at(index.row())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return display_text(path.name)
            case Role.PATH:
                return path
            case Role.MARK:
                return self._mark(found, place)
            case Role.ROW:
                return int(found.rows[place])
            case Role.IS_READY:
                return True
            case Role.DECISIONS:
                return self.decided(path).marks
            case PlaceRole.DETAIL:
                return self._detail(found, place)
            case PlaceRole.VALUE:
                return self._texts(found, place)[0]
            case PlaceRole.SECOND:
                return self._texts(found, place)[1]
            case Qt.ItemDataRole.ToolTipRole:
                return "\n".join((display_text(path), *self.decided(path).sentences, self.hint))
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(found, row)
        return None
