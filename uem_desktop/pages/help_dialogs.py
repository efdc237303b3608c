"""What the Help menu shows: the keys, and what this program is."""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from html import escape

import PySide6
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from uem_desktop import __version__
from uem_desktop.widgets.icons import icon_pixmap
from uem_desktop.widgets.tokens import SPACE_L, SPACE_M, tokens_of

_ABOUT_WIDTH = 420
_GRID_KEYS = (
    ("Arrows, Page Up, Page Down, Home, End", "Move through a grid"),
    ("Enter in the query domain", "Go on to the matches"),
    ("Click on a match, Enter", "Make the match the next query; Esc goes back"),
    ("Pointer at rest on a match, arrows", "Show the match in the preview"),
    ("Space on an image", "Full view; Space or Esc closes it"),
    ("Ctrl+click, Shift+click, Shift+arrows", "Select several images: together they are one query"),
    ("Enter on several matches", "Make them the next query together"),
    ("Left, Right, Page Up, Page Down on the line of no counterpart", "Move the line"),
    ("Home on the line of no counterpart", "Return it to where it was drawn automatically"),
    ("Ctrl+Z, Ctrl+Shift+Z in Explore", "Undo and redo decisions and moves of the line"),
    ("Ctrl+A in the matches, then A, R, U, L or N", "Decide about all of them at once"),
    ("J, K in Mismatches", "The next and the previous query that failed"),
    ("Enter on a query in Mismatches", "Ask it in Explore; Esc comes back"),
    ("Alt+Q, Alt+C, Alt+G in Mismatches", "Queries, confusion matrix, categories"),
    ("J, K in Compare", "The next and the previous query"),
    ("Up, Down between two rankings", "Follow an image into the other ranking"),
    ("Left, Right, Home, End on the bars of changes", "The query of the next bar, of an end"),
    ("Ctrl+E in Compare", "Export a figure of the selected queries"),
    ("Arrows, +, -, 0 on a map", "Move, zoom, show everything"),
    ("Click, Ctrl+arrows on a map", "Choose an image; Enter asks it in Explore"),
    ("Shift and a drag on a map, Ctrl+click", "Choose many images; add one or take it away"),
    ("Space, Enter on a colour of a map", "Let its images stand out; choose them"),
    ("Enter on a cell or a category", "Show its queries; Esc goes back"),
    ("Tab, Shift+Tab", "Go to the next or previous control"),
    ("Left, Right on the slider of pinned queries", "Matches after an earlier or a later epoch"),
    ("Ctrl+Z, Ctrl+Shift+Z in the set-up of a run", "Undo and redo an edit"),
    ("Delete in the list of runs", "Take a run off the list; its files stay"),
)


def shortcuts_dialog(parent: QWidget, actions: Sequence[QAction]) -> QDialog:
    """Return a dialog that lists every key."""
    rows = list(_GRID_KEYS)
    for action in actions:
        keys = ", ".join(
            key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts()
        )
        if keys:
            rows.append((keys, action.text().replace("&", "").rstrip("…")))
    cells = "".join(
        f"<tr><td style='padding:3px 24px 3px 0; font-weight:600'>{escape(keys)}</td>"
        f"<td style='padding:3px 0'>{escape(text)}</td></tr>"
        for keys, text in rows
    )
    label = QLabel(f"<table>{cells}</table>")
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setAccessibleName("Keyboard shortcuts")
    area = QScrollArea()
    area.setWidget(label)
    area.setWidgetResizable(True)
    dialog = _dialog(parent, "Keyboard shortcuts", area)
    dialog.resize(680, 640)
    return dialog


def about_dialog(parent: QWidget, device_text: str) -> QDialog:
    """Return a dialog that says version, licence, device and what it is built on."""
    facts = (
        ("Version", __version__),
        ("Licence", "MIT; the sample collection carries its own licences beside the images"),
        ("Device", device_text or "not used yet"),
        ("Python", f"{platform.python_version()} on {platform.system()} {platform.machine()}"),
        ("Qt for Python", f"{PySide6.__version__}, under the LGPL"),
        ("PyTorch", _version("torch")),
        ("FAISS", _version("faiss-cpu")),
    )
    rows = "".join(
        f"<tr><td style='padding:2px 16px 2px 0'>{escape(name)}</td>"
        f"<td style='padding:2px 0'>{escape(value)}</td></tr>"
        for name, value in facts
    )
    text = QLabel(
        "<p style='font-size:large; font-weight:600'>uem-desktop</p>"
        "<p>Finds, for any image of one folder, the same kind of thing in another visual world,"
        " without labels.</p>"
        f"<table>{rows}</table>"
        "<p>It works on this computer only: no image, no name and no count leaves it.</p>"
    )
    text.setTextFormat(Qt.TextFormat.RichText)
    text.setWordWrap(True)
    text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    body = QWidget()
    icon = QLabel()
    colour = tokens_of(parent.palette()).accent
    icon.setPixmap(icon_pixmap("uem-desktop", colour, 64, parent.devicePixelRatioF()))
    icon.setAlignment(Qt.AlignmentFlag.AlignTop)
    row = QHBoxLayout(body)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE_L)
    row.addWidget(icon)
    row.addWidget(text, 1)
    dialog = _dialog(parent, "About uem-desktop", body)
    text.setFixedWidth(_ABOUT_WIDTH)
    text.setMinimumHeight(text.heightForWidth(_ABOUT_WIDTH))
    dialog.adjustSize()
    return dialog


def _dialog(parent: QWidget, title: str, body: QWidget) -> QDialog:
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_M)
    layout.setSpacing(SPACE_M)
    layout.addWidget(body, 1)
    layout.addWidget(buttons)
    return dialog


def _version(package: str) -> str:
    """Return the version of an installed package without importing it."""
    from importlib import metadata

    loaded = sys.modules.get(package)
    if loaded is not None and hasattr(loaded, "__version__"):
        return str(loaded.__version__)
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
