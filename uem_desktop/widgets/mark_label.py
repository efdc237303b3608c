"""A mark with its word: badge and text on one line."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from uem_desktop.widgets.marks import Mark, mark_colour, paint_badge
from uem_desktop.widgets.tokens import SPACE_XS, tokens_of

_SIDE = 16


class MarkLabel(QWidget):
    """Shows one mark in words and shape; the tool tip says how it came about."""

    def __init__(self, mark: Mark, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = mark
        self._text = text
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        """What is written beside the badge."""
        return self._text

    def explain(self, sentence: str) -> None:
        """Say why the mark stands here, to the eye at rest and to a screen reader."""
        self.setToolTip(sentence)
        self.setAccessibleName(self._text)
        self.setAccessibleDescription(sentence.replace("\n", " "))

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self.font())
        width = _SIDE + SPACE_XS + metrics.horizontalAdvance(self._text)
        return QSize(round(width) + 2, max(_SIDE, round(metrics.height())) + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        painter = QPainter(self)
        metrics = QFontMetricsF(self.font())
        badge = QRectF(0, (self.height() - _SIDE) / 2, _SIDE, _SIDE)
        paint_badge(painter, badge, self._mark, tokens)
        painter.setPen(mark_colour(self._mark, tokens))
        base = (self.height() - metrics.height()) / 2 + metrics.ascent()
        painter.drawText(_SIDE + SPACE_XS, round(base), self._text)
