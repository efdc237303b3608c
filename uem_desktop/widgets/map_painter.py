"""Paints a square part of a map into an image: as points, or as a density where they are many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from uem_desktop.widgets.map_camera import MapCamera
from uem_desktop.widgets.map_cloud import MapCloud, Rows
from uem_desktop.widgets.tokens import Tokens

TILE_PX = 128
"""Side of a part in device pixels."""

_FAINT = 0.72
"""How far the colour of a faint point goes towards the background."""
_FAINT_SIZE = 0.85
"""How large a faint point is, of the size of a bright one."""
_SINGLE = 0.4
"""How strongly a single point of a density is seen, 0..1."""
_STEPS = 512
_BORDER = 3
"""Pixels around a part whose points may reach into it."""
_SIDE = TILE_PX + 2 * _BORDER

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TileLook:
    """What every part of one picture has in common.

    Attributes:
        scale: Device pixels of one unit of the plane.
        ratio: Device pixels of one logical pixel.
        is_density: Whether points are counted instead of drawn.
        size: Diameter of a point in logical pixels.
        tokens: The colours.
    """

    scale: float
    ratio: float
    is_density: bool
    size: float
    tokens: Tokens


class TilePainter:
    """Paints the parts of one picture of one cloud."""

    def __init__(self, cloud: MapCloud, look: TileLook) -> None:
        self.cloud = cloud
        self.look = look
        self._sprites: dict[tuple[int, bool, bool], QImage] = {}
        names = (*cloud.colours, look.tokens.text_disabled)
        self._rgb = np.array([_rgb_of(name) for name in names], np.float32)
        self._canvas = np.array(_rgb_of(look.tokens.canvas), np.float32)
        self._strength = _strengths(cloud, look) if look.is_density else np.ones(1, np.float32)

    def paint(self, column: int, line: int) -> QImage:
        """Return the part in a column and line; (0, 0) begins at the plane's origin, y downwards.

        Returns:
            An opaque image of `TILE_PX` device pixels a side.
        """
        room = float(_BORDER) if self.look.is_density else self.look.size * self.look.ratio / 2 + 2
        left, top = column * TILE_PX - room, line * TILE_PX - room
        side, scale = TILE_PX + 2 * room, self.look.scale
        rows, points = self.cloud.grid.near(
            left / scale, -(top + side) / scale, (left + side) / scale, -top / scale
        )
        x = points[:, 0] * scale - column * TILE_PX
        y = points[:, 1] * -scale - line * TILE_PX
        if self.look.is_density:
            return self._density(rows, x, y)
        is_inside = (np.abs(x - TILE_PX / 2) <= side / 2) & (np.abs(y - TILE_PX / 2) <= side / 2)
        return self._points(rows[is_inside], x[is_inside], y[is_inside])

    # ---- points

    def _points(self, rows: Rows, x: Floats, y: Floats) -> QImage:
        image = QImage(TILE_PX, TILE_PX, QImage.Format.Format_RGB32)
        image.fill(QColor(self.look.tokens.canvas))
        cloud, bright = self.cloud, self.cloud.is_bright
        is_bright = np.ones(len(rows), np.bool_) if bright is None else bright[rows]
        order = np.lexsort((cloud.layers[rows], is_bright))
        rows, is_bright = rows[order], is_bright[order]
        sprite_px = self._sprite(-1, False, True).width()
        lefts, tops = (np.round(one[order] - sprite_px / 2).astype(np.int64) for one in (x, y))
        painter = QPainter(image)
        for left, top, code, is_square, is_full in zip(
            lefts.tolist(), tops.tolist(), cloud.codes[rows].tolist(),
            cloud.is_square[rows].tolist(), is_bright.tolist(), strict=True,
        ):  # fmt: skip
            painter.drawImage(left, top, self._sprite(code, is_square, is_full))
        painter.end()
        return image

    def _sprite(self, code: int, is_square: bool, is_bright: bool) -> QImage:
        key = (code, is_square, is_bright)
        sprite = self._sprites.get(key)
        if sprite is None:
            sprite = self._sprites[key] = self._draw_sprite(*key)
        return sprite

    def _draw_sprite(self, code: int, is_square: bool, is_bright: bool) -> QImage:
        look, tokens = self.look, self.look.tokens
        size = look.size * look.ratio
        side = int(np.ceil(size)) + 4
        image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        colour = QColor(*(int(part) for part in self._rgb[code]))
        canvas = QColor(tokens.canvas)
        if not is_bright:
            colour = blended(colour, canvas, _FAINT)
            size *= _FAINT_SIZE
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(canvas, look.ratio))
        painter.setBrush(colour)
        paint_point(painter, QPointF(side / 2, side / 2), size, is_square=is_square)
        painter.end()
        return image

    # ---- density

    def _density(self, rows: Rows, x: Floats, y: Floats) -> QImage:
        left, top = np.floor(x).astype(np.int64) + _BORDER, np.floor(y).astype(np.int64) + _BORDER
        is_inside = (left >= 0) & (left < _SIDE) & (top >= 0) & (top < _SIDE)
        cells = (top * _SIDE + left)[is_inside]
        rows = rows[is_inside]
        bright = self.cloud.is_bright
        picture = [np.full(TILE_PX * TILE_PX, value) for value in self._canvas]
        if bright is None:
            self._lay_over(picture, rows, cells, 0.0)
        else:
            is_bright = bright[rows]
            self._lay_over(picture, rows[~is_bright], cells[~is_bright], _FAINT)
            self._lay_over(picture, rows[is_bright], cells[is_bright], 0.0)
        pixels = np.full(TILE_PX * TILE_PX, 0xFF000000, np.uint32)
        for channel, bits in zip(picture, (16, 8, 0), strict=True):
            pixels |= (channel + 0.5).astype(np.uint32) << bits
        form = QImage.Format.Format_RGB32
        return QImage(pixels.data, TILE_PX, TILE_PX, TILE_PX * 4, form).copy()

    def _lay_over(self, picture: list[Floats], rows: Rows, cells: Rows, faintness: float) -> None:
        """Lay points over a picture: their mean colour, stronger where they are many.

        Args:
            picture: Red, green and blue, each float32 (T * T,); changed in place.
            rows: int64 (n,), the points.
            cells: int64 (n,), where they are, with a border around the picture.
            faintness: How far their colour goes towards the background.
        """
        if not len(rows):
            return
        codes = self.cloud.codes[rows].astype(np.int64)
        codes[codes < 0] = len(self._rgb) - 1
        spread = round(self.look.ratio)
        counts = _spread(np.bincount(cells, minlength=_SIDE * _SIDE), spread).ravel()
        at = np.flatnonzero(counts)
        counts = counts[at]
        strength = self._strength[np.minimum(counts, _STEPS - 1).astype(np.int64)]
        for channel, ground in enumerate(picture):
            weights = self._rgb[:, channel][codes]
            sums = _spread(np.bincount(cells, weights, _SIDE * _SIDE), spread).ravel()[at]
            colour = sums / counts
            colour += faintness * (self._canvas[channel] - colour)
            ground[at] += strength * (colour - ground[at])


def _rgb_of(name: str) -> tuple[int, int, int]:
    colour = QColor(name)
    return colour.red(), colour.green(), colour.blue()


def _strengths(cloud: MapCloud, look: TileLook) -> Floats:
    """Return how strongly 0, 1, 2 … points in one place are seen, by the logarithm of the number.

    The crowd that gets full strength is taken from the whole cloud, so that parts fit together.
    """
    reach = 4.0 if look.ratio < 2 else 16.0  # pixels over which a point is spread
    crowd = cloud.grid.crowd / look.scale**2 * reach
    counts = np.arange(_STEPS)
    rise = np.log(np.maximum(counts, 1)) / np.log(max(crowd, 4.0))
    strength = _SINGLE + (1.0 - _SINGLE) * np.minimum(rise, 1.0)
    return np.where(counts > 0, strength, 0.0).astype(np.float32)


def _spread(counts: NDArray[np.generic], spread: int) -> Floats:
    """Return counts (T, T) without the border, each point over two pixels, or over more."""
    table = counts.reshape(_SIDE, _SIDE).astype(np.float32)
    for step in (1,) if spread < 2 else (1, 2):
        wide = table.copy()
        wide[:, step:] += table[:, :-step]
        table = wide.copy()
        table[step:] += wide[:-step]
    return table[_BORDER:-_BORDER, _BORDER:-_BORDER]


def paint_point(painter: QPainter, middle: QPointF, size: float, *, is_square: bool) -> None:
    """Paint one point with the painter's pen and brush: a disc or a diamond of equal area."""
    if not is_square:
        painter.drawEllipse(middle, size / 2, size / 2)
        return
    reach = size * 0.6
    painter.drawPolygon(
        QPolygonF(
            [
                middle + QPointF(0, -reach),
                middle + QPointF(reach, 0),
                middle + QPointF(0, reach),
                middle + QPointF(-reach, 0),
            ]
        )
    )


