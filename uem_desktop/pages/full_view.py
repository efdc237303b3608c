"""One image over the whole window, with zoom; closed by Esc, Space or a click on the button."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from uem_desktop.pages.labels import ElidedLabel
from uem_desktop.widgets.image_view import ImageView
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S


class FullView(QDialog):
    """Shows one image as large as the screen."""

    def __init__(self, path: Path, view: ImageView, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(path.name)
        self.view = view
        name = ElidedLabel(path.name, "heading")
        name.setToolTip(str(path))
        close = QPushButton("Close")
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        foot.addWidget(name, 1)
        foot.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(view, 1)
        layout.addLayout(foot)
        self.resize(parent.size())
        view.show_path(path)
        view.setFocus()

    def done(self, result: int) -> None:
        self.view.close()
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_F11, Qt.Key.Key_Escape):
            self.close()
        else:
            super().keyPressEvent(event)
