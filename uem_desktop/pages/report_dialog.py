"""Asks for a report: how many queries, with or without decisions, HTML or PDF, where to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from uem_desktop.pages.labels import plain_label
from uem_desktop.pages.path_field import PathField
from uem_desktop.retrieval.report_making import DEFAULT_TOP_K, DEFAULT_WORST
from uem_desktop.widgets.segments import Segments
from uem_desktop.widgets.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XS

_KINDS = ((".pdf", "&PDF"), (".html", "&HTML"))
_HELP = (
    "Numbers, the worst queries with their matches, categories, skipped files, and the command that"
    " makes the report again. It stands alone in one file."
)
_WIDTH = 600


@dataclass(frozen=True, slots=True)
class ReportAsked:
    """What a person asked for.

    Attributes:
        out: The file; its suffix says the kind.
        worst_count: How many queries.
        top_k: Matches of each.
        with_decisions: Whether decisions are in it.
    """

    out: Path
    worst_count: int
    top_k: int
    with_decisions: bool


class ReportDialog(QDialog):
    """A form.

    Signals:
        wanted(ReportAsked): Write this report.
    """

    wanted = Signal(object)

    def __init__(
        self, folder: Path, stem: str, decided: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("reportDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Report")
        self._folder, self._stem = folder, stem
        self.kind = Segments(_KINDS, "Kind of file")
        self.worst, self.top_k = QSpinBox(), QSpinBox()
        self.worst.setRange(0, 500)
        self.worst.setValue(DEFAULT_WORST)
        self.worst.setSuffix(" worst queries")
        self.top_k.setRange(1, 50)
        self.top_k.setValue(DEFAULT_TOP_K)
        self.top_k.setSuffix(" matches of each")
        noun = "decision" if decided == 1 else "decisions"
        self.decisions = QCheckBox(f"With the {decided:,} {noun} of this project")
        self.decisions.setChecked(bool(decided))
        self.decisions.setVisible(bool(decided))
        self.place = PathField("Report to")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go_button = self.buttons.addButton(
            "Write report", QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.go_button.setProperty("role", "primary")
        self._lay_out()
        self.kind.chosen.connect(self._show_kind)
        self.place.changed.connect(self._show_state)
        self.buttons.accepted.connect(self._take)
        self.buttons.rejected.connect(self.reject)
        self._show_kind(_KINDS[0][0])

    def _show_kind(self, suffix: str) -> None:
        self.kind.show_choice(suffix)
        self.place.set_kind(is_folder=False, suffix=suffix)
        self.place.suggest(self._folder / f"{self._stem}-report{suffix}")

    def _show_state(self) -> None:
        self.go_button.setEnabled(self.place.path is not None)

    def _take(self) -> None:
        out = self.place.path
        if out is None or not self.place.confirm():
            return
        if out.suffix.lower() != self.kind.choice:
            out = out.with_name(out.name + self.kind.choice)
        self.wanted.emit(
            ReportAsked(out, self.worst.value(), self.top_k.value(), self.decisions.isChecked())
        )
        self.accept()

    def _lay_out(self) -> None:
        fields = QFormLayout()
        fields.setHorizontalSpacing(SPACE_M)
        fields.setVerticalSpacing(SPACE_S)
        fields.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        fields.addRow("&As", self.kind)
        fields.addRow("&Of the", self.worst)
        fields.addRow("&With", self.top_k)
        fields.addRow("", self.decisions)
        fields.addRow("&To", self.place)
        for box in (self.worst, self.top_k):
            box.lineEdit().setTextMargins(SPACE_XS, 0, 0, 0)
        self.worst.setAccessibleName("How many of the worst queries")
        self.top_k.setAccessibleName("How many matches of each")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_M)
        layout.setSpacing(SPACE_L)
        layout.addWidget(plain_label(_HELP, "dim", is_wrapped=True))
        layout.addLayout(fields)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.go_button.setDefault(True)
        self.setMinimumWidth(_WIDTH)
