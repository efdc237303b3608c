"""A map as a figure for papers and slides: as it is seen, dark on white, with its legend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from uem_desktop.widgets.drawing_file import SCALE, write_drawing
from uem_desktop.widgets.figure_text import figure_font, paint_figure_text
from uem_desktop.widgets.map_camera import MapCamera
from uem_desktop.widgets.map_cloud import MOST_POINTS, point_size
from uem_desktop.widgets.map_legend import LegendEntry
from uem_desktop.widgets.map_painter import paint_cloud, paint_point
from uem_desktop.widgets.map_scene import MapScene
from uem_desktop.widgets.map_tiles import MapTiles
from uem_desktop.widgets.tokens import LIGHT

PRINT = replace(LIGHT, canvas="#ffffff")
"""The colours of a figure."""
_WIDTH = 720.0
_MARGIN, _GAP, _LINE, _SWATCH = 8.0, 12.0, 13.0, 7.0
_SMALL, _PLAIN = 8, 9
_WIDEST_ENTRY = 220.0
_TITLE = "Embedding map"


@dataclass(frozen=True, slots=True, eq=False)
class SeenMap:
    """One map as a person sees it.

    Attributes:
        title: The checkpoint, and how the plane is made.
        scene: What is shown, in the colours of `PRINT`.
        camera: Where one looks.
        size: Of the view, in logical pixels.
    """

    title: str
    scene: MapScene
    camera: MapCamera
    size: QSizeF


@dataclass(frozen=True, slots=True, eq=False)
class MapPicture:
    """Maps side by side above one legend.

    Attributes:
        maps: From left to right.
        legend_title: What colours tell.
        legend: Each colour.
    """

    maps: Sequence[SeenMap]
    legend_title: str
    legend: Sequence[LegendEntry]


def write_map_picture(path: Path, picture: MapPicture) -> None:
    """Write a picture; what was there before stays whole until the new one is complete.

    Up to `MOST_POINTS` points in sight are shapes in SVG; more are a picture of their density.

    Args:
        path: Its suffix says the kind: ``.png`` at 300 dots an inch, or ``.svg``.
        picture: What to show.

    Raises:
        OSError: The disk does not take it.
    """
    figure = _Figure(picture, is_outlined=path.suffix.lower() == ".svg")
    write_drawing(path, figure.size, figure.paint, _TITLE)


class _Figure:
    """Lays a picture out, in points, and paints it."""

    def __init__(self, picture: MapPicture, *, is_outlined: bool) -> None:
        self._picture = picture
        self._is_outlined = is_outlined
        room = _WIDTH - 2 * _MARGIN - (len(picture.maps) - 1) * _GAP
        self._zoom = room / sum(one.size.width() for one in picture.maps)
        self._entries = self._placed_entries()
        height = max(one.size.height() for one in picture.maps) * self._zoom
        self._legend_top = _MARGIN + _LINE + height + _GAP
        last = self._entries[-1][1].bottom() if self._entries else 0.0
        self.size = QSizeF(_WIDTH, math.ceil(self._legend_top + _LINE + last + _MARGIN))

    def paint(self, painter: QPainter) -> None:
        """Paint everything."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = _MARGIN
        for one in self._picture.maps:
            width = one.size.width() * self._zoom
            self._text(painter, QRectF(left, _MARGIN, width, _LINE), one.title, is_strong=True)
            painter.save()
            painter.translate(left, _MARGIN + _LINE)
            painter.scale(self._zoom, self._zoom)
            self._paint_map(painter, one)
            painter.restore()
            left += width + _GAP
        self._paint_legend(painter)

    def _paint_map(self, painter: QPainter, one: SeenMap) -> None:
        view = QRectF(QPointF(0, 0), one.size)
        painter.setClipRect(view)
        cloud, seen = one.scene.cloud, one.camera.seen(one.size)
        count = cloud.grid.count_within(seen.left(), seen.top(), seen.right(), seen.bottom())
        if count > MOST_POINTS:
            painter.drawImage(view, self._density(one))
        else:
            diameter = point_size(count, one.size.width() * one.size.height())
            paint_cloud(painter, cloud, one.camera, one.size, diameter, PRINT)
        one.scene.paint_over(painter, one.camera, one.size, PRINT)
        painter.setClipping(False)
        painter.setPen(QPen(QColor(LIGHT.border), 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(view)

    def _density(self, one: SeenMap) -> QImage:
        ratio = float(max(1, round(SCALE * self._zoom)))
        width, height = round(one.size.width() * ratio), round(one.size.height() * ratio)
        image = QImage(width, height, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        tiles, inner = MapTiles(), QPainter(image)
        tiles.show_cloud(one.scene.cloud, is_same_place=False)
        tiles.paint(inner, one.camera, one.size, PRINT, paint_s=math.inf)
        inner.end()
        return image

    # ---- legend

    def _placed_entries(self) -> list[tuple[LegendEntry, QRectF]]:
        """Return each entry and where it stands below the legend's title."""
        metrics, placed = QFontMetricsF(figure_font(_SMALL)), []
        x, y = _MARGIN, 0.0
        for entry in self._picture.legend:
            words = metrics.horizontalAdvance(_words(entry)) + 1
            width = min(_WIDEST_ENTRY, len(_shapes(entry)) * _SWATCH + 4 + words)
            if x + width > _WIDTH - _MARGIN and x > _MARGIN:
                x, y = _MARGIN, y + _LINE
            placed.append((entry, QRectF(x, y, width, _LINE)))
            x += width + _GAP
        return placed

    def _paint_legend(self, painter: QPainter) -> None:
        title = QRectF(_MARGIN, self._legend_top, _WIDTH - 2 * _MARGIN, _LINE)
        self._text(painter, title, self._picture.legend_title, is_strong=True)
        for entry, place in self._entries:
            area = place.translated(0, self._legend_top + _LINE)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(entry.colour))
            for number, shape in enumerate(_shapes(entry)):
                middle = QPointF(area.left() + (number + 0.5) * _SWATCH, area.center().y())
                paint_point(painter, middle, _SWATCH - 1, is_square=shape == "diamond")
            words = area.adjusted(len(_shapes(entry)) * _SWATCH + 4, 0, 0, 0)
            self._text(painter, words, _words(entry), is_strong=False)

    def _text(self, painter: QPainter, area: QRectF, text: str, *, is_strong: bool) -> None:
        weight = QFont.Weight.DemiBold if is_strong else QFont.Weight.Normal
        font = figure_font(_PLAIN if is_strong else _SMALL, weight)
        left, colour = Qt.AlignmentFlag.AlignLeft, LIGHT.text
        paint_figure_text(painter, area, text, font, left, colour, is_outlined=self._is_outlined)


def _shapes(entry: LegendEntry) -> tuple[str, ...]:
    return ("disc", "diamond") if entry.shape == "both" else (entry.shape,)


def _words(entry: LegendEntry) -> str:
    return f"{entry.title} · {entry.count:,}"
