"""Some rows of a domain, in any order."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, Qt

from training.data.records import ImageRecord
from uem_desktop.item_models.decided import shown_category
from uem_desktop.item_models.image_list import AnyIndex, ImageListModel
from uem_desktop.item_models.roles import Role
from uem_desktop.retrieval.display_text import display_text


class RowsListModel(ImageListModel):
    """Images of a domain by their rows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._records: Sequence[ImageRecord] = ()
        self._rows: np.ndarray = np.empty(0, np.int64)

    def set_rows(self, records: Sequence[ImageRecord], rows: np.ndarray) -> None:
        """Show these rows, int64 (n,), of a domain."""
        self.beginResetModel()
        self._records, self._rows = records, rows
        self.endResetModel()

    def path_at(self, row: int) -> Path:
        """Return the file in a row."""
        return self._records[int(self._rows[row])].path

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        record = self._records[int(self._rows[index.row()])]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return display_text(record.path.name)
            case Role.PATH:
                return record.path
            case Role.CATEGORY:
                return shown_category(record.category, self.decided(record.path))
            case Role.DECISIONS:
                return self.decided(record.path).marks
            case Role.ROW:
                return record.id
            case Role.IS_READY:
                return True
            case Qt.ItemDataRole.ToolTipRole:
                decided = self.decided(record.path).sentences
                return "\n".join([display_text(record.path), *decided, "Enter asks it in Explore"])
            case Qt.ItemDataRole.AccessibleTextRole:
                decided = self.decided(record.path).sentences
                parts = (record.category, display_text(record.path.name), *decided)
                return ", ".join(part for part in parts if part)
        return None

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)
