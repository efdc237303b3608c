"""What is asked for a decision that needs a word: a category, a note, a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QInputDialog, QWidget


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
    """Ask for a note; an empty one takes it away."""
    dialog = _dialog(window, "Note", f"Note on {target}", take)
    dialog.setTextValue(current)
    dialog.open()
    return dialog


def ask_reviewer(window: QWidget, current: str, take: Callable[[str], object]) -> QInputDialog:
    """Ask under which name decisions are written from now on."""
    label = "Name under which decisions are written (empty: the name of the account)"
    dialog = _dialog(window, "Reviewer", label, take)
    dialog.setTextValue(current)
    dialog.open()
    return dialog


def _dialog(window: QWidget, title: str, label: str, take: Callable[[str], object]) -> QInputDialog:
    dialog = QInputDialog(window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setInputMode(QInputDialog.InputMode.TextInput)
    dialog.setWindowTitle(title)
    dialog.setLabelText(label)
    dialog.textValueSelected.connect(take)
    return dialog
