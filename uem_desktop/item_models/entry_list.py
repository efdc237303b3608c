"""What stands out in a diagnostic, as rows of a list."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt

from uem_desktop.item_models.image_list import AnyIndex, ImageListModel
from uem_desktop.item_models.roles import Role
from uem_desktop.retrieval.entries import Entries, Entry

_FIRST = int(Qt.ItemDataRole.UserRole)


class EntryRole(IntEnum):
    """Roles beside those that every list of images has."""

    DETAIL = _FIRST + 5
    """`str`: second line of text."""
    VALUE = _FIRST + 20
    """`str`: the number of the entry."""
    SECOND = _FIRST + 21
    """`str`: what else is counted."""


class EntryListModel(ImageListModel):
    """Entries in the order that they have; one is made when it is looked at."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: Entries | None = None
        self._made: dict[int, Entry] = {}

    def set_entries(self, entries: Entries | None) -> None:
        """Show other entries."""
        self.beginResetModel()
        self._entries = entries
        self._made = {}
        self.endResetModel()

    def entry_at(self, row: int) -> Entry:
        """Return the entry in a row."""
        assert self._entries is not None
        if row not in self._made:
            self._made[row] = self._entries[row]
        return self._made[row]

    def path_at(self, row: int) -> Path:
        """Return the image that stands for the entry in a row."""
        assert self._entries is not None
        side, image = self.entry_at(row).image
        return self._entries.domains[side].records[image].path

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self.entry_at(index.row())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return entry.name
            case Role.PATH:
                return self.path_at(index.row())
            case Role.IS_READY:
                return True
            case EntryRole.DETAIL:
                return entry.detail
            case EntryRole.VALUE:
                return entry.value
            case EntryRole.SECOND:
                return entry.second
            case Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
                parts = (entry.name, entry.detail, entry.value, entry.second)
                return ", ".join(part for part in parts if part)
        return None

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or self._entries is None else len(self._entries)
