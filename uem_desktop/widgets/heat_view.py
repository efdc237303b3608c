"""An image under a heat map, where one is laid over it: in grey, so that colour is heat alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, QRectF, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from uem_desktop.widgets.image_view import ImageView
from uem_desktop.widgets.preview_decoder import Pyramid
from uem_desktop.widgets.tokens import tokens_of
from uem_desktop.widgets.zoom import ViewZoom

Position = tuple[int, int]
"""Row and column of a position."""

_VEIL = 0.62


@dataclass(frozen=True, slots=True, eq=False)
class HeatLayer:
    """A heat map over a part of an image.

    Attributes:
        picture: Its colours.
        shape: Rows and columns of positions.
        area: Left, top, right and bottom of the part, 0..1 of the image; the rest is dimmed.
        framed: A position that is pointed out; None for none.
    """

    picture: QImage
    shape: tuple[int, int]
    area: tuple[float, float, float, float]
    framed: Position | None = None


class HeatView(ImageView):
    """Shows an image, and heat over it.

    Signals:
        position_pointed(object): Row and column under the pointer; None when it left the heat.
    """

    position_pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heat: HeatLayer | None = None
        self._opacity = 0.6
        self._pointed: Position | None = None
        self._grey: tuple[int, QImage] | None = None
        self.setMouseTracking(True)

    @property
    def heat(self) -> HeatLayer | None:
        """What is laid over the image."""
        return self._heat

    def show_heat(self, heat: HeatLayer | None) -> None:
        """Lay heat over the image; None takes it away."""
        self._heat = heat
        if heat is None:
            self._point(None)
        self.update()

    def show_path(self, path: Path, placeholder: QPixmap | None = None) -> None:
        """Show a file; heat of the image before is no heat of this one."""
        self.show_heat(None)
        super().show_path(path, placeholder)

    def set_opacity(self, opacity: float) -> None:
        """Let the image through more or less: 0 shows no heat, 1 no image."""
        self._opacity = opacity
        self.update()

    def position_at(self, point: QPointF) -> Position | None:
        """Return the position under a point of the view; None outside of the heat."""
        if self._heat is None or self._zoom is None:
            return None
        area = self._area(self._zoom, self._heat)
        if not area.contains(point):
            return None
        rows, columns = self._heat.shape
        row = int((point.y() - area.top()) / area.height() * rows)
        column = int((point.x() - area.left()) / area.width() * columns)
        return min(row, rows - 1), min(column, columns - 1)

    def _area(self, zoom: ViewZoom, heat: HeatLayer) -> QRectF:
        ratio = self.devicePixelRatioF()
        whole = QRectF(*(length / ratio for length in zoom.target))
        left, top, right, bottom = heat.area
        return QRectF(
            whole.left() + left * whole.width(),
            whole.top() + top * whole.height(),
            (right - left) * whole.width(),
            (bottom - top) * whole.height(),
        )

    def _point(self, position: Position | None) -> None:
        if position != self._pointed:
            self._pointed = position
            self.position_pointed.emit(position)

    def _paint_image(self, painter: QPainter, pyramid: Pyramid, zoom: ViewZoom) -> None:
        super()._paint_image(painter, pyramid, zoom)
        heat = self._heat
        if heat is None:
            return
        ratio, area = self.devicePixelRatioF(), self._area(zoom, heat)
        whole = QRectF(*(length / ratio for length in zoom.target))
        grey = self._grey_level(pyramid.level_for(zoom.zoom))
        painter.drawImage(whole, grey, QRectF(grey.rect()))
        self._dim_around(painter, whole, area)
        painter.setOpacity(self._opacity)
        painter.drawImage(area, heat.picture, QRectF(heat.picture.rect()))
        painter.setOpacity(1.0)
        if heat.framed is not None:
            row, column = heat.framed
            height, width = area.height() / heat.shape[0], area.width() / heat.shape[1]
            frame = QRectF(area.left() + column * width, area.top() + row * height, width, height)
            for colour, pen_width in (("#000000", 4.0), ("#ffffff", 2.0)):
                painter.setPen(QPen(QColor(colour), pen_width))
                painter.drawRect(frame)

    def _grey_level(self, level: QImage) -> QImage:
        if self._grey is None or self._grey[0] != level.cacheKey():
            grey = level.convertToFormat(QImage.Format.Format_Grayscale8)
            self._grey = level.cacheKey(), grey
        return self._grey[1]

    def _dim_around(self, painter: QPainter, whole: QRectF, area: QRectF) -> None:
        """Lay a veil over what the encoder does not see."""
        veil = QColor(tokens_of(self.palette()).canvas)
        veil.setAlphaF(_VEIL)
        for side in (
            QRectF(whole.topLeft(), QPointF(whole.right(), area.top())),
            QRectF(QPointF(whole.left(), area.bottom()), whole.bottomRight()),
            QRectF(QPointF(whole.left(), area.top()), area.bottomLeft()),
            QRectF(area.topRight(), QPointF(whole.right(), area.bottom())),
        ):
            painter.fillRect(side, veil)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._point(self.position_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point(None)
