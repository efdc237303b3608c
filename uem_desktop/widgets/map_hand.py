"""What mouse and keyboard do on a map; what is there is known by `EmbeddingMap`."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from uem_desktop.widgets.map_camera import MapCamera
from uem_desktop.widgets.map_cloud import Rows
from uem_desktop.widgets.tokens import Tokens

_ZOOM_STEP = 1.3
_WHEEL_STEP = 1.0018
"""For each eighth of a degree that the wheel is turned."""
_KEY_STEP = 60.0
_STILL = 4.0
_CORNER_STEP = 3.0

_Key, _Modifier, _Button = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton
_ARROWS = {
    _Key.Key_Left: (-1, 0),
    _Key.Key_Right: (1, 0),
    _Key.Key_Up: (0, -1),
    _Key.Key_Down: (0, 1),
}
_ZOOM_KEYS = {
    _Key.Key_Plus: _ZOOM_STEP,
    _Key.Key_Equal: _ZOOM_STEP,
    _Key.Key_Minus: 1 / _ZOOM_STEP,
}
_FIT_KEYS = (_Key.Key_0, _Key.Key_Home)


class MapHand(QWidget):
    """Turns presses, drags, turns of the wheel and keys into wishes.

    Attributes:
        camera: What is seen.
        loop: Corners of the loop that is being drawn, in the view.

    Signals:
        point_chosen(int, bool): A point was clicked, and whether it is to be added; -1 for none.
        points_chosen(object, bool): Points were encircled, int64 (n,), and whether to add them.
        marker_chosen(int): A marker was clicked.
        point_opened(int): A point was clicked twice, or Enter was pressed on it.
        camera_moved(object): Another part is seen, by a person's wish or to show everything.
    """

    point_chosen = Signal(int, bool)
    points_chosen = Signal(object, bool)
    marker_chosen = Signal(int)
    point_opened = Signal(int)
    camera_moved = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.camera = MapCamera()
        self.loop: list[QPointF] = []
        self._pressed_at: QPointF | None = None
        self._dragged_from: QPointF | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # ---- what a map knows

    def point_at(self, place: QPointF) -> int | None:
        """Return the point at a place of the view; None where there is none."""
        raise NotImplementedError

    def marker_at(self, place: QPointF) -> int | None:
        """Return the marker at a place of the view; None where there is none."""
        raise NotImplementedError

    def points_in(self, loop: Sequence[QPointF]) -> Rows:
        """Return the points that a loop in the view holds, ascending."""
        raise NotImplementedError

    def next_point(self, dx: int, dy: int) -> int | None:
        """Return the point that follows the current one in a direction of the screen."""
        raise NotImplementedError

    def current_point(self) -> int | None:
        """Return the point that Enter opens."""
        raise NotImplementedError

    def hover(self, place: QPointF | None) -> None:
        """Show what is at a place of the view; None for nothing."""
        raise NotImplementedError

    def move_by(self, dx: float, dy: float) -> None:
        """Drag the picture by so many logical pixels."""
        raise NotImplementedError

    def zoom(self, factor: float, place: QPointF | None = None) -> None:
        """Go nearer or farther; what is at a place, or in the middle, stays there."""
        raise NotImplementedError

    def fit(self) -> None:
        """Show everything."""
        raise NotImplementedError

    # ---- the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() not in (_Button.LeftButton, _Button.MiddleButton):
            return
        self._pressed_at = self._dragged_from = event.position()
        self.hover(None)
        is_loop = event.modifiers() & _Modifier.ShiftModifier
        self.loop = [event.position()] if is_loop and event.button() == _Button.LeftButton else []

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._dragged_from is None:
            self.hover(place)
        elif self.loop:
            if (place - self.loop[-1]).manhattanLength() >= _CORNER_STEP:
                self.loop.append(place)
                self.update()
        elif self._is_drag(place):
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            away = place - self._dragged_from
            self._dragged_from = place
            self.move_by(away.x(), away.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is None:
            return
        place, loop = event.position(), self.loop
        is_click = not self._is_drag(place) and self._dragged_from == self._pressed_at
        self._pressed_at, self._dragged_from, self.loop = None, None, []
        self.unsetCursor()
        is_added = bool(event.modifiers() & _Modifier.ControlModifier)
        if len(loop) > 2:
            self.points_chosen.emit(self.points_in(loop), is_added)
        elif is_click and event.button() == _Button.LeftButton:
            self._click(place, is_added)
        self.update()
        self.hover(place)

    def _click(self, place: QPointF, is_added: bool) -> None:
        marker = self.marker_at(place)
        if marker is not None:
            self.marker_chosen.emit(marker)
        else:
            point = self.point_at(place)
            self.point_chosen.emit(-1 if point is None else point, is_added)

    def _is_drag(self, place: QPointF) -> bool:
        start = self._pressed_at
        return start is not None and (
            self._dragged_from != start or (place - start).manhattanLength() > _STILL
        )

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        point = self.point_at(event.position())
        if event.button() == _Button.LeftButton and point is not None:
            self.point_opened.emit(point)

    def leaveEvent(self, event: QEvent) -> None:
        self.hover(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().y()
        if turn:
            self.zoom(_WHEEL_STEP**turn, event.position())
            self.hover(event.position() if self._dragged_from is None else None)
        event.accept()

    # ---- the keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = _Key(event.key())
        if key in _ARROWS:
            dx, dy = _ARROWS[key]
            if event.modifiers() & _Modifier.ControlModifier:
                point = self.next_point(dx, dy)
                if point is not None:
                    self.point_chosen.emit(point, False)
            else:
                self.move_by(-dx * _KEY_STEP, -dy * _KEY_STEP)
        elif key in _ZOOM_KEYS:
            self.zoom(_ZOOM_KEYS[key])
        elif key in _FIT_KEYS:
            self.fit()
        elif key in (_Key.Key_Return, _Key.Key_Enter) and self.current_point() is not None:
            self.point_opened.emit(self.current_point())
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_plain = not event.modifiers() & (
                _Modifier.ControlModifier | _Modifier.AltModifier | _Modifier.MetaModifier
            )
            if is_plain and _Key(event.key()) in (*_ZOOM_KEYS, *_FIT_KEYS):
                event.accept()
                return True
        pinch = Qt.NativeGestureType.ZoomNativeGesture
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == pinch:
            self.zoom(1.0 + event.value(), event.position())
            return True
        return super().event(event)

    def paint_focus(self, painter: QPainter, tokens: Tokens) -> None:
        """Paint the frame that shows where keys go."""
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
