"""What a page shows when there is nothing to show."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from uem_desktop.pages.labels import plain_label
from uem_desktop.widgets.icons import icon_pixmap
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.tokens import SPACE_S, Tokens

_ICON_SIZE = 48


class EmptyState(QWidget):
    """An icon, a title and a sentence in the middle of a page."""

    def __init__(self, icon_name: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._icon = QLabel()
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title = plain_label("", "title")
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence = plain_label("", "dim", is_wrapped=True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.bind(self, self._show_icon)
        layout = QVBoxLayout(self)
        layout.setSpacing(SPACE_S)
        layout.addStretch(2)
        for label in (self._icon, self._title, self._sentence):
            layout.addWidget(label)
        layout.addStretch(3)

    def show_text(self, title: str, sentence: str) -> None:
        """Say that there is nothing, and what would bring something."""
        self._title.setText(title)
        self._sentence.setText(sentence)
        self.setAccessibleName(f"{title}. {sentence}")

    def _show_icon(self, tokens: Tokens) -> None:
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(icon_pixmap(self._icon_name, tokens.text_dim, _ICON_SIZE, ratio))
