"""What needs no categories: five numbers with what they mean, each a door to its images."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from uem_desktop.pages.diagnostics_keeper import DiagnosticsKeeper
from uem_desktop.pages.entry_browser import EntryBrowser
from uem_desktop.pages.export_offer import OwnExport
from uem_desktop.pages.labels import hairline, plain_label
from uem_desktop.pages.mismatch_decisions import MismatchDecisions
from uem_desktop.pages.mismatch_keeper import MismatchKeeper
from uem_desktop.pages.mismatch_offer import unlabelled_exports
from uem_desktop.retrieval.diagnostic_words import TITLES, finding
from uem_desktop.retrieval.entries import entries_of
from uem_desktop.widgets.finding_card import FindingCard
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S

_STEPS = 1000
_CARDS_WIDTH = 332


class MismatchUnlabelled(QWidget):
    """Shows the diagnostics of the keeper's table."""

    def __init__(
        self,
        keeper: MismatchKeeper,
        diagnostics: DiagnosticsKeeper,
        decisions: MismatchDecisions,
        loader: ThumbnailLoader,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self.diagnostics = diagnostics
        self.cards = {name: FindingCard(title) for name, title in TITLES.items()}
        self.browser = EntryBrowser(decisions, loader)
        self.method = plain_label("", "dim", is_wrapped=True)
        self.bar, self.note = QProgressBar(), plain_label("", "dim", is_wrapped=True)
        self.stop_button, self.go_on_button = QPushButton("Cancel"), QPushButton("Compute the rest")
        self._shown: object = None
        self._lay_out()
        for card in self.cards.values():
            card.toggled.connect(self._show_chosen)
        diagnostics.parts_changed.connect(self._show_parts)
        diagnostics.progressed.connect(self._show_progress)
        self.stop_button.clicked.connect(diagnostics.stop)
        self.go_on_button.clicked.connect(diagnostics.go_on)
        self.cards["mutual"].setChecked(True)
        self._show_progress()

    @property
    def chosen(self) -> str:
        """Which diagnostic is looked into."""
        return next(name for name, card in self.cards.items() if card.isChecked())

    def focus_first(self) -> None:
        """Give the focus to the chosen number."""
        self.cards[self.chosen].setFocus()

    def selected_paths(self) -> list[Path]:
        """Return the images that an edit command means."""
        return self.browser.selected_paths()

    def own_exports(self) -> tuple[OwnExport, ...]:
        """Return what can be exported, as far as it is known."""
        known = self.diagnostics
        return unlabelled_exports(known.found, known.parts, self.selected_paths())

    def show_found(self) -> None:
        """Begin with what the keeper has found."""
        self.diagnostics.update(self._keeper.found)

    def _show_parts(self) -> None:
        parts = self.diagnostics.parts
        for name, card in self.cards.items():
            if name in parts:
                said = finding(parts[name])
                card.show_finding(said.value, said.unit, said.sentence)
                card.setToolTip(said.method)
            else:
                card.show_finding("…", "", "")
                card.setToolTip("")
        self._show_chosen()

    def _show_chosen(self) -> None:
        part, found = self.diagnostics.parts.get(self.chosen), self.diagnostics.found
        if part is self._shown and part is not None:
            return
        self._shown = part
        has_part = part is not None and found is not None
        self.method.setText(finding(part).method if part is not None else "")
        self.browser.show_entries(
            entries_of(part, found) if part is not None and found is not None else None
        )
        self.browser.setEnabled(has_part)

    def _show_progress(self) -> None:
        keeper = self.diagnostics
        self.bar.setValue(round(keeper.share_done * _STEPS))
        for widget, is_shown in (
            (self.bar, keeper.is_running),
            (self.stop_button, keeper.is_running),
            (self.go_on_button, keeper.is_stopped),
            (self.note, bool(keeper.sentence)),
        ):
            widget.setVisible(is_shown)
        self.note.setText(keeper.sentence)

    def _lay_out(self) -> None:
        self.bar.setRange(0, _STEPS)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress of the diagnostics")
        cards = QWidget()
        column = QVBoxLayout(cards)
        column.setContentsMargins(SPACE_M, SPACE_S + 4, SPACE_S + 4, SPACE_M)
        column.setSpacing(SPACE_S)
        work = QHBoxLayout()
        work.setSpacing(SPACE_S)
        work.addWidget(self.bar, 1)
        work.addWidget(self.stop_button)
        column.addLayout(work)
        column.addWidget(self.note)
        column.addWidget(self.go_on_button, 0, Qt.AlignmentFlag.AlignLeft)
        for card in self.cards.values():
            column.addWidget(card)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(cards)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFixedWidth(_CARDS_WIDTH)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.browser, 1)
        right.addWidget(hairline())
        foot = QHBoxLayout()
        foot.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        foot.addWidget(self.method)
        right.addLayout(foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(scroll)
        row.addWidget(hairline(is_vertical=True))
        row.addLayout(right, 1)
