"""Asks where a folder of a project is now."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from uem_desktop.retrieval.display_text import display_text


def ask_for_folder(
    window: QWidget, gone: Path, take: Callable[[Path], None], go_without: Callable[[], None]
) -> None:
    """Say that a folder is not there any more and let a person show where it is.

    Args:
        window: The window.
        gone: Where it was.
        take: Called with the folder that was chosen.
        go_without: Called when it is to be opened all the same.
    """
    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setObjectName("folderGone")
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("A folder is not there any more")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"The folder {display_text(gone)} of this project is not there any more.")
    box.setInformativeText("Was it moved or renamed? Its decisions are kept and go with it.")
    choose = box.addButton("Show where it is…", QMessageBox.ButtonRole.AcceptRole)
    without = box.addButton("Open without it", QMessageBox.ButtonRole.DestructiveRole)
    box.setEscapeButton(box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole))
    box.setDefaultButton(choose)

    def choose_folder() -> None:
        folder = QFileDialog.getExistingDirectory(
            window, f"Where is {display_text(gone.name)} now?"
        )
        if folder:
            take(Path(folder))

    choose.clicked.connect(choose_folder)
    without.clicked.connect(go_without)
    box.open()
