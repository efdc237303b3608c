"""Paints histograms, the line that parts them, and what lies on either side of it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from uem_desktop.widgets.marks import Mark, paint_badge
from uem_desktop.widgets.threshold_bars import Bars, ThresholdBars, ValueAxis, bar_rects
from uem_desktop.widgets.ticks import linear_ticks
from uem_desktop.widgets.tokens import SPACE_S, SPACE_XS, Tokens

_BADGE = 14.0
_GRIP_WIDTH, _GRIP_HEIGHT = 10.0, 16.0
_PIXELS_PER_TICK = 90
AXIS_LANE = 9
"""Pixels below the bars that hold the marker."""
_SAME_PLACE = 1.0
_ABOVE = "no counterpart"
_BELOW = "a counterpart is likely"
_BELOW_SHORT = "likely"


@dataclass(frozen=True, slots=True)
class PlotLook:
    """Where the plot lies in its widget, and how it looks.

    Attributes:
        area: Of the bars; words stand above it, numbers below, names to the left.
        font: Of all words and numbers.
        tokens: The colours.
        has_focus: Whether the arrow keys move the line.
        is_enabled: Whether the line can be moved.
    """

    area: QRectF
    font: QFont
    tokens: Tokens
    has_focus: bool
    is_enabled: bool


def paint_plot(
    painter: QPainter,
    bars: ThresholdBars,
    axis: ValueAxis,
    threshold: float,
    marker: float | None,
    look: PlotLook,
) -> None:
    """Paint the whole plot.

    Args:
        painter: Of the widget.
        bars: What is shown.
        axis: Where values lie.
        threshold: Where the line is.
        marker: A value to point at, or None.
        look: Place and colours.
    """
    painter.setFont(look.font)
    x = float(round(axis.x_of(threshold)))
    _paint_sides(painter, x, look)
    if bars.lower is None:
        base = look.area.bottom()
        _paint_bars(painter, bars, bars.upper, axis, base, look.area.height() - 2, look)
    else:
        base = look.area.center().y()
        half = look.area.height() / 2 - 3
        _paint_bars(painter, bars, bars.upper, axis, base, half, look)
        _paint_bars(painter, bars, bars.lower, axis, base, -half, look)
    painter.setPen(QPen(QColor(look.tokens.border_strong), 1))
    painter.drawLine(QLineF(look.area.left(), base, look.area.right(), base))
    _paint_axis(painter, axis, look)
    if abs(axis.x_of(bars.automatic) - x) > _SAME_PLACE:
        pen = QPen(QColor(look.tokens.text_dim), 1, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        place = axis.x_of(bars.automatic)
        painter.drawLine(QLineF(place, look.area.top(), place, look.area.bottom()))
    if marker is not None:
        _paint_marker(painter, axis.x_of(marker), look)
    _paint_line(painter, x, look)


def _paint_sides(painter: QPainter, x: float, look: PlotLook) -> None:
    area, tokens = look.area, look.tokens
    tint = QColor(tokens.private)
    tint.setAlphaF(0.13)
    painter.fillRect(area, QColor(tokens.surface))
    painter.fillRect(QRectF(QPointF(x, area.top()), area.bottomRight()), tint)
    metrics = QFontMetricsF(look.font)
    top = area.top() - metrics.height() - 4
    right = metrics.horizontalAdvance(_ABOVE) + _BADGE + SPACE_XS
    start = min(x + SPACE_S + _GRIP_WIDTH / 2, look.area.right() - right)
    badge = QRectF(start, top + (metrics.height() - _BADGE) / 2, _BADGE, _BADGE)
    paint_badge(painter, badge, Mark.PRIVATE, tokens)
    painter.setPen(QColor(tokens.private))
    painter.drawText(QPointF(badge.right() + SPACE_XS, top + metrics.ascent()), _ABOVE)
    end = min(x, start) - SPACE_S - _GRIP_WIDTH / 2
    words = next(
        (text for text in (_BELOW, _BELOW_SHORT)
         if metrics.horizontalAdvance(text) <= end - area.left()),
        "",
    )  # fmt: skip
    painter.setPen(QColor(tokens.text_dim))
    left = end - metrics.horizontalAdvance(words)
    painter.drawText(QPointF(left, top + metrics.ascent()), words)


def _paint_bars(
    painter: QPainter,
    bars: ThresholdBars,
    shown: Bars,
    axis: ValueAxis,
    base: float,
    height: float,
    look: PlotLook,
) -> None:
    tokens = look.tokens
    if height > 0:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.text_dim))
    else:
        painter.setPen(QPen(QColor(tokens.private), 1))
        painter.setBrush(QBrush(QColor(tokens.private), Qt.BrushStyle.BDiagPattern))
    for rect in bar_rects(bars, shown.counts, axis, base, height):
        painter.drawRect(rect if height > 0 else rect.adjusted(0.5, 0.5, -0.5, -0.5))
    metrics = QFontMetricsF(look.font)
    middle = base - height / 2
    for row, text in enumerate((shown.label, f"{shown.total:,}")):
        painter.setPen(QColor(tokens.text if row else tokens.text_dim))
        place = QRectF(0, middle + (row - 1) * metrics.height(), look.area.left() - SPACE_S, 0)
        place.setHeight(metrics.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


def _paint_axis(painter: QPainter, axis: ValueAxis, look: PlotLook) -> None:
    area = look.area
    most = max(2, int(area.width() / _PIXELS_PER_TICK))
    painter.setPen(QColor(look.tokens.text_dim))
    for tick in linear_ticks(axis.least, axis.largest, most):
        x = axis.x_of(tick.place)
        painter.drawLine(QLineF(x, area.bottom(), x, area.bottom() + 3))
        place = QRectF(x - 40, area.bottom() + AXIS_LANE, 80, QFontMetricsF(look.font).height())
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, tick.text)


def _paint_marker(painter: QPainter, x: float, look: PlotLook) -> None:
    base = look.area.bottom() + AXIS_LANE
    corners = [QPointF(x, base - 9), QPointF(x - 5.5, base), QPointF(x + 5.5, base)]
    painter.setPen(QPen(QColor(look.tokens.surface), 1.5))
    painter.setBrush(QColor(look.tokens.accent))
    painter.drawPolygon(QPolygonF(corners))


def _paint_line(painter: QPainter, x: float, look: PlotLook) -> None:
    area, tokens = look.area, look.tokens
    colour = QColor(tokens.accent if look.is_enabled else tokens.text_disabled)
    painter.setPen(QPen(colour, 2))
    painter.drawLine(QLineF(x, area.top() - 4, x, area.bottom()))
    grip = QRectF(x - _GRIP_WIDTH / 2, area.top() - _GRIP_HEIGHT / 2 + 2, _GRIP_WIDTH, _GRIP_HEIGHT)
    painter.setPen(QPen(QColor(tokens.surface), 1.5))
    painter.setBrush(colour)
    painter.drawRoundedRect(grip, 4, 4)
    painter.setPen(QPen(QColor(tokens.on_accent), 1))
    for dx in (-1.5, 1.5):
        painter.drawLine(QLineF(x + dx, grip.top() + 5, x + dx, grip.bottom() - 5))
    if look.has_focus:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(tokens.accent), 2))
        painter.drawRoundedRect(grip.adjusted(-3, -3, 3, 3), 6, 6)
