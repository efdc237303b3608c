"""The images that could not be read, as a table that sorts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QObject,
    Qt,
)

from training.data.records import DecodeFailure
from uem_desktop.item_models.image_list import IMAGE_FLAGS, AnyIndex
from uem_desktop.item_models.mime_data import FILE_MIME_TYPES, file_mime_data
from uem_desktop.item_models.roles import Role
from uem_desktop.item_models.sorted_rows import SORT_ROLE
from uem_desktop.retrieval.display_text import display_text

_NUMBER = re.compile(r"(\d+)")


class ProblemColumn(IntEnum):
    """Columns of the table, left to right."""

    FILE = 0
    FOLDER = 1
    DOMAIN = 2
    REASON = 3


_TITLES = ("File", "Folder", "Domain", "Reason")


@dataclass(frozen=True, slots=True)
class Problem:
    """One image that could not be read, and the domain whose folder holds it."""

    domain: str
    failure: DecodeFailure

    def text(self, column: int) -> str:
        """Return what a cell shows."""
        match column:
            case ProblemColumn.FILE:
                return display_text(self.failure.path.name)
            case ProblemColumn.FOLDER:
                return display_text(self.failure.path.parent)
            case ProblemColumn.DOMAIN:
                return self.domain.capitalize()
            case _:
                return self.failure.reason[:1].upper() + self.failure.reason[1:]


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Order texts as people count: "image 9" before "image 10", upper and lower case alike."""
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in _NUMBER.split(text.casefold())
        if part
    )


class ProblemTableModel(QAbstractTableModel):
    """Rows of `Problem`, in the order of the column that was sorted last."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._problems: list[Problem] = []
        self._sorted_by: tuple[int, Qt.SortOrder] | None = None

    @property
    def problems(self) -> Sequence[Problem]:
        """All rows in the order shown."""
        return tuple(self._problems)

    def set_problems(self, problems: Iterable[Problem]) -> bool:
        """Show these rows; the sort order stays, and where rows only come, so do all others.

        Returns:
            Whether they are others than before.
        """
        wanted, known = list(problems), set(self._problems)
        added = [problem for problem in wanted if problem not in known]
        if len(wanted) == len(self._problems) + len(added) and self._sorted_by is None:
            self.append(added)
            return bool(added)
        self.beginResetModel()
        self._problems = wanted
        if self._sorted_by is not None:
            self._problems = [self._problems[row] for row in self._order(*self._sorted_by)]
        self.endResetModel()
        return True

    def append(self, problems: Iterable[Problem]) -> None:
        """Add rows at the end, as they come while a folder is being embedded."""
        added = list(problems)
        if not added:
            return
        count = len(self._problems)
        self.beginInsertRows(QModelIndex(), count, count + len(added) - 1)
        self._problems.extend(added)
        self.endInsertRows()

    def problem_at(self, row: int) -> Problem:
        """Return the problem in a row."""
        return self._problems[row]

    def paths_text(self, rows: Iterable[int]) -> str:
        """Return the full paths of rows, one a line, for the clipboard."""
        return "\n".join(str(self._problems[row].failure.path) for row in rows)

    def _order(self, column: int, order: Qt.SortOrder) -> list[int]:
        keys = [natural_key(problem.text(column)) for problem in self._problems]
        is_reversed = order == Qt.SortOrder.DescendingOrder
        return sorted(range(len(keys)), key=keys.__getitem__, reverse=is_reversed)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        problem = self._problems[index.row()]
        path: Path = problem.failure.path
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return problem.text(index.column())
            case Qt.ItemDataRole.ToolTipRole:
                return f"{display_text(path)}\n{problem.text(ProblemColumn.REASON)}"
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{_TITLES[index.column()]}: {problem.text(index.column())}"
            case Role.PATH:
                return path
        return natural_key(problem.text(index.column())) if role == SORT_ROLE else None

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._problems)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(ProblemColumn)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        is_title = orientation == Qt.Orientation.Horizontal
        if is_title and role == Qt.ItemDataRole.DisplayRole and 0 <= section < len(_TITLES):
            return _TITLES[section]
        if is_title and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if not 0 <= column < len(ProblemColumn):
            return
        self.layoutAboutToBeChanged.emit()
        self._sorted_by = column, order
        rows = self._order(column, order)
        self._problems = [self._problems[row] for row in rows]
        new_row_of = {old: new for new, old in enumerate(rows)}
        before = self.persistentIndexList()
        after = [self.index(new_row_of[index.row()], index.column()) for index in before]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        return IMAGE_FLAGS if index.isValid() else Qt.ItemFlag.NoItemFlags

    def mimeTypes(self) -> list[str]:
        return list(FILE_MIME_TYPES)

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        rows = dict.fromkeys(index.row() for index in indexes)
        return file_mime_data(self._problems[row].failure.path for row in rows)

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction
