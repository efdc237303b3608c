"""The checkpoints of a run; each can become the explorer's encoder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from training.events import CheckpointSaved, RunStarted
from uem_desktop.item_models.checkpoint_table import CheckpointRow, CheckpointTableModel
from uem_desktop.pages.empty_state import EmptyState
from uem_desktop.pages.labels import ElidedLabel
from uem_desktop.pages.row_table import RowTable
from uem_desktop.pages.watched_run import WatchedRun
from uem_desktop.retrieval.run_curves import RunCurves
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.tokens import SPACE_L, SPACE_M, SPACE_S


class CheckpointPanel(QWidget):
    """A table with one button.

    Signals:
        use_wanted(Path): Make this encoder the explorer's.
    """

    use_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = CheckpointTableModel(self)
        self.table = RowTable()
        self.use_button = QPushButton("Use in Explore")
        self._note = ElidedLabel(role="dim")
        self._empty = EmptyState("checkpoint", theme)
        self._stack = QStackedWidget()
        theme.bind_icon(self.use_button, "explore")
        self._lay_out()
        self.use_button.clicked.connect(self._use_current)
        self.table.activated.connect(self._use)
        self.table.selectionModel().currentChanged.connect(self._show_button)

    def show_run(self, run: WatchedRun | None) -> None:
        """Show the checkpoints of a run, the newest first."""
        rows = checkpoint_rows(run.path, run.curves) if run else []
        is_at_newest = self.table.currentIndex().row() <= 0
        self.model.set_rows(rows)
        self._stack.setCurrentIndex(int(bool(rows)))
        if rows and is_at_newest:
            self.table.selectRow(0)
        self._show_button()

    def _show_button(self, *_: object) -> None:
        index = self.table.currentIndex()
        row = self.model.rows[index.row()] if index.isValid() else None
        self.use_button.setEnabled(row is not None and row.encoder is not None)
        self._note.set_text(
            "Enter or a double click makes a checkpoint the explorer's encoder; a run can be used"
            " while it goes on."
        )

    def _use_current(self) -> None:
        self._use(self.table.currentIndex())

    def _use(self, index: QModelIndex) -> None:
        if index.isValid() and (encoder := self.model.rows[index.row()].encoder) is not None:
            self.use_wanted.emit(encoder)

    def _lay_out(self) -> None:
        self._empty.show_text(
            "No checkpoints yet",
            "The run saves one every few epochs, at the end of each stage, and when it is stopped.",
        )
        table = self.table
        table.setModel(self.model)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setAccessibleName("Checkpoints")
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in enumerate((200, 130, 160, 200)):
            table.setColumnWidth(column, width)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE_S)
        foot.addWidget(self._note, 1)
        foot.addWidget(self.use_button)
        body = QWidget()
        column_layout = QVBoxLayout(body)
        column_layout.setContentsMargins(0, 0, 0, 0)
        column_layout.setSpacing(SPACE_S)
        column_layout.addWidget(table, 1)
        column_layout.addLayout(foot)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        layout.addWidget(self._stack)


def checkpoint_rows(folder: Path, curves: RunCurves) -> list[CheckpointRow]:
    """Return the checkpoints of a run, newest first, each with the mAP that was measured then."""
    measured = [
        {int(x): float(y) for x, y in zip(curve.x, curve.y, strict=True)}
        for curve in curves.group("map")
        if "interpolated" not in curve.kind.name
    ]
    rows = []
    for saved in reversed(curves.checkpoints):
        step = _steps_done(curves.started, saved)
        values = [points[step] for points in measured if step in points]
        within = f", step {saved.step:,}" if saved.step else ""
        number = saved.epoch + 1 if saved.step else saved.epoch
        rows.append(
            CheckpointRow(
                f"{saved.stage}, epoch {number:,}{within}",
                sum(values) / len(values) if values and not saved.step else None,
                saved.time,
                folder / saved.encoder if saved.encoder else None,
            )
        )
    final = curves.ended
    if final is not None and final.encoder:
        newest = [points[max(points)] for points in measured if points]
        value = sum(newest) / len(newest) if newest else None
        rows.insert(0, CheckpointRow("the whole run", value, final.time, folder / final.encoder))
    return rows


def _steps_done(started: RunStarted | None, saved: CheckpointSaved) -> int:
    done = 0
    for stage in started.stages if started else ():
        if stage.name == saved.stage:
            return done + saved.epoch * stage.steps + saved.step
        done += stage.epochs * stage.steps
    return -1
