"""One setting of a run: its name, an editor that fits it, a way back and its help."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QToolButton, QWidget

from training.config_fields import Setting
from training.errors import UserError
from uem_desktop.pages.labels import plain_label, set_role
from uem_desktop.retrieval.run_draft import RunDraft, key_of, title_of
from uem_desktop.widgets.number_field import TextField
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.tokens import SPACE_S

TITLE_WIDTH = 176
_EDITOR_WIDTH = 148
_ROW_HEIGHT = 34


class SettingRow(QWidget):
    """Edits one setting.

    Signals:
        edited(Setting, object): Another value, which the setting can be.
        checked: `problem` may be another one.
    """

    edited = Signal(object, object)
    checked = Signal()

    def __init__(self, setting: Setting, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setting = setting
        self.problem = ""
        self._preset: Any = None
        self._title = plain_label(title_of(setting))
        self._help = plain_label(setting.help, "caption", is_wrapped=True)
        self._editor = self._make_editor()
        self.reset_button = QToolButton()
        self._reset_width = QWidget()
        theme.bind_icon(self.reset_button, "undo")
        self.reset_button.setIconSize(QSize(16, 16))
        self.reset_button.clicked.connect(self._reset)
        self._describe()
        self._lay_out()

    def show_draft(self, draft: RunDraft) -> None:
        """Show what the setting is in a draft, and whether the preset says something else."""
        value = draft.value(self.setting)
        self._preset = draft.preset_value(self.setting)
        if not self.problem:
            self._show_value(value)
        self._mark(value != self._preset)

    def show_problem(self, sentence: str) -> None:
        """Show in place of the help why a value cannot be; empty when it can."""
        self.problem = sentence
        self._help.setText(sentence or self.setting.help)
        set_role(self._help, "wrong" if sentence else "caption")
        if isinstance(self._editor, TextField):
            self._editor.set_wrong(bool(sentence))
        self.checked.emit()

    def matches(self, text: str) -> bool:
        """Tell whether name or help hold a text."""
        words = f"{title_of(self.setting)} {key_of(self.setting)} {self.setting.help}".lower()
        return all(word in words for word in text.lower().split())

    def set_text(self, text: str) -> None:
        """Take a text as if it had been typed."""
        try:
            value = self.setting.parsed(text)
        except UserError as error:
            self.show_problem(str(error))
            self._mark(True)
            return
        self.show_problem("")
        self.edited.emit(self.setting, value)

    def _show_value(self, value: Any) -> None:
        editor = self._editor
        if isinstance(editor, QCheckBox):
            editor.setChecked(bool(value))
        elif isinstance(editor, QComboBox):
            editor.setCurrentIndex(editor.findData(value))
        elif isinstance(editor, TextField):
            editor.show_text(value_text(value))

    def _mark(self, is_changed: bool) -> None:
        set_role(self._title, "heading" if is_changed else "")
        self.reset_button.setVisible(is_changed)
        back = f"Back to {value_text(self._preset) or 'nothing'}, as the preset says"
        self.reset_button.setToolTip(back)
        self.reset_button.setAccessibleName(f"{title_of(self.setting)}: {back}")

    def _reset(self) -> None:
        self.show_problem("")
        self._show_value(self._preset)
        self.edited.emit(self.setting, self._preset)
        self._editor.setFocus()

    def _make_editor(self) -> QWidget:
        setting = self.setting
        if setting.kind is bool:
            box = QCheckBox("On")
            box.clicked.connect(self._tell_checked)
            return box
        if setting.choices:
            combo = QComboBox()
            for choice in setting.choices:
                combo.addItem(value_text(choice).replace("_", " "), choice)
            combo.activated.connect(self._tell_chosen)
            return combo
        field = TextField(is_whole=setting.kind is int)
        field.entered.connect(self.set_text)
        return field

    def _tell_checked(self, is_checked: bool) -> None:
        self.edited.emit(self.setting, is_checked)

    def _tell_chosen(self) -> None:
        assert isinstance(self._editor, QComboBox)
        self.edited.emit(self.setting, self._editor.currentData())

    def _describe(self) -> None:
        setting = self.setting
        limits = f"\nMay be {setting.range.phrase()}." if setting.range else ""
        tool_tip = f"{key_of(setting)}\n{setting.help}{limits}"
        for widget in (self._title, self._editor, self._help):
            widget.setToolTip(tool_tip)
        self._editor.setAccessibleName(title_of(setting))
        self._editor.setAccessibleDescription(setting.help + limits.replace("\n", " "))
        self._title.setBuddy(self._editor)

    def _lay_out(self) -> None:
        self._title.setFixedWidth(TITLE_WIDTH)
        self._editor.setFixedWidth(_EDITOR_WIDTH)
        self._reset_width.setFixedWidth(28)
        place = QHBoxLayout(self._reset_width)
        place.setContentsMargins(0, 0, 0, 0)
        place.addWidget(self.reset_button)
        self.setMinimumHeight(_ROW_HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(SPACE_S)
        for widget in (self._title, self._editor, self._reset_width):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._help, 1, Qt.AlignmentFlag.AlignVCenter)


def value_text(value: Any) -> str:
    """Return a value as a person types it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:.10g}" if isinstance(value, float) else str(value)
