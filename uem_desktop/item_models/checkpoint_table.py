"""The checkpoints of a run as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from uem_desktop.item_models.image_list import AnyIndex


class CheckpointColumn(IntEnum):
    """Columns of the table, left to right."""

    PLACE = 0
    MAP = 1
    TIME = 2
    FILE = 3


_TITLES = ("After", "mAP@All plain", "Saved", "Encoder")
_ENDS = (CheckpointColumn.MAP,)


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """One checkpoint.

    Attributes:
        place: ``"IDSE, epoch 5"``.
        map_plain: Percent, mean of both directions; None where it was not measured then.
        saved_at: Seconds since 1970.
        encoder: The file that the explorer takes; None for a state within an epoch.
    """

    place: str
    map_plain: float | None
    saved_at: float
    encoder: Path | None

    def text(self, column: int) -> str:
        """Return what a cell shows."""
        match column:
            case CheckpointColumn.PLACE:
                return self.place
            case CheckpointColumn.MAP:
                return "–" if self.map_plain is None else f"{self.map_plain:.1f} %"
            case CheckpointColumn.TIME:
                return f"{datetime.fromtimestamp(self.saved_at):%d %b %H:%M:%S}"
            case _:
                return self.encoder.name if self.encoder else "none: saved within an epoch"


class CheckpointTableModel(QAbstractTableModel):
    """Checkpoints, the newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[CheckpointRow] = []

    @property
    def rows(self) -> Sequence[CheckpointRow]:
        """All rows in the order shown."""
        return tuple(self._rows)

    def set_rows(self, rows: Sequence[CheckpointRow]) -> None:
        """Show these checkpoints; what is shown already stays where it is."""
        wanted = list(rows)
        if wanted == self._rows:
            return
        added = len(wanted) - len(self._rows)
        if added > 0 and wanted[added:] == self._rows:
            self.beginInsertRows(QModelIndex(), 0, added - 1)
            self._rows = wanted
            self.endInsertRows()
            return
        self.beginResetModel()
        self._rows = wanted
        self.endResetModel()

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.text(column)
            case Qt.ItemDataRole.ToolTipRole:
                return str(row.encoder) if row.encoder else row.text(column)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{_TITLES[column]}: {row.text(column)}"
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column)
        return None

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(CheckpointColumn)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(_TITLES):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _TITLES[section]
        return _alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in _ENDS else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
