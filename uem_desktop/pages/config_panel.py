"""The settings of a run as they stand in its folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from uem_desktop.pages.labels import ElidedLabel
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.runs import read_config_text
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.tokens import SPACE_L, SPACE_M, SPACE_S


class ConfigPanel(QWidget):
    """Text that can be read and copied, not changed: a run keeps its settings."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName("Settings of the run")
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.copy_button = QPushButton("Copy settings")
        theme.bind_icon(self.copy_button, "copy")
        self.copy_button.clicked.connect(self._copy)
        self._note = ElidedLabel(role="dim")
        foot = QHBoxLayout()
        foot.setSpacing(SPACE_S)
        foot.addWidget(self._note, 1)
        foot.addWidget(self.copy_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self.text, 1)
        layout.addLayout(foot)

    def show_run(self, path: Path | None) -> None:
        """Show the settings of a run."""
        if path != self._path:
            self._path = path
            self.text.setPlainText(read_config_text(path) if path else "")
            self._note.set_text(display_text(path / "config.toml") if path else "")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
