"""The list of runs as rows for a view."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from uem_desktop.item_models.image_list import AnyIndex
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.runs import RunState, RunSummary

_FIRST = int(Qt.ItemDataRole.UserRole)


class RunRole(IntEnum):
    """What a view of runs may ask for."""

    STATE = _FIRST + 20
    """`RunState`."""
    DETAIL = _FIRST + 21
    """Second line: state, method and date."""
    VALUE = _FIRST + 22
    """mAP@All as a text; empty where it was not measured."""
    PATH = _FIRST + 23
    """`pathlib.Path` of the folder."""


class RunListModel(QAbstractListModel):
    """Runs, the one that was started last first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: list[RunSummary] = []

    @property
    def runs(self) -> Sequence[RunSummary]:
        """All rows."""
        return tuple(self._runs)

    def set_runs(self, runs: Sequence[RunSummary]) -> None:
        """Replace all rows; where the same runs stand in the same order only their texts change."""
        if [run.path for run in runs] == [run.path for run in self._runs]:
            self._runs = list(runs)
            if runs:
                self.dataChanged.emit(self.index(0), self.index(len(runs) - 1))
            return
        self.beginResetModel()
        self._runs = list(runs)
        self.endResetModel()

    def replace(self, run: RunSummary) -> None:
        """Show newer facts of a run that is in the list."""
        row = self.row_of(run.path)
        if row >= 0 and self._runs[row] != run:
            self._runs[row] = run
            self.dataChanged.emit(self.index(row), self.index(row))

    def row_of(self, path: Path) -> int:
        """Return the row of a run, -1 when it is not in the list."""
        return next((row for row, run in enumerate(self._runs) if run.path == path), -1)

    def run_at(self, row: int) -> RunSummary:
        """Return the run in a row."""
        return self._runs[row]

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        run = self._runs[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return display_text(run.name)
            case RunRole.STATE:
                return run.state
            case RunRole.DETAIL:
                return detail_text(run)
            case RunRole.VALUE:
                return map_text(run)
            case RunRole.PATH:
                return run.path
            case Qt.ItemDataRole.ToolTipRole:
                lines = [display_text(run.path), f"{state_text(run.state)}.", detail_text(run)]
                if run.last_map is not None:
                    lines.append(f"mAP@All plain {map_text(run)}, mean of both directions")
                return "\n".join([*lines, display_text(run.message)]).strip()
            case Qt.ItemDataRole.AccessibleTextRole:
                value = f", mAP {map_text(run)}" if run.last_map is not None else ""
                return f"{display_text(run.name)}, {detail_text(run)}{value}"
        return None

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._runs)


def detail_text(run: RunSummary) -> str:
    """Say state, method and date of a run."""
    parts = [run.state.value.capitalize()]
    if run.method:
        parts.append(run.method.upper())
    if run.started_at:
        parts.append(f"{datetime.fromtimestamp(run.started_at):%d %b %H:%M}")
    return " · ".join(parts)


def state_text(state: RunState) -> str:
    """Say where a run stands, and that it can go on where it can."""
    text = state.value.capitalize()
    if state in (RunState.STOPPED, RunState.BROKEN_OFF):
        return f"{text}, can go on"
    return text


def map_text(run: RunSummary) -> str:
    """Return the mAP of a run for people; empty where it was not measured."""
    return "" if run.last_map is None else f"{run.last_map:.1f} %"
