"""Which part of a plane is seen, and how large."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF

from uem_desktop.widgets.point_grid import PointGrid

_ROOM = 0.06
_CLOSEST = 4000.0
_FARTHEST = 0.4


@dataclass(frozen=True, slots=True)
class MapCamera:
    """Looks at a place of the plane from above; y grows upwards there and downwards on the screen.

    Attributes:
        x: The place in the middle of the view.
        y: The same.
        scale: Logical pixels of one unit of the plane.
    """

    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0

    def to_view(self, points: NDArray[np.floating], size: QSizeF) -> NDArray[np.float64]:
        """Return where points (N, 2) are in a view, float64 (N, 2), logical pixels."""
        middle = np.array([size.width() / 2, size.height() / 2])
        away = np.asarray(points, np.float64) - (self.x, self.y)
        return middle + away * (self.scale, -self.scale)

    def to_plane(self, place: QPointF, size: QSizeF) -> tuple[float, float]:
        """Return the place of the plane that is seen at a place of the view."""
        return (
            self.x + (place.x() - size.width() / 2) / self.scale,
            self.y - (place.y() - size.height() / 2) / self.scale,
        )

    def seen(self, size: QSizeF) -> QRectF:
        """Return the part of the plane that is seen; its top is the least y."""
        width, height = size.width() / self.scale, size.height() / self.scale
        return QRectF(self.x - width / 2, self.y - height / 2, width, height)

    def moved(self, dx: float, dy: float) -> MapCamera:
        """Return the view after dragging the picture by so many logical pixels."""
        return replace(self, x=self.x - dx / self.scale, y=self.y + dy / self.scale)

    def zoomed(self, factor: float, place: QPointF, size: QSizeF, fit: MapCamera) -> MapCamera:
        """Return a nearer or farther view in which a place of the view stays where it is.

        Args:
            factor: Above 1 for nearer.
            place: What stays.
            size: Of the view.
            fit: The view of everything, which bounds how far and how near one may go.
        """
        wanted = self.scale * factor
        scale = min(_CLOSEST * fit.scale, max(_FARTHEST * fit.scale, wanted))
        x, y = self.to_plane(place, size)
        return MapCamera(
            x - (place.x() - size.width() / 2) / scale,
            y + (place.y() - size.height() / 2) / scale,
            scale,
        )


def fitting(grid: PointGrid, size: QSizeF, margin: float = 0.0) -> MapCamera:
    """Return the view of all points with a little room around them.

    Args:
        grid: The points.
        size: Of the view.
        margin: Logical pixels to keep free on each side.
    """
    middle = (grid.low.astype(float) + grid.high) / 2
    extent = np.maximum(grid.high.astype(float) - grid.low, 1e-9)
    free = np.array([size.width() - 2 * margin, size.height() - 2 * margin])
    scale = float((np.maximum(free, 20.0) * (1 - 2 * _ROOM) / extent).min())
    if float(extent.max()) <= 1e-9:
        scale = 1.0
    return MapCamera(float(middle[0]), float(middle[1]), scale)


def around(points: NDArray[np.floating], size: QSizeF, fit: MapCamera) -> MapCamera:
    """Return the view of some points (n, 2), never nearer than ten times the view of all."""
    camera = fitting(PointGrid(np.asarray(points, np.float32)), size, margin=40.0)
    return replace(camera, scale=min(camera.scale, 10 * fit.scale))
