"""A field for the file or folder that something is written to."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QMessageBox, QPushButton, QWidget

from uem_desktop.retrieval.display_text import display_text
from uem_desktop.widgets.tokens import SPACE_S


class PathField(QWidget):
    """Holds a path; one that a person typed or chose is not suggested away.

    Signals:
        changed: `path` is another one.
    """

    changed = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._is_folder = False
        self._suffix = ""
        self._own_folder: Path | None = None
        self._agreed: Path | None = None
        self.edit = QLineEdit()
        self.edit.setAccessibleName(title)
        self.browse = QPushButton("Browse…")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        row.addWidget(self.edit, 1)
        row.addWidget(self.browse)
        self.setFocusProxy(self.edit)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # without one no label leads here by its key
        self.browse.setAutoDefault(False)  # Enter in the field is for the dialog's own button
        self.edit.textChanged.connect(self.changed)
        self.edit.textEdited.connect(self._note_own)
        self.browse.clicked.connect(self._choose)

    @property
    def path(self) -> Path | None:
        """The path; None while the field is empty."""
        text = self.edit.text().strip()
        return Path(os.path.abspath(os.path.expanduser(text))) if text else None

    def set_path(self, path: Path) -> None:
        """Show a path."""
        self.edit.setText(str(path))

    def set_kind(self, *, is_folder: bool, suffix: str) -> None:
        """Say whether a folder or a file with a suffix is wanted."""
        self._is_folder = is_folder
        self._suffix = suffix

    def suggest(self, path: Path) -> None:
        """Show a path, in the folder that a person chose if one did."""
        self.set_path((self._own_folder or path.parent) / path.name)

    def confirm(self) -> bool:
        """Ask where a file would be written over; whether to go on."""
        path = self.path
        if path is None or self._is_folder or not path.exists() or path == self._agreed:
            return True
        answer = QMessageBox.question(
            self,
            self._title,
            f"{display_text(path.name)} is there already. Write over it?",
            QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No,
            QMessageBox.StandardButton.No,
        )
        return answer == QMessageBox.StandardButton.Yes

    def _choose(self) -> None:
        start = self.edit.text()
        if self._is_folder:
            parent = str(Path(start).parent) if start else ""
            chosen = QFileDialog.getExistingDirectory(self, self._title, parent)
        else:
            kind = f"*{self._suffix}" if self._suffix else ""
            chosen, _ = QFileDialog.getSaveFileName(self, self._title, start, kind)
            self._agreed = Path(chosen) if chosen else None
        if chosen:
            self.edit.setText(chosen)
            self._note_own()

    def _note_own(self) -> None:
        if self.path is not None:
            self._own_folder = self.path.parent
