"""The relevant images of one query, each with its rank under both checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt

from training.data.records import ImageRecord
from uem_desktop.item_models.image_list import AnyIndex, ImageListModel
from uem_desktop.item_models.roles import Role
from uem_desktop.retrieval.compare_query import Move
from uem_desktop.retrieval.compare_words import move_text
from uem_desktop.retrieval.display_text import display_text


class MoveListModel(ImageListModel):
    """Images in the order that it is told; each says from which rank to which it went."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._moves: tuple[Move, ...] = ()
        self._records: Sequence[ImageRecord] = ()
        self._top_k = 1

    def set_moves(self, moves: Sequence[Move], records: Sequence[ImageRecord], top_k: int) -> None:
        """Show these moves.

        Args:
            moves: Of gallery rows.
            records: Of the gallery.
            top_k: Up to which rank an image counts as found.
        """
        self.beginResetModel()
        self._moves, self._records, self._top_k = tuple(moves), records, top_k
        self.endResetModel()

    def move_at(self, row: int) -> Move:
        """Return the move in a row."""
        return self._moves[row]

    def path_at(self, row: int) -> Path:
        """Return the gallery image in a row."""
        return self._records[self._moves[row].row].path

    def _words(self, row: int) -> str:
        move = self._moves[row]
        if move.by == 0:
            return "stayed"
        return f"{abs(move.by):,} {'up' if move.by > 0 else 'down'}"

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = index.row()
        move = self._moves[row]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return move_text(move)
            case Role.PATH:
                return self.path_at(row)
            case Role.MARK:
                return "correct" if move.ours <= self._top_k else "missed"
            case Role.CATEGORY:
                return self._words(row)
            case Role.RANK:
                return move.ours
            case Role.ROW:
                return move.row
            case Role.IS_READY:
                return True
            case Role.DECISIONS:
                return self.decided(self.path_at(row)).marks
            case Qt.ItemDataRole.ToolTipRole:
                return f"{display_text(self.path_at(row))}\n{self._spoken(row)}"
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row)
        return None

    def _spoken(self, row: int) -> str:
        move = self._moves[row]
        return f"rank {move.theirs:,} before, rank {move.ours:,} now, {self._words(row)}"

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._moves)
