"""What is asked for a decision that needs a word: a category, a note, a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import QCompleter, QInputDialog, QPlainTextEdit, QWidget

_NOTE_SIZE = QSize(420, 220)
_NATIVE = QKeySequence.SequenceFormat.NativeText


def ask_category(
    window: QWidget,
    target: str,
    categories: Sequence[str],
    current: str,
    take: Callable[[str], object],
) -> QInputDialog:
    """Ask for a category: one of those there are, or a new one; empty for that of the folder."""
    dialog = _dialog(window, "Relabel", f"Category of {target} (empty: as the folder says)", take)
    dialog.setComboBoxItems(["", *categories])
    dialog.setComboBoxEditable(True)
    dialog.setTextValue(current)
    dialog.open()
    for completer in dialog.findChildren(QCompleter):  # Enter takes what was typed
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    return dialog


def ask_note(
    window: QWidget, target: str, current: str, take: Callable[[str], object]
) -> QInputDialog:
    """Ask for a note of one line or several; an empty one takes it away. Ctrl+Enter accepts."""
    label = f"Note on {target} ({_accept_keys()[1].toString(_NATIVE)} accepts)"
    dialog = _dialog(window, "Note", label, take)
    dialog.setOption(QInputDialog.InputDialogOption.UsePlainTextEditForTextInput)
    dialog.setTextValue(current)
    for keys in _accept_keys():
        shortcut = QShortcut(keys, dialog)
        shortcut.activated.connect(dialog.accept)
    dialog.resize(_NOTE_SIZE)
    dialog.open()
    for field in dialog.findChildren(QPlainTextEdit):
        field.setTabChangesFocus(True)
        field.setAccessibleName(f"Note on {target}")
        field.moveCursor(QTextCursor.MoveOperation.End)
        field.setFocus()
    return dialog


def ask_reviewer(window: QWidget, current: str, take: Callable[[str], object]) -> QInputDialog:
    """Ask under which name decisions are written from now on."""
    label = "Name under which decisions are written (empty: the name of the account)"
    dialog = _dialog(window, "Reviewer", label, take)
    dialog.setTextValue(current)
    dialog.open()
    return dialog


def _accept_keys() -> tuple[QKeySequence, QKeySequence]:
    """Return Ctrl with either of the two Enter keys, the one that says Enter last."""
    control = Qt.KeyboardModifier.ControlModifier
    return QKeySequence(control | Qt.Key.Key_Return), QKeySequence(control | Qt.Key.Key_Enter)


def _dialog(window: QWidget, title: str, label: str, take: Callable[[str], object]) -> QInputDialog:
    dialog = QInputDialog(window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setInputMode(QInputDialog.InputMode.TextInput)
    dialog.setWindowTitle(title)
    dialog.setLabelText(label)
    dialog.textValueSelected.connect(take)
    return dialog
