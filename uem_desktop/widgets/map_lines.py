"""Keeps the painted lines of a map, so that moving it, or pointing at it, does not paint them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter

from uem_desktop.widgets.map_camera import MapCamera
from uem_desktop.widgets.map_overlay import LineStep, MapLines, line_steps
from uem_desktop.widgets.point_grid import PointGrid
from uem_desktop.widgets.tokens import Tokens

_PAINT_S = 0.008


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """What a picture of lines hangs on."""

    lines: MapLines
    grid: PointGrid
    camera: MapCamera
    size: QSizeF
    ratio: float
    tokens: Tokens

    def has_same_lines(self, other: _Look) -> bool:
        """Whether another look is at the same lines, from wherever."""
        return self.lines is other.lines and self.grid is other.grid

    def is_same(self, other: _Look) -> bool:
        """Whether another look is the same one."""
        here = self.camera, self.size, self.ratio, self.tokens
        there = other.camera, other.size, other.ratio, other.tokens
        return self.has_same_lines(other) and here == there


@dataclass(slots=True)
class _Picture:
    look: _Look
    image: QImage
    steps: Iterator[LineStep]
    is_complete: bool = field(default=False)


class MapLineLayer:
    """Paints lines no longer than a moment at a time.

    While one moves, and until new ones are complete, the lines painted before move along.
    """

    def __init__(self) -> None:
        self._picture: _Picture | None = None
        self._before: _Picture | None = None
        self._last: MapCamera | None = None

    def paint(
        self,
        painter: QPainter,
        lines: MapLines | None,
        grid: PointGrid,
        camera: MapCamera,
        size: QSizeF,
        tokens: Tokens,
        *,
        paint_s: float = _PAINT_S,
    ) -> bool:
        """Paint what is seen.

        Args:
            painter: Of the view.
            lines: Between points; None for none.
            grid: The points.
            camera: Where one looks.
            size: Of the view, logical pixels.
            tokens: The colours.
            paint_s: How long lines may be painted, in seconds.

        Returns:
            Whether the lines are complete; otherwise paint again.
        """
        is_moving, self._last = camera != self._last, camera
        if lines is None:
            self._picture = self._before = None
            return True
        look = _Look(lines, grid, camera, size, painter.device().devicePixelRatioF(), tokens)
        picture = self._picture_of(look, is_moving=is_moving)
        if picture is not None and not picture.is_complete:
            _go_on(picture, time.perf_counter() + paint_s)
        if picture is not None and picture.is_complete:
            self._before = picture
        shown = self._before or picture
        if shown is not None:
            _show(painter, shown, look)
        return picture is not None and picture.is_complete

    def _picture_of(self, look: _Look, *, is_moving: bool) -> _Picture | None:
        """Return the picture to go on with; None while one moves and there is one to move along."""
        if self._before is not None and not self._before.look.has_same_lines(look):
            self._before = None
        if self._picture is not None and self._picture.look.is_same(look):
            return self._picture
        if is_moving and self._before is not None:
            return None
        self._picture = _begun(look)
        return self._picture


def _begun(look: _Look) -> _Picture:
    image = QImage((look.size * look.ratio).toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(look.ratio)
    image.fill(Qt.GlobalColor.transparent)
    starts, ends = (
        look.camera.to_view(look.grid.points[at], look.size)
        for at in (look.lines.starts, look.lines.ends)
    )
    return _Picture(look, image, line_steps(starts, ends, look.lines.is_right, look.tokens))


def _go_on(picture: _Picture, ends_at: float) -> None:
    painter = QPainter(picture.image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for step in picture.steps:
        step(painter)
        if time.perf_counter() > ends_at:
            break
    else:
        picture.is_complete = True
    painter.end()


def _show(painter: QPainter, picture: _Picture, now: _Look) -> None:
    """Lay a picture where its lines are now; copied pixel by pixel where it is not scaled."""
    then = picture.look
    corners = [QPointF(0, 0), QPointF(then.size.width(), then.size.height())]
    places = [then.camera.to_plane(corner, then.size) for corner in corners]
    left, top, right, bottom = now.camera.to_view(np.array(places), now.size).ravel().tolist()
    if then.camera.scale == now.camera.scale:
        corner = QPointF(round(left * now.ratio) / now.ratio, round(top * now.ratio) / now.ratio)
        painter.drawImage(corner, picture.image)
    else:
        painter.drawImage(QRectF(left, top, right - left, bottom - top), picture.image)
