"""Which files a run left out, and why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QVBoxLayout,
    QWidget,
)

from training.data.records import DecodeFailure
from uem_desktop.item_models.problem_table import Problem, ProblemColumn, ProblemTableModel
from uem_desktop.pages.labels import plain_label
from uem_desktop.pages.row_table import RowTable
from uem_desktop.pages.watched_run import WatchedRun
from uem_desktop.retrieval.run_words import skipped_text
from uem_desktop.widgets.tokens import SPACE_L, SPACE_M


def skipped_dialog(parent: QWidget, run: WatchedRun) -> QDialog:
    """Return a dialog that lists the files a run skipped."""
    skipped: Sequence[tuple[str, str]] = run.started.skipped if run.started else ()
    model = ProblemTableModel()
    model.set_problems(
        Problem(run.domain_of(Path(path)).upper(), DecodeFailure(Path(path), reason))
        for path, reason in skipped
    )
    table = RowTable()
    model.setParent(table)
    table.setModel(model)
    table.setSortingEnabled(True)
    table.sortByColumn(ProblemColumn.FOLDER, Qt.SortOrder.AscendingOrder)
    table.setAccessibleName("Skipped files")
    table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    table.horizontalHeader().setStretchLastSection(True)
    for column, width in enumerate((190, 240, 90, 240)):
        table.setColumnWidth(column, width)
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(f"{skipped_text(len(skipped))} – {run.path.name}")
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())
    copy = buttons.addButton("Copy paths", QDialogButtonBox.ButtonRole.ActionRole)
    text = model.paths_text(range(model.rowCount()))
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(text))
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_M)
    layout.setSpacing(SPACE_M)
    sentence = "These files could not be read. The run learns from all others."
    layout.addWidget(plain_label(sentence, "dim"))
    layout.addWidget(table, 1)
    layout.addWidget(buttons)
    dialog.resize(820, 420)
    return dialog
