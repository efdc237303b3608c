"""A domain as a list of images that can be filtered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, Qt

from training.data.records import ImageRecord
from uem_desktop.item_models.decided import shown_category
from uem_desktop.item_models.image_list import AnyIndex, ImageListModel
from uem_desktop.item_models.record_filter import RecordFilter
from uem_desktop.item_models.roles import Role
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.private_words import decision_sentence

_NO_ROWS = np.zeros(0, dtype=np.int64)


class RecordListModel(ImageListModel):
    """The records of one domain, those that pass a filter, in path order.

    A *row of the model* counts what is shown; a *row of the domain* (`ImageRecord.id`) counts
    every record. Both ways between them are arithmetic on a sorted array.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._records: Sequence[ImageRecord] = ()
        self._filter = RecordFilter(())
        self._shown = _NO_ROWS
        self._is_ready = np.zeros(0, dtype=bool)
        self._reasons: dict[int, str] = {}
        self._values = np.zeros(0)
        self._threshold = np.inf
        self._category: str | None = None
        self._text = ""

    @property
    def records(self) -> Sequence[ImageRecord]:
        """All records, shown or not."""
        return self._records

    @property
    def category(self) -> str | None:
        """The category that is shown; None for all."""
        return self._category

    @property
    def text(self) -> str:
        """The text that the shown file names hold."""
        return self._text

    def set_records(self, records: Sequence[ImageRecord]) -> None:
        """Show another domain; the filter stays, nothing is ready or failed yet."""
        self.beginResetModel()
        self._records = records
        self._filter = RecordFilter(records)
        self._is_ready = np.zeros(len(records), dtype=bool)
        self._reasons = {}
        self._values = np.zeros(0)
        self._shown = self._filter.rows(self._category, self._text)
        self.endResetModel()

    def set_filter(self, category: str | None = None, text: str = "") -> None:
        """Show only one category, or only file names that hold a text, or both."""
        text = text.strip()
        if (category, text) == (self._category, self._text):
            return
        self.beginResetModel()
        self._category, self._text = category, text
        self._shown = self._filter.rows(category, text)
        self.endResetModel()

    def set_ready(self, rows: np.ndarray) -> None:
        """Note that these rows of the domain have their embeddings, (n,) integers."""
        self._is_ready[rows] = True
        self._announce(rows, [Role.IS_READY])

    def set_failed(self, reasons: dict[int, str]) -> None:
        """Note which rows of the domain cannot be read, and why."""
        self._reasons.update(reasons)
        self._announce(np.fromiter(reasons, np.int64, len(reasons)), [Role.IS_READY])

    def set_decisions(self, values: np.ndarray, threshold: float) -> None:
        """Mark the images whose decision value is above a threshold: they have no counterpart.

        Args:
            values: float64 (N,) for the N records, NaN where nothing is decided; (0,) for none.
            threshold: The line.
        """
        self._values, self._threshold = values, threshold
        if len(self._shown):
            roles = [Role.MARK, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole]
            self.dataChanged.emit(self.index(0), self.index(len(self._shown) - 1), roles)

    def _is_private(self, row: int) -> bool:
        return bool(len(self._values) and self._values[row] > self._threshold)

    def record_at(self, row: int) -> ImageRecord:
        """Return the record in a row of the model."""
        return self._records[int(self._shown[row])]

    def path_at(self, row: int) -> Path:
        """Return the file in a row of the model."""
        return self.record_at(row).path

    def row_of(self, record_id: int) -> int:
        """Return the row of the model that shows a row of the domain, -1 when it is hidden."""
        row = int(np.searchsorted(self._shown, record_id))
        is_shown = row < len(self._shown) and int(self._shown[row]) == record_id
        return row if is_shown else -1

    def shown_rows(self) -> np.ndarray:
        """Return the rows of the domain that are shown, ascending, (n,) int64, read-only."""
        shown = self._shown.view()
        shown.flags.writeable = False
        return shown

    def _announce(self, rows: np.ndarray, roles: list[int]) -> None:
        if not len(rows):
            return
        first = int(np.searchsorted(self._shown, rows.min()))
        last = int(np.searchsorted(self._shown, rows.max(), side="right")) - 1
        if first <= last:
            self.dataChanged.emit(self.index(first), self.index(last), roles)

    def _spoken(self, record: ImageRecord) -> str:
        if record.id in self._reasons:
            state = f"cannot be read: {self._reasons[record.id]}"
        else:
            state = "embedded" if self._is_ready[record.id] else "not embedded yet"
        private = "no counterpart" if self._is_private(record.id) else None
        decided = self.decided(record.path).sentences
        parts = (record.category, display_text(record.path.name), private, state, *decided)
        return ", ".join(part for part in parts if part)

    def _tool_tip(self, record: ImageRecord) -> str:
        reason = self._reasons.get(record.id)
        path = "\n".join([display_text(record.path), *self.decided(record.path).sentences])
        if reason:
            return f"{path}\nCannot be read: {reason}"
        if self._is_private(record.id):
            value, threshold = self._values[record.id], self._threshold
            return f"{path}\n{decision_sentence(value, threshold)}"
        return path

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        record = self._records[int(self._shown[index.row()])]
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
            case Role.MARK:
                return "private" if self._is_private(record.id) else None
            case Role.IS_READY:
                return bool(self._is_ready[record.id])
            case Qt.ItemDataRole.ToolTipRole:
                return self._tool_tip(record)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(record)
        return None

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)
