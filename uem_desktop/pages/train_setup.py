"""The set-up of a new run: folders, method, preset, and the settings that matter."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from training.config_files import PRESETS
from uem_desktop.pages.decisions_check import DecisionsCheck
from uem_desktop.pages.draft_keeper import DraftKeeper
from uem_desktop.pages.labels import ElidedLabel, card, lay_out_form, plain_label, set_role
from uem_desktop.pages.pin_strip import PinStrip
from uem_desktop.pages.place_fields import DomainFields, StartFields
from uem_desktop.pages.setting_list import SettingsPanel
from uem_desktop.retrieval.run_draft import (
    METHODS,
    PRESET_TEXTS,
    STAGE_MEANINGS,
    method_text,
    plan_text,
)
from uem_desktop.widgets.choice_card import ChoiceCard
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S


class TrainSetup(QWidget):
    """A form; the run starts once nothing is missing.

    Signals:
        start_wanted(RunDraft): Train with these settings.
        refused(str): Why a drop was not taken.
    """

    start_wanted = Signal(object)
    refused = Signal(str)

    def __init__(
        self, loader: ThumbnailLoader, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("trainSetup")
        self.keeper = DraftKeeper(self)
        self.domains = DomainFields(self.keeper)
        self.places = StartFields(self.keeper, theme)
        self.pins = PinStrip(loader, theme)
        self.settings = SettingsPanel(self.keeper, theme)
        self.method_combo = QComboBox()
        self.method_note = ElidedLabel(role="dim")
        self.decisions = DecisionsCheck(self.keeper)
        self.preset_cards = {name: ChoiceCard(*PRESET_TEXTS[name]) for name in PRESETS}
        self.start_button = QPushButton("Start training")
        self.reset_button = QPushButton("Reset to preset")
        self.note = ElidedLabel(role="dim")
        self._is_busy = False
        self._make_undo(theme)
        self._lay_out(theme)
        self._connect()
        self._show_draft()

    # ---- what the explorer has

    def offer_folders(self, domains: dict[str, tuple[str, Path, str]]) -> None:
        """Prefill the open folders where nobody chose others.

        Args:
            domains: ``"a"`` and ``"b"`` to (side of the explorer, folder, counts).
        """
        self.domains.offer_open(domains)
        for name, (_, folder, _) in domains.items():
            self.keeper.prefill(f"data.domain_{name}", str(folder))

    def offer_checkpoints(self, explorer_spec: str, recent: Sequence[str]) -> None:
        """Start from the explorer's checkpoint where nobody chose another."""
        self.places.offer_checkpoints(explorer_spec, recent)
        if explorer_spec:
            self.keeper.prefill("encoder.checkpoint", explorer_spec)

    def set_busy(self, is_busy: bool) -> None:
        """Say that another run is going on, so that none can be started."""
        self._is_busy = is_busy
        self._show_state()

    @property
    def problem(self) -> str:
        """What keeps the run from starting; empty when nothing does."""
        if self._is_busy:
            return "One run at a time: another one is going on. Stop it to start this one."
        return self.settings.problem or self.places.problem or self.keeper.draft.problem()

    def start(self) -> None:
        """Start the run, unless something is missing."""
        focused = self.focusWidget()
        if focused is not None:
            focused.clearFocus()  # a value that is being typed counts
        if self.problem:
            self.refused.emit(self.problem)
        else:
            self.start_wanted.emit(self.keeper.draft)

    def begin_anew(self) -> None:
        """Keep the settings for the next run, in a folder of its own."""
        self.keeper.keep_in(None)
        self._show_draft()

    # ---- parts

    def _make_undo(self, theme: Theme) -> None:
        stack = self.keeper.undo_stack
        self.undo = stack.createUndoAction(self, "Undo")
        self.redo = stack.createRedoAction(self, "Redo")
        for action, icon, keys in (
            (self.undo, "undo", QKeySequence.StandardKey.Undo),
            (self.redo, "redo", QKeySequence.StandardKey.Redo),
        ):
            action.setShortcuts(QKeySequence.keyBindings(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            theme.bind_icon(action, icon)
            self.addAction(action)

    def _connect(self) -> None:
        self.keeper.changed.connect(self._show_draft)
        self.domains.refused.connect(self.refused)
        self.pins.refused.connect(self.refused)
        self.settings.problems_changed.connect(self._show_state)
        self.places.problem_changed.connect(self._show_state)
        self.start_button.clicked.connect(self.start)
        self.reset_button.clicked.connect(self._reset)
        self.method_combo.activated.connect(self._choose_method)
        for name, preset_card in self.preset_cards.items():
            preset_card.clicked.connect(partial(self._choose_preset, name))

    def _choose_preset(self, name: str, _is_checked: bool = False) -> None:
        self.settings.forget_problems()
        self.keeper.choose_preset(name)

    def _reset(self) -> None:
        self._choose_preset(self.keeper.draft.preset)
        self._show_draft()

    def _choose_method(self) -> None:
        self.keeper.edit("run.method", self.method_combo.currentData(), "the method")

    def _show_draft(self) -> None:
        draft = self.keeper.draft
        self.preset_cards[draft.preset].setChecked(True)
        self.method_combo.setCurrentIndex(self.method_combo.findData(draft.config.run.method))
        self.method_note.set_text(method_text(draft.config.run.method))
        self._show_state()

    def _show_state(self) -> None:
        draft, problem = self.keeper.draft, self.problem
        changed = len(draft.changed())
        self.reset_button.setEnabled(bool(changed) or bool(self.settings.problem))
        self.start_button.setEnabled(not problem)
        self.start_button.setToolTip(problem or "Start training (Ctrl+Return)")
        set_role(self.note, "warning" if problem else "dim")
        self.note.set_text(problem or plan_text(draft))

    def _lay_out(self, theme: Theme) -> None:
        for name, title in METHODS:
            self.method_combo.addItem(title, name)
            row = self.method_combo.count() - 1
            self.method_combo.setItemData(row, method_text(name), Qt.ItemDataRole.ToolTipRole)
        self.method_combo.setAccessibleName("Method")
        self.method_combo.setToolTip("\n".join(STAGE_MEANINGS.values()))
        self.start_button.setProperty("role", "primary")
        self.reset_button.setToolTip("Set everything as the preset says; folders stay")
        column = QVBoxLayout()
        top = QVBoxLayout()
        top.setSpacing(2)
        top.addWidget(plain_label("Train an encoder on your two folders", "title"))
        top.addWidget(
            plain_label(
                "It learns from the images alone: no label and no folder name is read. You can go"
                " on exploring meanwhile.",
                "dim",
                is_wrapped=True,
            )
        )
        column.addLayout(top)
        column.addWidget(card("Images", self.domains))
        column.addWidget(card("How to train", self._method_and_preset()))
        column.addWidget(card("Start", self.places))
        column.addWidget(card("Settings", self.settings))
        column.addWidget(card("Pinned queries", self.pins))
        column.addStretch(1)
        lay_out_form(self, column, self._foot())

    def _method_and_preset(self) -> QWidget:
        body = QWidget()
        method = QHBoxLayout()
        method.setSpacing(SPACE_S)
        label = plain_label("Method")
        label.setBuddy(self.method_combo)
        method.addWidget(label)
        method.addWidget(self.method_combo)
        method.addWidget(self.method_note, 1)
        cards = QHBoxLayout()
        cards.setSpacing(SPACE_M)
        for preset_card in self.preset_cards.values():
            cards.addWidget(preset_card, 1)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S + 4)
        column.addLayout(cards)
        column.addLayout(method)
        column.addWidget(self.decisions)
        return body

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.addWidget(self.note, 1)
        for action in (self.undo, self.redo):
            foot.addWidget(_tool_button(action))
        foot.addWidget(self.reset_button)
        foot.addWidget(self.start_button)
        return foot


def _tool_button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setAutoRaise(True)
    button.setIconSize(QSize(18, 18))
    return button
