"""One image, large: fitted, at its actual size, or anywhere between and beyond."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from uem_desktop.widgets.painting import EmptyText, paint_empty, paint_pill
from uem_desktop.widgets.preview_decoder import PreviewDecoder, Pyramid
from uem_desktop.widgets.tile_painter import fitted
from uem_desktop.widgets.tokens import SPACE_S, Tokens, tokens_of
from uem_desktop.widgets.zoom import ACTUAL_SIZE, ViewZoom

LOADING_DELAY_MS = 150
CRISP_ZOOM = 4.0
ZOOM_STEP = 1.25
_PAN_STEP = 48


class ImageView(QWidget):
    """Shows a file, the bytes of an image, or pixels.

    A new image clears the old one at once. The wheel zooms around the pointer, dragging pans, a
    double click switches between fit and actual size; + - 0 1 do the same from the keyboard,
    arrow keys pan where there is something to pan and are left to others where not.

    Signals:
        zoom_changed(float): Device pixels of one image pixel now.
        image_shown(): The image asked for is there.
        image_failed(str): The reason why it is not.
    """

    zoom_changed = Signal(float)
    image_shown = Signal()
    image_failed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._decoder = PreviewDecoder(self)
        self._decoder.decoded.connect(self._take)
        self._wish: int | None = None
        self._name = ""
        self._pyramid: Pyramid | None = None
        self._placeholder: QPixmap | None = None
        self._reason: str | None = None
        self._is_waiting_long = False
        self._zoom: ViewZoom | None = None
        self._drag_from: QPointF | None = None
        self._empty = EmptyText("Nothing to preview", "", "image")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LOADING_DELAY_MS)
        self._timer.timeout.connect(self._say_loading)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(96, 96)
        self.clear()

    @property
    def zoom(self) -> float | None:
        """Device pixels of one image pixel; None while no image is shown."""
        return self._zoom.zoom if self._zoom else None

    @property
    def is_fitted(self) -> bool:
        """Whether the image follows the size of the view."""
        return self._zoom is None or self._zoom.is_fitted

    @property
    def is_loading(self) -> bool:
        """Whether an image was asked for and is not there yet."""
        return self._wish is not None

    @property
    def image_size(self) -> tuple[int, int] | None:
        """Width and height of the image shown."""
        return self._pyramid.size if self._pyramid else None

    @property
    def reason(self) -> str | None:
        """Why the image asked for cannot be shown."""
        return self._reason

    def set_empty_text(self, title: str, hint: str = "", icon_name: str | None = "image") -> None:
        """Say what is painted while no image is asked for."""
        self._empty = EmptyText(title, hint, icon_name)
        self.update()

    def show_path(self, path: Path, placeholder: QPixmap | None = None) -> None:
        """Show a file as soon as it is decoded.

        Args:
            path: The file.
            placeholder: A thumbnail of the same file, painted until then.
        """
        self._begin(path.name, placeholder)
        self._wish = self._decoder.ask(path)
        self._timer.start()

    def show_bytes(self, content: bytes, name: str) -> None:
        """Show an encoded image, for example a pasted one, under a name."""
        self._begin(name, None)
        self._wish = self._decoder.ask(content)
        self._timer.start()

    def show_image(self, image: QImage, name: str) -> None:
        """Show pixels under a name."""
        self._begin(name, None)
        self._decoder.withdraw()
        self._show(Pyramid.of(image.convertToFormat(QImage.Format.Format_RGB32)))

    def clear(self) -> None:
        """Show nothing."""
        self._decoder.withdraw()
        self._begin("", None)

    def zoom_in(self) -> None:
        """Enlarge around the middle."""
        self._zoom_by(ZOOM_STEP)

    def zoom_out(self) -> None:
        """Shrink around the middle."""
        self._zoom_by(1 / ZOOM_STEP)

    def zoom_to_fit(self) -> None:
        """Show the whole image."""
        if self._zoom:
            self._set_zoom(self._zoom.fitted())

    def zoom_to_actual_size(self, at: QPointF | None = None) -> None:
        """Show one image pixel on one device pixel."""
        if self._zoom:
            self._set_zoom(self._zoom.zoomed(ACTUAL_SIZE, self._device(at)))

    def _begin(self, name: str, placeholder: QPixmap | None) -> None:
        self._timer.stop()
        self._wish = self._pyramid = self._zoom = self._reason = None
        self._name, self._placeholder = name, placeholder
        self._is_waiting_long = False
        self._describe("loading" if name else "")
        self.update()

    def _take(self, number: int, result: Pyramid | str) -> None:
        if number != self._wish:
            return
        self._timer.stop()
        self._wish = None
        self._placeholder = None
        if isinstance(result, Pyramid):
            self._show(result)
            return
        self._reason = result
        self._describe(f"cannot be shown: {result}")
        self.update()
        self.image_failed.emit(result)

    def _show(self, pyramid: Pyramid) -> None:
        self._pyramid = pyramid
        width, height = pyramid.size
        self._describe(f"{width} × {height} pixels")
        margin = SPACE_S * self.devicePixelRatioF()
        self._set_zoom(ViewZoom((width, height), self._view_size(), margin=margin).fitted())
        self.image_shown.emit()

    def _describe(self, state: str) -> None:
        parts = [part for part in (self._name, state) if part]
        self.setAccessibleName(f"Preview: {', '.join(parts)}" if parts else "Preview: no image")

    def _say_loading(self) -> None:
        self._is_waiting_long = True
        self.update()

    def _view_size(self) -> tuple[float, float]:
        ratio = self.devicePixelRatioF()
        return max(1.0, self.width() * ratio), max(1.0, self.height() * ratio)

    def _device(self, point: QPointF | None) -> tuple[float, float] | None:
        ratio = self.devicePixelRatioF()
        return None if point is None else (point.x() * ratio, point.y() * ratio)

    def _zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        if self._zoom:
            self._set_zoom(self._zoom.zoomed(self._zoom.zoom * factor, self._device(at)))

    def _set_zoom(self, zoom: ViewZoom) -> None:
        before = self.zoom
        self._zoom = zoom
        shape = Qt.CursorShape.OpenHandCursor if zoom.can_pan else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)
        self.update()
        if before is None or abs(zoom.zoom - before) > 1e-9:
            self.zoom_changed.emit(zoom.zoom)

    def _paint_image(self, painter: QPainter, pyramid: Pyramid, zoom: ViewZoom) -> None:
        ratio = self.devicePixelRatioF()
        target = QRectF(*(length / ratio for length in zoom.target))
        image = pyramid.level_for(zoom.zoom)
        is_smooth = zoom.zoom < CRISP_ZOOM
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_smooth)
        painter.drawImage(target, image, QRectF(image.rect()))
        painter.setPen(QPen(QColor(tokens_of(self.palette()).border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(target.adjusted(-0.5, -0.5, 0.5, 0.5))

    def _paint_waiting(self, painter: QPainter, tokens: Tokens) -> None:
        if self._placeholder is not None:
            room = QRectF(self.rect()).adjusted(SPACE_S, SPACE_S, -SPACE_S, -SPACE_S)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            source = QRectF(self._placeholder.rect())
            painter.drawPixmap(fitted(self._placeholder, room), self._placeholder, source)
        if self._is_waiting_long:
            paint_pill(painter, self.rect(), "Loading…", self.font(), tokens)

    def sizeHint(self) -> QSize:
        return QSize(360, 360)

    def close(self) -> bool:
        """Close the widget, end its threads and wait for them."""
        self._timer.stop()
        self._decoder.close()
        return super().close()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), tokens_of(self.palette())
        painter.fillRect(event.rect(), QColor(tokens.canvas))
        area = QRect(self.rect())
        if self._pyramid and self._zoom:
            self._paint_image(painter, self._pyramid, self._zoom)
        elif self._reason is not None:
            hint = f"{self._name}: {self._reason}."
            text = EmptyText("This image cannot be shown", hint, "broken-image")
            paint_empty(painter, area, text, self.font(), tokens)
        elif self._wish is not None:
            self._paint_waiting(painter, tokens)
        else:
            paint_empty(painter, area, self._empty, self.font(), tokens)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRect(area.adjusted(1, 1, -1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._zoom:
            self._set_zoom(self._zoom.resized(self._view_size()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() / 120.0
        if self._zoom and turned:
            self._zoom_by(ZOOM_STEP**turned, event.position())
            event.accept()
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        is_left = event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton)
        if is_left and self._zoom and self._zoom.can_pan:
            self._drag_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag_from is None or self._zoom is None:
            return
        moved = event.position() - self._drag_from
        self._drag_from = event.position()
        ratio = self.devicePixelRatioF()
        self._zoom = self._zoom.panned(moved.x() * ratio, moved.y() * ratio)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag_from = None
        if self._zoom:
            self._set_zoom(self._zoom)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._zoom is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if self._zoom.is_fitted:
            self.zoom_to_actual_size(event.position())
        else:
            self.zoom_to_fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        pans = {
            Qt.Key.Key_Left: (_PAN_STEP, 0),
            Qt.Key.Key_Right: (-_PAN_STEP, 0),
            Qt.Key.Key_Up: (0, _PAN_STEP),
            Qt.Key.Key_Down: (0, -_PAN_STEP),
        }
        keys = {
            Qt.Key.Key_Plus: self.zoom_in,
            Qt.Key.Key_Equal: self.zoom_in,
            Qt.Key.Key_Minus: self.zoom_out,
            Qt.Key.Key_0: self.zoom_to_fit,
            Qt.Key.Key_1: self.zoom_to_actual_size,
        }
        key = Qt.Key(event.key())
        if self._zoom and key in pans and self._zoom.can_pan:
            self._set_zoom(self._zoom.panned(*pans[key]))
        elif self._zoom and key in keys:
            keys[key]()
        else:
            super().keyPressEvent(event)
