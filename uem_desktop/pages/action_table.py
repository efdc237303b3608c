"""Actions of the window: each has a text, a shortcut and, once asked for, a place in a menu."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

Shortcut = str | QKeySequence.StandardKey | None


def make_action(
    owner: QWidget, text: str, shortcut: Shortcut = None, *, more: tuple[str, ...] = ()
) -> QAction:
    """Return an action of a window.

    Args:
        owner: The window whose shortcuts it joins.
        text: For the menu, with its `&` key.
        shortcut: A key sequence or a standard one.
        more: Further key sequences that do the same.
    """
    action = QAction(text, owner)
    keys = [QKeySequence(key) for key in more]
    if isinstance(shortcut, QKeySequence.StandardKey):
        keys = [*QKeySequence.keyBindings(shortcut)[:1], *keys]
    elif shortcut is not None:
        keys = [QKeySequence(shortcut), *keys]
    action.setShortcuts(keys)
    action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
    owner.addAction(action)
    return action


def call_plainly(method: Callable[[], object], _is_checked: bool = False) -> None:
    """Call a command without the ``checked`` that ``triggered`` and ``clicked`` add."""
    method()
