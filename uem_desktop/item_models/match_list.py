"""The ranked matches of one query, then the relevant images that were missed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt

from uem_desktop.item_models.decided import shown_category
from uem_desktop.item_models.image_list import AnyIndex, ImageListModel
from uem_desktop.item_models.roles import Role
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.matches import Match, QueryResult

_MARKS = {True: "correct", False: "wrong", None: "unknown"}
_MARK_SENTENCES = {
    "correct": "correct: same category as the query",
    "wrong": "wrong: another category than the query",
    "unknown": "unknown: the query or the image has no category",
    "missed": "missed: same category as the query, but ranked too low",
}


class MatchListModel(ImageListModel):
    """One `QueryResult`: rank 1 first, missed relevant images after the last match.

    Args:
        hint: What a click or a key does, for the end of each tool tip.
    """

    def __init__(
        self, parent: QObject | None = None, hint: str = "Click to make it the next query"
    ) -> None:
        super().__init__(parent)
        self._hint = hint
        self._result: QueryResult | None = None
        self._matches: tuple[Match, ...] = ()
        self._match_count = 0

    @property
    def result(self) -> QueryResult | None:
        """What is shown; None before the first query."""
        return self._result

    @property
    def first_missed_row(self) -> int | None:
        """The row where the missed images begin; None when there are none."""
        return self._match_count if self._match_count < len(self._matches) else None

    def set_result(self, result: QueryResult | None) -> None:
        """Show the answer to another query; None for no query."""
        self.beginResetModel()
        self._result = result
        self._matches = () if result is None else (*result.matches, *result.missed)
        self._match_count = 0 if result is None else len(result.matches)
        self.endResetModel()

    def match_at(self, row: int) -> Match:
        """Return the match, or the missed image, in a row."""
        return self._matches[row]

    def path_at(self, row: int) -> Path:
        """Return the gallery image in a row."""
        return self._matches[row].record.path

    def row_of_rank(self, rank: int) -> int:
        """Return the row that shows a rank, -1 when none does."""
        return next((row for row, match in enumerate(self._matches) if match.rank == rank), -1)

    def mark_at(self, row: int) -> str:
        """Return "correct", "wrong", "unknown" or "missed"."""
        return "missed" if row >= self._match_count else _MARKS[self._matches[row].is_correct]

    def _spoken(self, row: int) -> str:
        match = self._matches[row]
        parts = (f"rank {match.rank}", self.mark_at(row), match.record.category)
        named = [part for part in parts if part]
        decided = self.decided(match.record.path).sentences
        return ", ".join([*named, f"similarity {match.similarity:.2f}", *decided])

    def _tool_tip(self, row: int) -> str:
        match = self._matches[row]
        decided = "".join(
            f"{line[:1].upper()}{line[1:]}\n" for line in self.decided(match.record.path).sentences
        )
        return (
            f"{display_text(match.record.path)}\n"
            f"Rank {match.rank} · similarity {match.similarity:.4f} · category "
            f"{match.record.category or 'not known'}\n"
            f"{_MARK_SENTENCES[self.mark_at(row)].capitalize()}\n{decided}"
            f"{self._hint}"
        )

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = index.row()
        match_ = self._matches[row]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return f"{match_.rank} · {match_.similarity:.3f}"
            case Role.PATH:
                return match_.record.path
            case Role.MARK:
                return self.mark_at(row)
            case Role.CATEGORY:
                return shown_category(match_.record.category, self.decided(match_.record.path))
            case Role.DECISIONS:
                return self.decided(match_.record.path).marks
            case Role.RANK:
                return match_.rank
            case Role.SIMILARITY:
                return match_.similarity
            case Role.ROW:
                return match_.row
            case Role.IS_READY:
                return True
            case Qt.ItemDataRole.ToolTipRole:
                return self._tool_tip(row)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row)
        return None

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._matches)