def paint_cloud(
    painter: QPainter,
    cloud: MapCloud,
    camera: MapCamera,
    size: QSizeF,
    diameter: float,
    tokens: Tokens,
) -> None:
    """Paint each point in sight as a shape, in the order in which tiles hold them.

    Args:
        painter: Of the view.
        cloud: The points.
        camera: Where one looks.
        size: Of the view, logical pixels.
        diameter: Of a point, logical pixels.
        tokens: The colours.
    """
    places = camera.to_view(cloud.grid.points, size)
    is_seen = ((places >= 0) & (places <= (size.width(), size.height()))).all(axis=1)
    rows = np.flatnonzero(is_seen)
    is_bright = np.ones(len(cloud), np.bool_) if cloud.is_bright is None else cloud.is_bright
    names, canvas = (*cloud.colours, tokens.text_disabled), QColor(tokens.canvas)
    painter.setPen(QPen(canvas, 1.0))
    for row in rows[np.lexsort((cloud.layers[rows], is_bright[rows]))].tolist():
        colour, reach = QColor(names[int(cloud.codes[row])]), diameter
        if not is_bright[row]:
            colour, reach = blended(colour, canvas, _FAINT), diameter * _FAINT_SIZE
        painter.setBrush(colour)
        middle = QPointF(*places[row].tolist())
        paint_point(painter, middle, reach, is_square=bool(cloud.is_square[row]))


def blended(colour: QColor, ground: QColor, share: float) -> QColor:
    """Return a colour that is so far on the way to the ground."""
    return QColor.fromRgbF(
        colour.redF() + share * (ground.redF() - colour.redF()),
        colour.greenF() + share * (ground.greenF() - colour.greenF()),
        colour.blueF() + share * (ground.blueF() - colour.blueF()),
    )
