"""Keeps the painted parts of a map, so that moving it paints only what comes into sight."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QImage, QPainter

from uem_desktop.widgets.map_camera import MapCamera
from uem_desktop.widgets.map_cloud import MOST_POINTS, MapCloud, point_size
from uem_desktop.widgets.map_painter import TILE_PX, TileLook, TilePainter
from uem_desktop.widgets.tokens import Tokens

_PAINT_S = 0.010
_MOST_TILES = 600
_REPEAT = 1.3
"""Points are drawn until there are so many times `MOST_POINTS`, to change back and forth less."""


@dataclass(slots=True)
class _Picture:
    """The parts of one look at one cloud."""

    painter: TilePainter
    tiles: dict[tuple[int, int], QImage] = field(default_factory=dict)

    @property
    def look(self) -> TileLook:
        return self.painter.look


class MapTiles:
    """Paints a cloud as it is seen by a camera, in parts, and no longer than a moment at a time.

    While a new picture is not complete, the one before shines through, scaled.
    """

    def __init__(self) -> None:
        self._cloud: MapCloud | None = None
        self._picture: _Picture | None = None
        self._before: _Picture | None = None
        self._is_complete = False

    @property
    def is_density(self) -> bool:
        """Whether points are counted instead of drawn, the last time something was painted."""
        return self._picture is not None and self._picture.look.is_density

    def show_cloud(self, cloud: MapCloud | None, *, is_same_place: bool) -> None:
        """Paint another cloud from now on.

        Args:
            cloud: The points; None for nothing.
            is_same_place: Whether only colours changed, so that the old picture may shine through.
        """
        self._keep_before() if is_same_place else self._forget()
        self._cloud, self._picture = cloud, None

    def paint(
        self,
        painter: QPainter,
        camera: MapCamera,
        size: QSizeF,
        tokens: Tokens,
        *,
        paint_s: float = _PAINT_S,
    ) -> bool:
        """Paint what is seen.

        Args:
            painter: Of the view.
            camera: Where one looks.
            size: Of the view, logical pixels.
            tokens: The colours.
            paint_s: How long new parts may be painted, in seconds.

        Returns:
            Whether the picture is complete; otherwise paint again.
        """
        view = QRectF(QPointF(0, 0), size)
        painter.fillRect(view, QColor(tokens.canvas))
        if self._cloud is None or not len(self._cloud):
            return True
        ratio = painter.device().devicePixelRatioF()
        picture = self._picture_for(self._cloud, camera, size, ratio, tokens)
        wanted = _places(camera, size, ratio, picture.look.scale)
        missing = [place for place in wanted if place not in picture.tiles]
        if missing and self._before is not None:
            _paint_scaled(painter, self._before, camera, size)
        ends_at = time.perf_counter() + paint_s
        for number, place in enumerate(missing):
            if number and time.perf_counter() > ends_at:
                break
            picture.tiles[place] = picture.painter.paint(*place)
        _paint_tiles(painter, picture.tiles, wanted, _origin(camera, size, ratio), ratio)
        self._is_complete = all(place in picture.tiles for place in wanted)
        if self._is_complete:
            self._before = None
            _drop_far(picture.tiles, wanted)
        return self._is_complete

    def _picture_for(
        self, cloud: MapCloud, camera: MapCamera, size: QSizeF, ratio: float, tokens: Tokens
    ) -> _Picture:
        scale, picture = camera.scale * ratio, self._picture
        seen = camera.seen(size)
        count = cloud.grid.count_within(seen.left(), seen.top(), seen.right(), seen.bottom())
        most = MOST_POINTS
        if picture is not None and not picture.look.is_density:
            most = round(MOST_POINTS * _REPEAT)
        is_density = count > most and len(cloud) > MOST_POINTS
        if picture is not None:
            look = picture.look
            now = (scale, ratio, is_density, tokens)
            if now == (look.scale, look.ratio, look.is_density, look.tokens):
                return picture
        self._keep_before()
        point = point_size(count, size.width() * size.height())
        look = TileLook(scale, ratio, is_density, point, tokens)
        self._picture, self._is_complete = _Picture(TilePainter(cloud, look)), False
        return self._picture

    def _keep_before(self) -> None:
        if self._picture is not None and (self._is_complete or self._before is None):
            self._before = self._picture

    def _forget(self) -> None:
        self._before = None


def _origin(camera: MapCamera, size: QSizeF, ratio: float) -> QPointF:
    """Return where the plane's origin is in the view, in whole device pixels."""
    x = (size.width() / 2 - camera.x * camera.scale) * ratio
    y = (size.height() / 2 + camera.y * camera.scale) * ratio
    return QPointF(round(x), round(y))


def _places(camera: MapCamera, size: QSizeF, ratio: float, scale: float) -> list[tuple[int, int]]:
    """Return the parts that are seen, from the middle outwards."""
    origin = _origin(camera, size, ratio)
    columns, lines = (
        range(math.floor(-at / TILE_PX), math.floor((length * ratio - at - 1) / TILE_PX) + 1)
        for at, length in ((origin.x(), size.width()), (origin.y(), size.height()))
    )
    middle_x, middle_y = camera.x * scale / TILE_PX - 0.5, -camera.y * scale / TILE_PX - 0.5
    return sorted(
        ((column, line) for column in columns for line in lines),
        key=lambda at: (at[0] - middle_x) ** 2 + (at[1] - middle_y) ** 2,
    )


def _paint_tiles(
    painter: QPainter,
    tiles: dict[tuple[int, int], QImage],
    wanted: list[tuple[int, int]],
    origin: QPointF,
    ratio: float,
) -> None:
    """Copy parts pixel by pixel, which is fast only where nothing is scaled."""
    painter.save()
    painter.scale(1 / ratio, 1 / ratio)
    left, top = int(origin.x()), int(origin.y())
    for column, line in wanted:
        tile = tiles.get((column, line))
        if tile is not None:
            painter.drawImage(left + column * TILE_PX, top + line * TILE_PX, tile)
    painter.restore()


def _rect(place: tuple[int, int], origin: QPointF, factor: float, ratio: float) -> QRectF:
    """Return where a part lies in the view, in logical pixels."""
    side = TILE_PX * factor
    x, y = place[0] * side + origin.x(), place[1] * side + origin.y()
    return QRectF(x / ratio, y / ratio, side / ratio, side / ratio)


def _paint_scaled(painter: QPainter, picture: _Picture, camera: MapCamera, size: QSizeF) -> None:
    ratio = picture.look.ratio
    factor = camera.scale * ratio / picture.look.scale
    origin, view = _origin(camera, size, ratio), QRectF(QPointF(0, 0), size)
    for place, image in picture.tiles.items():
        rect = _rect(place, origin, factor, ratio)
        if rect.intersects(view):
            painter.drawImage(rect, image)


def _drop_far(tiles: dict[tuple[int, int], QImage], wanted: list[tuple[int, int]]) -> None:
    """Let go of the parts painted first when there are many, never of those that are seen."""
    seen = set(wanted)
    for place in list(tiles):
        if len(tiles) <= max(_MOST_TILES, len(wanted)):
            return
        if place not in seen:
            del tiles[place]
