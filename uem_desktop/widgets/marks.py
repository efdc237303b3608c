"""Marks on images: each has its own shape, colour and border, so none rests on colour alone."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from uem_desktop.widgets.tokens import Tokens

BADGE_SIZE = 18


class Mark(StrEnum):
    """What is known about a match, or, the last one, about a query."""

    CORRECT = "correct"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    MISSED = "missed"
    PRIVATE = "private"


_DASHES = {
    Mark.MISSED: (Qt.PenCapStyle.FlatCap, [3.0, 2.0]),
    Mark.PRIVATE: (Qt.PenCapStyle.RoundCap, [0.1, 2.2]),
}


def mark_colour(mark: Mark, tokens: Tokens) -> QColor:
    """Return the colour of a mark's badge, frame and text."""
    match mark:
        case Mark.CORRECT:
            return QColor(tokens.correct)
        case Mark.WRONG:
            return QColor(tokens.wrong)
        case Mark.MISSED:
            return QColor(tokens.missed)
        case Mark.PRIVATE:
            return QColor(tokens.private)
        case Mark.UNKNOWN:
            return QColor(tokens.unknown)


def paint_badge(painter: QPainter, rect: QRectF, mark: Mark, tokens: Tokens) -> None:
    """Paint a mark's shape into a square.

    Correct is a disc with a tick, wrong a rounded square with a cross, unknown a ring with a
    dot, missed a dashed ring with an arrow that points below the shown ranks, private (no
    counterpart) a diamond with the sign of the empty set.
    """
    unit = rect.width() / 18.0
    colour = mark_colour(mark, tokens)
    halo = QColor(tokens.canvas)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.topLeft())
    painter.scale(unit, unit)
    if mark is Mark.CORRECT:
        fill_shape(painter, _disc(8.0), colour, halo)
        stroke_line(painter, QColor(tokens.on_mark), ((5.2, 9.3), (7.9, 12.0), (12.9, 6.4)))
    elif mark is Mark.WRONG:
        square = QPainterPath()
        square.addRoundedRect(QRectF(1.4, 1.4, 15.2, 15.2), 3.6, 3.6)
        fill_shape(painter, square, colour, halo)
        ink = QColor(tokens.on_mark)
        stroke_line(painter, ink, ((5.9, 5.9), (12.1, 12.1)))
        stroke_line(painter, ink, ((12.1, 5.9), (5.9, 12.1)))
    elif mark is Mark.UNKNOWN:
        fill_shape(painter, _disc(8.0), QColor(tokens.surface), halo)
        _ring(painter, colour, 6.6, Qt.PenStyle.SolidLine)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(9.0, 9.0), 2.1, 2.1)
    elif mark is Mark.PRIVATE:
        fill_shape(painter, _diamond(9.4), colour, halo)
        _empty_set(painter, QColor(tokens.on_mark))
    else:
        fill_shape(painter, _disc(8.6), QColor(tokens.surface), halo)
        _ring(painter, colour, 7.0, Qt.PenStyle.CustomDashLine)
        stroke_line(painter, colour, ((9.0, 5.6), (9.0, 12.0)), 1.6)
        stroke_line(painter, colour, ((6.4, 9.6), (9.0, 12.2), (11.6, 9.6)), 1.6)
    painter.restore()


def paint_frame(
    painter: QPainter, rect: QRectF, mark: Mark, tokens: Tokens, radius: float = 6.0
) -> None:
    """Paint a mark's border just inside a rectangle.

    Correct is one solid line, wrong a double line, missed a dashed line, private a dotted line,
    unknown a thin line.
    """
    colour = mark_colour(mark, tokens)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if mark is Mark.WRONG:
        _line(painter, rect, QPen(colour, 1.5), radius)
        _line(painter, rect.adjusted(2.5, 2.5, -2.5, -2.5), QPen(colour, 1.5), radius - 2)
    elif mark in _DASHES:
        cap, dashes = _DASHES[mark]
        pen = QPen(colour, 2.0, Qt.PenStyle.CustomDashLine, cap)
        pen.setDashPattern(dashes)
        _line(painter, rect, pen, radius)
    else:
        _line(painter, rect, QPen(colour, 2.0 if mark is Mark.CORRECT else 1.0), radius)
    painter.restore()


def badge_pixmap(mark: Mark, tokens: Tokens, size: int, ratio: float) -> QPixmap:
    """Return a badge of a logical size for a device pixel ratio."""
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_badge(painter, QRectF(0, 0, size, size), mark, tokens)
    painter.end()
    return pixmap


def badge_icon(mark: Mark, tokens: Tokens, size: int = BADGE_SIZE) -> QIcon:
    """Return a badge as an icon, for legends and tables."""
    icon = QIcon()
    for ratio in (1.0, 2.0):
        icon.addPixmap(badge_pixmap(mark, tokens, size, ratio))
    return icon


def _disc(radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(9.0, 9.0), radius, radius)
    return path


def _diamond(radius: float) -> QPainterPath:
    path = QPainterPath()
    corners = ((9.0, 9.0 - radius), (9.0 + radius, 9.0), (9.0, 9.0 + radius), (9.0 - radius, 9.0))
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
    path.closeSubpath()
    return path


def _empty_set(painter: QPainter, ink: QColor) -> None:
    painter.setPen(QPen(ink, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(9.0, 9.0), 2.9, 2.9)
    stroke_line(painter, ink, ((5.9, 12.1), (12.1, 5.9)), 1.4)


def fill_shape(painter: QPainter, path: QPainterPath, colour: QColor, halo: QColor) -> None:
    """Fill the shape of a badge, with a thin halo that parts it from the picture."""
    painter.setPen(QPen(halo, 1.4))
    painter.setBrush(colour)
    painter.drawPath(path)


def _ring(painter: QPainter, colour: QColor, radius: float, style: Qt.PenStyle) -> None:
    pen = QPen(colour, 1.7, style, Qt.PenCapStyle.FlatCap)
    if style == Qt.PenStyle.CustomDashLine:
        circumference = 6.2832 * radius / 1.7
        pen.setDashPattern([circumference / 16.0, circumference / 16.0])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(9.0, 9.0), radius, radius)


def stroke_line(
    painter: QPainter, colour: QColor, points: tuple[tuple[float, float], ...], width: float = 2.0
) -> None:
    """Draw a line with round ends through points of a badge's square of 18."""
    cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, cap, join))
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))


def _line(painter: QPainter, rect: QRectF, pen: QPen, radius: float) -> None:
    half = pen.widthF() / 2
    painter.setPen(pen)
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), radius, radius)
