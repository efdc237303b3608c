"""Marks of what a person decided, beside the marks of categories; each has a shape of its own."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPolygonF

from uem_desktop.widgets.marks import fill_shape, stroke_line
from uem_desktop.widgets.tokens import Tokens

_POINTS: dict[str, tuple[tuple[float, float], ...]] = {
    "shield": ((1.8, 1.6), (16.2, 1.6), (16.2, 10.2), (9.0, 17.2), (1.8, 10.2)),
    "octagon": (
        (5.8, 1.2), (12.2, 1.2), (16.8, 5.8), (16.8, 12.2),
        (12.2, 16.8), (5.8, 16.8), (1.2, 12.2), (1.2, 5.8),
    ),
    "triangle": ((9.0, 0.9), (17.6, 16.4), (0.4, 16.4)),
    "diamond": ((9.0, -0.4), (18.4, 9.0), (9.0, 18.4), (-0.4, 9.0)),
    "page": ((3.0, 1.6), (11.4, 1.6), (15.0, 5.2), (15.0, 16.4), (3.0, 16.4)),
}  # fmt: skip


class DecisionMark(StrEnum):
    """What a person decided about a match or an image."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNSURE = "unsure"
    CONFIRMED = "confirmed"
    """Of a query: it has no counterpart."""
    NOTED = "noted"
    """It has a note or another category."""


def decision_colour(mark: DecisionMark, tokens: Tokens) -> QColor:
    """Return the colour of a decision's badge and text."""
    match mark:
        case DecisionMark.ACCEPTED:
            return QColor(tokens.correct)
        case DecisionMark.REJECTED:
            return QColor(tokens.wrong)
        case DecisionMark.UNSURE:
            return QColor(tokens.missed)
        case DecisionMark.CONFIRMED:
            return QColor(tokens.private)
        case DecisionMark.NOTED:
            return QColor(tokens.accent)


def paint_decision(painter: QPainter, rect: QRectF, mark: DecisionMark, tokens: Tokens) -> None:
    """Paint a decision's shape into a square.

    Accepted is a shield with a tick, rejected an octagon with a bar, unsure a triangle with a
    stroke and a dot, confirmed a diamond with a tick, noted a page with lines.
    """
    unit = rect.width() / 18.0
    colour, halo = decision_colour(mark, tokens), QColor(tokens.canvas)
    ink = QColor(tokens.on_accent if mark is DecisionMark.NOTED else tokens.on_mark)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.topLeft())
    painter.scale(unit, unit)
    if mark is DecisionMark.ACCEPTED:
        fill_shape(painter, _shape("shield"), colour, halo)
        stroke_line(painter, ink, ((5.2, 7.4), (8.0, 10.2), (12.8, 4.8)))
    elif mark is DecisionMark.REJECTED:
        fill_shape(painter, _shape("octagon"), colour, halo)
        stroke_line(painter, ink, ((5.2, 9.0), (12.8, 9.0)), 2.4)
    elif mark is DecisionMark.UNSURE:
        fill_shape(painter, _shape("triangle"), colour, halo)
        stroke_line(painter, ink, ((9.0, 6.4), (9.0, 10.4)), 2.0)
        stroke_line(painter, ink, ((9.0, 13.6), (9.0, 13.7)), 2.2)
    elif mark is DecisionMark.CONFIRMED:
        fill_shape(painter, _shape("diamond"), colour, halo)
        stroke_line(painter, ink, ((5.6, 9.2), (8.2, 11.8), (12.4, 6.6)))
    else:
        fill_shape(painter, _shape("page"), colour, halo)
        for height in (8.0, 11.0, 14.0):
            stroke_line(painter, ink, ((5.6, height), (12.4, height)), 1.2)
    painter.restore()


def _shape(name: str) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in _POINTS[name]]))
    path.closeSubpath()
    return path
