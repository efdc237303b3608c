"""A large drop zone for one folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from uem_desktop.pages.labels import ElidedLabel, plain_label
from uem_desktop.widgets.icons import icon_pixmap
from uem_desktop.widgets.mime import read_mime
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.tokens import RADIUS_M, SPACE_L, SPACE_S, Tokens, tokens_of

_ICON_SIZE = 40


class FolderCard(QWidget):
    """Takes one folder, by drop or by a button.

    Signals:
        choose_wanted: The button was pressed.
        folder_dropped(Path): A folder was dropped.
        drop_refused(str): Why the drop was no folder.
    """

    choose_wanted = Signal()
    folder_dropped = Signal(object)
    drop_refused = Signal(str)

    def __init__(
        self, title: str, meaning: str, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._title = title
        self._is_drop_over = False
        self.setAcceptDrops(True)
        self.setAccessibleName(f"Drop zone for the {title.lower()}")
        self._icon = QLabel()
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.bind(self, self._show_icon)
        heading = plain_label(title, "title")
        heading.setAlignment(Qt.AlignmentFlag.AlignCenter)
        text = plain_label(meaning, "dim", is_wrapped=True)
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._folder = ElidedLabel("Drop a folder here", "heading")
        self._folder.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._folder.set_elide_mode(Qt.TextElideMode.ElideMiddle)
        self.button = QPushButton("Choose folder…")
        self.button.setProperty("role", "primary")
        self.button.setAccessibleName(f"Choose the folder of the {title.lower()}")
        self.button.clicked.connect(self._want)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        layout.setSpacing(SPACE_S)
        layout.addStretch(1)
        for widget in (self._icon, heading, text, self._folder):
            layout.addWidget(widget)
        layout.addSpacing(SPACE_S)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)

    def show_folder(self, folder: Path | None) -> None:
        """Show the folder that is chosen."""
        if folder is None:
            self._folder.set_text("Drop a folder here")
        else:
            self._folder.set_text(f"✓ {folder.name or folder}", str(folder))
        self.button.setText("Choose folder…" if folder is None else "Choose another…")

    def _want(self) -> None:
        self.choose_wanted.emit()

    def _show_icon(self, tokens: Tokens) -> None:
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(icon_pixmap("folder", tokens.accent, _ICON_SIZE, ratio))

    def sizeHint(self) -> QSize:
        return QSize(320, 250)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(tokens.accent if self._is_drop_over else tokens.border_strong)
        painter.setPen(QPen(colour, 2 if self._is_drop_over else 1, Qt.PenStyle.DashLine))
        painter.setBrush(QColor(tokens.accent_soft if self._is_drop_over else tokens.surface))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), RADIUS_M, RADIUS_M)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._is_drop_over = True
        self.update()
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._is_drop_over = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._is_drop_over = False
        self.update()
        dropped = read_mime(event.mimeData())
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        folders = [path for path in dropped.paths if path.is_dir()]
        if len(folders) == 1:
            self.folder_dropped.emit(folders[0])
        else:
            self.drop_refused.emit(
                dropped.refusal or f"Drop one folder to make it the {self._title.lower()}."
            )
