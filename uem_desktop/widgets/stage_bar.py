"""How far a run is: one bar, parted into its stages."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from uem_desktop.widgets.fonts import scaled
from uem_desktop.widgets.tokens import tokens_of

_BAR = 8
_GAP = 3


class StageBar(QWidget):
    """Segments as long as their stages, filled as far as the run is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stages: tuple[tuple[str, int], ...] = ()
        self._done = 0.0
        self._is_waiting = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_progress(
        self, stages: Sequence[tuple[str, int]], share: float, *, is_waiting: bool = False
    ) -> None:
        """Show where a run is.

        Args:
            stages: Name and length of each; one without a name for a bar without parts.
            share: Of the whole length that is done, 0 to 1.
            is_waiting: Whether the run is paused or over, so that the bar is grey.
        """
        shown = tuple((name, max(1, length)) for name, length in stages) or (("", 1),)
        wanted = (shown, share, is_waiting)
        if wanted == (self._stages, self._done, self._is_waiting):
            return
        self._stages, self._done, self._is_waiting = wanted
        self.setAccessibleName(f"Progress: {share:.0%}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        has_names = any(name for name, _ in self._stages)
        height = QFontMetrics(scaled(self.font(), 0.9)).height() + 3 if has_names else 0
        return QSize(200, _BAR + 2 + height)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        total = sum(length for _, length in self._stages)
        room = self.width() - _GAP * (len(self._stages) - 1)
        done = self._done * total
        full = QColor(tokens.border_strong if self._is_waiting else tokens.accent)
        left, before = 0.0, 0
        small = scaled(self.font(), 0.9)
        for name, length in self._stages:
            width = room * length / total
            segment = QRectF(left, 1, width, _BAR)
            shape = QPainterPath()
            shape.addRoundedRect(segment, _BAR / 2, _BAR / 2)
            painter.fillPath(shape, QColor(tokens.pressed))
            share = min(1.0, max(0.0, (done - before) / length))
            if share > 0:
                painter.setClipRect(QRectF(left, 0, width * share, _BAR + 2))
                painter.fillPath(shape, full)
                painter.setClipping(False)
            if name:
                painter.setFont(small)
                painter.setPen(QColor(tokens.text if 0 < share < 1 else tokens.text_dim))
                below = QRectF(left, _BAR + 2, width, self.height() - _BAR - 2)
                painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, name)
                painter.setPen(Qt.PenStyle.NoPen)
            left += width + _GAP
            before += length
