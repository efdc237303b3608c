"""The first matches of a pinned query at one moment of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt

from uem_desktop.item_models.image_list import AnyIndex, ImageListModel
from uem_desktop.item_models.roles import Role
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.pinned_history import PinnedMatch, PinnedRow

_MARKS = {True: "correct", False: "wrong", None: "unknown"}


class PinnedListModel(ImageListModel):
    """Matches, rank 1 first, as many as a view has room for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[PinnedMatch, ...] = ()
        self._matches: tuple[PinnedMatch, ...] = ()
        self._limit: int | None = None

    def set_row(self, row: PinnedRow) -> None:
        """Show other matches; as many as before only change their cells."""
        self._all = row.matches
        self._show(row.matches[: self._limit])

    def set_limit(self, limit: int) -> None:
        """Show this many matches at most."""
        self._limit = limit
        self._show(self._all[:limit])

    def _show(self, matches: tuple[PinnedMatch, ...]) -> None:
        if matches == self._matches:
            return
        if len(matches) == len(self._matches):
            self._matches = matches
            self.dataChanged.emit(self.index(0), self.index(len(matches) - 1))
            return
        self.beginResetModel()
        self._matches = matches
        self.endResetModel()

    def match_at(self, row: int) -> PinnedMatch:
        """Return the match in a row."""
        return self._matches[row]

    def path_at(self, row: int) -> Path:
        """Return the image in a row."""
        return self._matches[row].path

    def mark_at(self, row: int) -> str:
        """Return "correct", "wrong" or "unknown"."""
        return _MARKS[self._matches[row].is_correct]

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        found = self._matches[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return f"{found.rank} · {found.similarity:.3f}"
            case Role.PATH:
                return found.path
            case Role.MARK:
                return self.mark_at(index.row())
            case Role.CATEGORY:
                return found.category
            case Role.RANK:
                return found.rank
            case Role.SIMILARITY:
                return found.similarity
            case Role.IS_READY:
                return True
            case Qt.ItemDataRole.ToolTipRole:
                return (
                    f"{display_text(found.path)}\nRank {found.rank} · similarity"
                    f" {found.similarity:.4f} · category {found.category or 'not known'}"
                )
            case Qt.ItemDataRole.AccessibleTextRole:
                parts = (f"rank {found.rank}", self.mark_at(index.row()), found.category)
                return ", ".join(part for part in parts if part)
        return None

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._matches)
