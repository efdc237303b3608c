"""What lies over the points of a map: prototypes, lines between images, the selection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from uem_desktop.widgets.map_painter import paint_point
from uem_desktop.widgets.tokens import Tokens

MARKER_SIZE = 13.0
_LINE_ENDS = 5.0
_LINES_A_STEP = 8
_START_GAP = 6.0


@dataclass(frozen=True, slots=True)
class MapMarker:
    """One or two places that stand for many points, joined by a line where they are two.

    Attributes:
        disc: Where its disc is in the plane; None for none.
        diamond: Where its diamond is; None for none.
        colour: ``#rrggbb``; None for the colour of text.
        title: What it is.
        detail: What belongs to it.
    """

    disc: tuple[float, float] | None
    diamond: tuple[float, float] | None
    colour: str | None
    title: str
    detail: str = ""

    @property
    def places(self) -> tuple[tuple[float, float], ...]:
        """Where it is, one place or two."""
        return tuple(place for place in (self.disc, self.diamond) if place is not None)


@dataclass(frozen=True, slots=True)
class MapLines:
    """Lines from points to points.

    Attributes:
        starts: int64 (n,), points.
        ends: int64 (n,), points.
        is_right: int8 (n,): 1 for right (green, solid), 0 for wrong (red, dashed), -1 where that
            is not known (grey, dotted).
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    is_right: NDArray[np.int8]


LineStep = Callable[[QPainter], None]


def line_steps(
    starts: NDArray[np.float64],
    ends: NDArray[np.float64],
    is_right: NDArray[np.int8],
    tokens: Tokens,
) -> Iterator[LineStep]:
    """Yield what paints lines between places of the view, (n, 2) each, a few at a time.

    The right ones come last, and the halos of a kind before its lines.
    """
    looks = (
        (-1, tokens.unknown, [1.0, 2.5]),
        (0, tokens.wrong, [4.0, 3.0]),
        (1, tokens.correct, None),
    )
    for kind, colour, dashes in looks:
        chosen = np.flatnonzero(is_right == kind)
        lines = [
            _from_outside(QLineF(QPointF(*start), QPointF(*end)))
            for start, end in zip(starts[chosen].tolist(), ends[chosen].tolist(), strict=True)
        ]
        few = [
            lines[start : start + _LINES_A_STEP] for start in range(0, len(lines), _LINES_A_STEP)
        ]
        halo = QPen(QColor(tokens.canvas), 4.0)
        halo.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen = QPen(QColor(colour), 1.8)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if dashes is not None:
            pen.setDashPattern(dashes)
        yield from (partial(_paint_with, halo, part) for part in few)
        yield from (partial(_paint_with, pen, part) for part in few)
        yield from (partial(_paint_ends, tokens.canvas, colour, part) for part in few)


def paint_lines(
    painter: QPainter,
    starts: NDArray[np.float64],
    ends: NDArray[np.float64],
    is_right: NDArray[np.int8],
    tokens: Tokens,
) -> None:
    """Paint lines between places of the view, (n, 2) each; the right ones last."""
    for step in line_steps(starts, ends, is_right, tokens):
        step(painter)


def _paint_with(pen: QPen, lines: list[QLineF], painter: QPainter) -> None:
    painter.setPen(pen)
    painter.drawLines(lines)


def _paint_ends(ground: str, colour: str, lines: list[QLineF], painter: QPainter) -> None:
    painter.setPen(QPen(QColor(ground), 1.5))
    painter.setBrush(QColor(colour))
    for line in lines:
        painter.drawEllipse(line.p2(), _LINE_ENDS, _LINE_ENDS)


def _from_outside(line: QLineF) -> QLineF:
    """Return a line that leaves the point it begins at to be seen."""
    length = line.length()
    if length > 2 * _START_GAP:
        line.setP1(line.pointAt(_START_GAP / length))
    return line


def paint_marker(
    painter: QPainter,
    marker: MapMarker,
    disc: QPointF | None,
    diamond: QPointF | None,
    tokens: Tokens,
    *,
    is_hovered: bool,
) -> None:
    """Paint a marker whose places in the view are given."""
    colour = QColor(marker.colour or tokens.text)
    if disc is not None and diamond is not None:
        for pen in (QPen(QColor(tokens.canvas), 5.0), QPen(colour, 2.2)):
            painter.setPen(pen)
            painter.drawLine(disc, diamond)
    size = MARKER_SIZE + (3.0 if is_hovered else 0.0)
    for place, is_square in ((disc, False), (diamond, True)):
        if place is None:
            continue
        painter.setPen(QPen(QColor(tokens.canvas), 2.0))
        painter.setBrush(colour)
        paint_point(painter, place, size + 2.0, is_square=is_square)
        painter.setPen(QPen(QColor(tokens.accent if is_hovered else tokens.text), 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        paint_point(painter, place, size, is_square=is_square)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.canvas))
        paint_point(painter, place, 4.5, is_square=is_square)


def paint_ring(
    painter: QPainter, place: QPointF, size: float, tokens: Tokens, *, is_current: bool
) -> None:
    """Paint a ring around a selected point, a stronger one around the current."""
    radius = size / 2 + (5.0 if is_current else 2.0)
    width = 2.6 if is_current else 1.6
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(tokens.canvas), width + 2.4))
    painter.drawEllipse(place, radius, radius)
    painter.setPen(QPen(QColor(tokens.accent if is_current else tokens.text), width))
    painter.drawEllipse(place, radius, radius)


def paint_lasso(painter: QPainter, places: Sequence[QPointF], tokens: Tokens) -> None:
    """Paint the loop that is being drawn."""
    fill = QColor(tokens.accent)
    fill.setAlphaF(0.12)
    painter.setBrush(fill)
    pen = QPen(QColor(tokens.accent), 1.6, Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.drawPolygon(QPolygonF(list(places)))


def inside_of(
    loop: Sequence[QPointF], places: NDArray[np.float64], area: QRectF
) -> NDArray[np.bool_]:
    """Return which places (n, 2) of the view a loop holds, bool (n,), to the pixel.

    Args:
        loop: Corners of the loop, in the view.
        places: In the view.
        area: Of the view.
    """
    from PySide6.QtGui import QImage

    width, height = int(area.width()) + 1, int(area.height()) + 1
    image = QImage(width, height, QImage.Format.Format_Grayscale8)
    image.fill(0)
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    path.addPolygon(QPolygonF(list(loop)))
    path.closeSubpath()
    painter = QPainter(image)
    painter.fillPath(path, Qt.GlobalColor.white)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(height, image.bytesPerLine())
    at = np.floor(places).astype(np.int64)
    is_seen = (at >= 0).all(axis=1) & (at[:, 0] < width) & (at[:, 1] < height)
    is_inside = np.zeros(len(places), np.bool_)
    is_inside[is_seen] = pixels[at[is_seen, 1], at[is_seen, 0]] > 127
    return is_inside
