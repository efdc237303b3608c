"""What a map shows, apart from where one looks: it can be painted in a window and into a file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainter

from uem_desktop.widgets.map_camera import MapCamera
from uem_desktop.widgets.map_cloud import MapCloud, Rows, point_size
from uem_desktop.widgets.map_overlay import (
    MapLines,
    MapMarker,
    paint_lines,
    paint_marker,
    paint_ring,
)
from uem_desktop.widgets.tokens import Tokens

_MOST_RINGS = 1500


@dataclass(frozen=True, slots=True, eq=False)
class MapScene:
    """Points and what lies over them.

    Attributes:
        cloud: The points.
        markers: Laid over them.
        lines: Between points; None for none.
        rings: int64 (n,), points that are ringed.
        current: The point with the stronger ring; None for none.
    """

    cloud: MapCloud
    markers: tuple[MapMarker, ...]
    lines: MapLines | None
    rings: Rows
    current: int | None

    def paint_over(
        self,
        painter: QPainter,
        camera: MapCamera,
        size: QSizeF,
        tokens: Tokens,
        *,
        has_lines: bool = True,
        hovered: int | None = None,
        hovered_marker: int | None = None,
    ) -> None:
        """Paint all but the points.

        Args:
            painter: Of the view.
            camera: Where one looks.
            size: Of the view, logical pixels.
            tokens: The colours.
            has_lines: Whether lines are painted too, however long that takes.
            hovered: The point under the pointer.
            hovered_marker: The marker under the pointer.
        """
        if has_lines:
            self._paint_lines(painter, camera, size, tokens)
        for number, marker in enumerate(self.markers):
            disc, diamond = (
                QPointF(*camera.to_view(np.array([place]), size)[0].tolist())
                if place is not None
                else None
                for place in (marker.disc, marker.diamond)
            )
            is_hovered = number == hovered_marker
            paint_marker(painter, marker, disc, diamond, tokens, is_hovered=is_hovered)
        self._paint_rings(painter, camera, size, tokens, hovered)

    def _paint_lines(
        self, painter: QPainter, camera: MapCamera, size: QSizeF, tokens: Tokens
    ) -> None:
        if self.lines is None:
            return
        points = self.cloud.grid.points
        starts, ends = (
            camera.to_view(points[at], size) for at in (self.lines.starts, self.lines.ends)
        )
        paint_lines(painter, starts, ends, self.lines.is_right, tokens)

    def _paint_rings(
        self,
        painter: QPainter,
        camera: MapCamera,
        size: QSizeF,
        tokens: Tokens,
        hovered: int | None,
    ) -> None:
        view = QRectF(QPointF(0, 0), size)
        diameter = point_size(len(self.cloud), size.width() * size.height())
        rings = self.rings if 1 < len(self.rings) <= _MOST_RINGS else self.rings[:0]
        for place in camera.to_view(self.cloud.grid.points[rings], size).tolist():
            if view.contains(QPointF(*place)):
                paint_ring(painter, QPointF(*place), diameter, tokens, is_current=False)
        for point, is_current in ((hovered, False), (self.current, True)):
            if point is not None:
                (place,) = camera.to_view(self.cloud.grid.points[[point]], size).tolist()
                paint_ring(painter, QPointF(*place), diameter, tokens, is_current=is_current)
