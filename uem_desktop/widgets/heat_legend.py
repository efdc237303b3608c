"""What the colours of a heat map stand for."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from uem_desktop.widgets.fonts import scaled, tabular
from uem_desktop.widgets.heat_palette import heat_colours
from uem_desktop.widgets.thumbnail import qimage_of
from uem_desktop.widgets.tokens import SPACE_XS, tokens_of

_BAR = 10
_WIDTH = 160


class HeatLegend(QWidget):
    """A bar of all colours with what stands at its ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ends = ("", "")
        steps = np.linspace(0.0, 1.0, 256)[None, :]
        self._bar = qimage_of(heat_colours(steps))
        self.setFont(tabular(scaled(self.font(), 0.9)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_ends(self, least: str, largest: str) -> None:
        """Say what the darkest and the lightest colour stand for."""
        self._ends = least, largest
        self.setAccessibleName(f"Colours from {least} to {largest}")
        self.update()

    @property
    def ends(self) -> tuple[str, str]:
        """What stands at the ends."""
        return self._ends

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, _BAR + SPACE_XS + self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(_WIDTH // 2, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), tokens_of(self.palette())
        bar = QRectF(0.5, 0.5, self.width() - 1, _BAR)
        painter.drawImage(bar, self._bar, QRectF(self._bar.rect()))
        painter.setPen(QPen(QColor(tokens.border_strong), 1))
        painter.drawRect(bar)
        text = self.rect().adjusted(0, _BAR + SPACE_XS, 0, 0)
        painter.setPen(QColor(tokens.text_dim))
        for end, side in zip(
            self._ends, (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight), strict=True
        ):
            painter.drawText(text, side | Qt.AlignmentFlag.AlignTop, end)
