"""Changes of many things as bars from the largest gain to the largest loss; a click picks one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from uem_desktop.widgets.fonts import scaled, tabular
from uem_desktop.widgets.tokens import RADIUS_M, SPACE_S, SPACE_XS, Tokens, tokens_of

_HEIGHT = 100
_AXIS = 46.0
_WORDS_SHARE = 0.6
_PAGE = 10


class ChangeBars(QWidget):
    """Sorted bars around zero. Left and right go from bar to bar; Home and End to the ends.

    Signals:
        picked(int): This thing is wanted; its number among those that are shown.
    """

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: NDArray[np.float64] = np.empty(0)
        self._order: NDArray[np.int64] = np.empty(0, np.int64)
        self._place_of: NDArray[np.int64] = np.empty(0, np.int64)
        self._current = -1
        self._words = ("", "", "")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Changes of all queries, the largest gain first")

    def show_values(self, values: NDArray[np.float64], words: tuple[str, str, str]) -> None:
        """Show other changes.

        Args:
            values: float64 (n,), finite.
            words: What is said of the gains, of the losses, and of the axis.
        """
        self._values, self._words = values, words
        self._order = np.argsort(-values, kind="stable").astype(np.int64)
        self._place_of = np.empty(len(values), np.int64)
        self._place_of[self._order] = np.arange(len(values))
        self._current = -1
        self.setAccessibleDescription(f"{words[0]}; {words[1]}")
        self.update()

    def show_current(self, number: int) -> None:
        """Mark one of the things; -1 for none."""
        self._current = number
        self.update()

    def x_of(self, number: int) -> float:
        """Return where the bar of a thing stands, in pixels."""
        area = self._area()
        return area.left() + area.width() * (float(self._place_of[number]) + 0.5) / len(
            self._values
        )

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_AXIS, SPACE_S, -SPACE_S, -SPACE_S)

    def _pick_place(self, place: int) -> None:
        if len(self._order):
            self.picked.emit(int(self._order[max(0, min(len(self._order) - 1, place))]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        area = self._area()
        share = (event.position().x() - area.left()) / max(1.0, area.width())
        self._pick_place(int(share * len(self._order)))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._order) - 1
        at = int(self._place_of[self._current]) if self._current >= 0 else 0
        steps = {
            Qt.Key.Key_Left: at - 1,
            Qt.Key.Key_Right: at + 1,
            Qt.Key.Key_PageUp: at - _PAGE,
            Qt.Key.Key_PageDown: at + _PAGE,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if event.key() in steps:
            self._pick_place(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(360, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), tokens_of(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS_M, RADIUS_M)
        area = self._area()
        most = float(np.abs(self._values).max(initial=0.0)) or 1.0
        zero, scale = _zero_and_scale(area, self._values, most)
        self._paint_bars(painter, area, zero, scale, tokens)
        painter.setPen(QPen(QColor(tokens.border_strong), 1))
        painter.drawLine(QLineF(area.left(), zero, area.right(), zero))
        self._paint_axis(painter, area, zero, scale, tokens)
        self._paint_words(painter, area, zero, tokens)
        if 0 <= self._current < len(self._values):
            self._paint_marker(painter, area, zero, scale, tokens)

    def _paint_bars(
        self, painter: QPainter, area: QRectF, zero: float, scale: float, tokens: Tokens
    ) -> None:
        count = len(self._values)
        if not count:
            return
        values = self._values[self._order]
        columns = min(count, max(1, int(area.width())))
        starts = np.arange(columns) * count // columns
        heights = np.add.reduceat(values, starts) / np.diff(np.append(starts, count))
        width = area.width() / columns
        gap = 1.0 if width >= 4 else 0.0
        painter.setPen(Qt.PenStyle.NoPen)
        for is_gain, colour in ((True, tokens.correct), (False, tokens.wrong)):
            meant = np.flatnonzero(heights > 0 if is_gain else heights < 0)
            painter.setBrush(QColor(colour))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, width >= 4)
            painter.drawRects(
                [
                    QRectF(
                        area.left() + column * width,
                        zero - max(0.0, heights[column]) * scale,
                        max(1.0, width - gap),
                        max(1.0, abs(heights[column]) * scale),
                    )
                    for column in meant.tolist()
                ]
            )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _paint_axis(
        self, painter: QPainter, area: QRectF, zero: float, scale: float, tokens: Tokens
    ) -> None:
        font = tabular(scaled(self.font(), 0.86))
        painter.setFont(font)
        painter.setPen(QColor(tokens.text_dim))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        ends = (float(self._values.max(initial=0.0)), float(self._values.min(initial=0.0)))
        row = QFontMetricsF(font).height()
        for value in (ends[0], 0.0, ends[1]):
            y = zero - value * scale
            if value and abs(y - zero) < row:
                continue
            text = f"{value:+.0f}".replace("-", "−") if value else "0"
            painter.drawText(QRectF(0, y - row / 2, area.left() - SPACE_S, row), right, text)

    def _paint_words(self, painter: QPainter, area: QRectF, zero: float, tokens: Tokens) -> None:
        """Count gains and losses where the bars leave room: above on the right, or below."""
        strong, small = scaled(self.font(), 0.92, QFont.Weight.DemiBold), scaled(self.font(), 0.86)
        row = QFontMetricsF(strong).height()
        is_above = zero > area.center().y()
        side = Qt.AlignmentFlag.AlignRight if is_above else Qt.AlignmentFlag.AlignLeft
        y = area.top() if is_above else area.bottom() - 3 * row
        for text, font, colour in zip(
            self._words, (strong, strong, small), (tokens.correct, tokens.wrong, tokens.text_dim),
            strict=True,
        ):  # fmt: skip
            if QFontMetricsF(font).horizontalAdvance(text) > _WORDS_SHARE * area.width():
                continue  # the bars leave no room for it
            painter.setFont(font)
            painter.setPen(QColor(colour))
            line = QRectF(area.left() + SPACE_XS, y, area.width() - SPACE_XS, row)
            painter.drawText(line, side | Qt.AlignmentFlag.AlignVCenter, text)
            y += row

    def _paint_marker(
        self, painter: QPainter, area: QRectF, zero: float, scale: float, tokens: Tokens
    ) -> None:
        x, value = self.x_of(self._current), float(self._values[self._current])
        painter.setPen(QPen(QColor(tokens.accent), 1.5))
        painter.drawLine(QLineF(x, zero - value * scale, x, zero))
        tip = zero + (5 if value >= 0 else -5)
        down = 6 if value >= 0 else -6
        painter.setPen(QPen(QColor(tokens.canvas), 1))
        painter.setBrush(QColor(tokens.accent))
        painter.drawPolygon(
            QPolygonF(
                [QPointF(x, tip - down / 2), QPointF(x - 5, tip + down), QPointF(x + 5, tip + down)]
            )
        )


def _zero_and_scale(area: QRectF, values: NDArray[np.float64], most: float) -> tuple[float, float]:
    """Return where zero lies and how many pixels a point is high."""
    gain, loss = float(values.max(initial=0.0)), float(-values.min(initial=0.0))
    span = max(gain + loss, 0.5 * most) or 1.0
    scale = area.height() / span
    return area.top() + min(area.height(), gain * scale), scale
