"""A table of shares as a figure for papers and slides: all names, dark on white."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from uem_desktop.widgets.drawing_file import write_drawing
from uem_desktop.widgets.figure_text import figure_font, paint_figure_text
from uem_desktop.widgets.heat_map import ink_on, share_colours
from uem_desktop.widgets.tokens import LIGHT

_PRINT = replace(LIGHT, window="#ffffff")
_WIDTH = 720.0
_MARGIN, _GAP, _LINE = 10.0, 4.0, 13.0
_LEAST_CELL, _LARGEST_CELL, _CELL_WITH_NUMBER = 4.0, 26.0, 13.0
_WIDEST_NAME = 130.0
_SMALLEST_LETTER, _LARGEST_LETTER, _TITLE_LETTER = 3, 9, 9
_ANGLE_DEGREES = 55.0
_DOWN, _ASIDE = (f(math.radians(_ANGLE_DEGREES)) for f in (math.sin, math.cos))
_LEFT, _MIDDLE, _RIGHT = (
    Qt.AlignmentFlag.AlignLeft,
    Qt.AlignmentFlag.AlignHCenter,
    Qt.AlignmentFlag.AlignRight,
)


@dataclass(frozen=True, slots=True, eq=False)
class SharePicture:
    """A table of shares with its names.

    Attributes:
        title: What it shows.
        note: What rows, columns and colours are.
        rows: R names, beside.
        columns: C names, slanting above.
        shares: float64 (R, C), 0..1.
        is_muted: bool (R, C), what is as it should be, and so in grey.
    """

    title: str
    note: str
    rows: Sequence[str]
    columns: Sequence[str]
    shares: NDArray[np.float64]
    is_muted: NDArray[np.bool_]


def write_share_picture(path: Path, picture: SharePicture) -> None:
    """Write a picture; see `write_drawing`.

    Raises:
        OSError: The disk does not take it.
    """
    figure = _Figure(picture, is_outlined=path.suffix.lower() == ".svg")
    write_drawing(path, figure.size, figure.paint, picture.title)


class _Figure:
    """Lays a table out, in points, and paints it; many categories make it larger than a page."""

    def __init__(self, picture: SharePicture, *, is_outlined: bool) -> None:
        self._picture = picture
        self._is_outlined = is_outlined
        columns = max(1, len(picture.columns))
        room = _WIDTH - 2 * _MARGIN - _WIDEST_NAME * (1 + _ASIDE)
        self._cell = min(_LARGEST_CELL, max(_LEAST_CELL, room / columns))
        letter = min(_LARGEST_LETTER, max(_SMALLEST_LETTER, int(0.7 * self._cell)))
        self._font = figure_font(letter)
        beside, above = (self._widest(names) for names in (picture.rows, picture.columns))
        self._slant = above
        left = _MARGIN + beside + _GAP
        top = _MARGIN + 2 * _LINE + above * _DOWN + letter + _GAP
        width, height = self._cell * columns, self._cell * len(picture.rows)
        self._area = QRectF(left, top, width, height)
        right = max(left + width + above * _ASIDE, _MARGIN + self._words_width())
        self.size = QSizeF(math.ceil(right + _MARGIN), math.ceil(top + height + _MARGIN))

    def paint(self, painter: QPainter) -> None:
        """Paint everything."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = QRectF(_MARGIN, _MARGIN, self.size.width() - 2 * _MARGIN, _LINE)
        strong = figure_font(_TITLE_LETTER, QFont.Weight.DemiBold)
        self._text(painter, line, self._picture.title, strong, _LEFT)
        plain = figure_font(_TITLE_LETTER)
        self._text(painter, line.translated(0, _LINE), self._picture.note, plain, _LEFT)
        self._paint_names(painter)
        self._paint_cells(painter)

    def _paint_names(self, painter: QPainter) -> None:
        area, cell = self._area, self._cell
        for row, name in enumerate(self._picture.rows):
            y = area.top() + row * cell
            width = area.left() - _GAP - _MARGIN
            self._text(painter, QRectF(_MARGIN, y, width, cell), name, self._font, _RIGHT)
        height = QFontMetricsF(self._font).height()
        for column, name in enumerate(self._picture.columns):
            painter.save()
            painter.translate(area.left() + (column + 0.5) * cell, area.top() - _GAP)
            painter.rotate(-_ANGLE_DEGREES)
            place = QRectF(0.0, -height / 2, self._slant + 1, height)
            self._text(painter, place, name, self._font, _LEFT)
            painter.restore()

    def _paint_cells(self, painter: QPainter) -> None:
        picture, area, cell = self._picture, self._area, self._cell
        colours = share_colours(picture.shares, picture.is_muted, _PRINT)
        has_numbers = cell >= _CELL_WITH_NUMBER
        gap = min(0.5, cell / 10)
        for row, column in np.argwhere(picture.shares > 0.0).tolist():
            corner = QPointF(area.left() + column * cell, area.top() + row * cell)
            place = QRectF(corner, QSizeF(cell - gap, cell - gap))
            ground = QColor(*colours[row, column].tolist())
            painter.fillRect(place, ground)
            if has_numbers:
                number, ink = f"{100 * picture.shares[row, column]:.0f}", ink_on(ground).name()
                self._text(painter, place, number, self._font, _MIDDLE, ink)
        painter.setPen(QPen(QColor(LIGHT.border), 0.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area)

    def _widest(self, names: Sequence[str]) -> float:
        metrics = QFontMetricsF(self._font)
        widths = (metrics.horizontalAdvance(name) for name in names)
        return min(_WIDEST_NAME, max(widths, default=0.0)) + 1

    def _words_width(self) -> float:
        """Return how wide the title and the note are."""
        metrics = QFontMetricsF(figure_font(_TITLE_LETTER, QFont.Weight.DemiBold))
        words = (self._picture.title, self._picture.note)
        return min(_WIDTH - 2 * _MARGIN, max(metrics.horizontalAdvance(text) for text in words))

    def _text(
        self,
        painter: QPainter,
        area: QRectF,
        text: str,
        font: QFont,
        side: Qt.AlignmentFlag,
        colour: str = LIGHT.text,
    ) -> None:
        paint_figure_text(painter, area, text, font, side, colour, is_outlined=self._is_outlined)
