"""What lies over a drawing: stages, crosshair with values, and what mouse and keys do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from uem_desktop.widgets.curve_canvas import CurveCanvas
from uem_desktop.widgets.curve_colours import CurveStyle
from uem_desktop.widgets.curve_legend import SWATCH, paint_swatch
from uem_desktop.widgets.fonts import scaled
from uem_desktop.widgets.step_axis import StepAxis
from uem_desktop.widgets.tokens import RADIUS_S, SPACE_S, SPACE_XS, Tokens, tokens_of

ZOOM_STEP = 1.25
_PAN_SHARE = 0.1
_LEAST_DRAG = 6


@dataclass(frozen=True, slots=True)
class Reading:
    """The value of one curve at the crosshair.

    Attributes:
        title: Name of the curve.
        text: The value with its unit.
        style: Its look.
        y: Where it is in the drawing; None where it has no place.
    """

    title: str
    text: str
    style: CurveStyle
    y: float | None


class PlotOverlay(QWidget):
    """Sees the mouse and the keys of a plot.

    The wheel zooms the steps around the pointer once the plot has the focus, or with Ctrl; with
    Shift it zooms the values. Dragging chooses steps, dragging with Shift or the middle button
    pans, a double click shows everything. Arrow keys move the crosshair, + - 0 zoom.

    Signals:
        values_zoomed(float, float): A factor, and the share of the height that stays.
        fit_wanted(): Everything is to be in sight.
        log_wanted(): The other scale is wished.
    """

    values_zoomed = Signal(float, float)
    fit_wanted = Signal()
    log_wanted = Signal()

    def __init__(
        self,
        canvas: CurveCanvas,
        axis: StepAxis,
        read: Callable[[int], tuple[str, list[Reading]]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.stages: Sequence[tuple[str, int]] = ()
        self._canvas = canvas
        self._axis = axis
        self._read = read
        self._drag: tuple[QPointF, bool] | None = None
        self._drag_to = QPointF()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def paint_words(self, painter: QPainter) -> None:
        """Paint what the axis of steps is, the line between stages and their names."""
        tokens, area = tokens_of(self.palette()), self._canvas.area
        font = scaled(self.font(), 0.85)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(QColor(tokens.text_dim))
        corner = QRectF(0, area.bottom() + 8, area.left() - 14, metrics.height())
        painter.drawText(corner, Qt.AlignmentFlag.AlignRight, "step")
        first, last = self._axis.range
        ends = [step for _, step in self.stages[1:]] + [last]
        for (name, begin), end in zip(self.stages, ends, strict=False):
            if begin > last or end < first:
                continue
            left = self._canvas.x_of(max(begin, first))
            if begin > first:
                painter.setPen(QPen(QColor(tokens.border_strong), 1, Qt.PenStyle.DashLine))
                painter.drawLine(QPointF(left, area.top()), QPointF(left, area.bottom()))
            width = metrics.horizontalAdvance(name)
            if len(self.stages) > 1 and left + width + SPACE_S < self._canvas.x_of(min(end, last)):
                box = QRectF(left + SPACE_XS, area.top() + 1, width + 6, metrics.height())
                painter.fillRect(box, QColor(tokens.surface))
                painter.setPen(QColor(tokens.text_dim))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)

    def _paint_crosshair(self, painter: QPainter, step: int, tokens: Tokens) -> None:
        area = self._canvas.area
        x = self._canvas.x_of(step)
        if not area.left() - 1 <= x <= area.right() + 1:
            return
        painter.setPen(QPen(QColor(tokens.text_dim), 1))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        heading, readings = self._read(step)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for reading in readings:
            if reading.y is not None and area.top() - 4 <= reading.y <= area.bottom() + 4:
                painter.setPen(QPen(QColor(tokens.surface), 1.5))
                painter.setBrush(QColor(reading.style.colour(tokens)))
                painter.drawEllipse(QPointF(x, reading.y), 4, 4)
        if self.underMouse() or self.hasFocus():
            self._paint_readings(painter, x, heading, readings, tokens)

    def _paint_readings(
        self, painter: QPainter, x: float, heading: str, readings: list[Reading], tokens: Tokens
    ) -> None:
        font = self._canvas.tick_font()
        metrics = QFontMetricsF(font)
        row = metrics.height() + 1
        names = max((metrics.horizontalAdvance(reading.title) for reading in readings), default=0)
        values = max((metrics.horizontalAdvance(reading.text) for reading in readings), default=0)
        inner = max(metrics.horizontalAdvance(heading), SWATCH + SPACE_S + names + 12 + values)
        size = (inner + 2 * SPACE_S, row * (len(readings) + 1) + 2 * SPACE_XS + 2)
        area = self._canvas.area
        left = x + 10 if x + 10 + size[0] <= area.right() else x - 10 - size[0]
        box = QRectF(max(2.0, left), max(0.0, area.top() + 4), *size)
        if box.bottom() > self.height():
            box.moveBottom(max(size[1], float(self.height())))
        ground = QColor(tokens.surface)
        ground.setAlpha(242)
        painter.setPen(QPen(QColor(tokens.border_strong), 1))
        painter.setBrush(ground)
        painter.drawRoundedRect(box, RADIUS_S, RADIUS_S)
        painter.setFont(font)
        painter.setPen(QColor(tokens.text_dim))
        line = QRectF(box.left() + SPACE_S, box.top() + SPACE_XS, inner, row)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, heading)
        for reading in readings:
            line.translate(0, row)
            swatch = QRectF(line.left(), line.top(), SWATCH, row)
            paint_swatch(painter, swatch, reading.style, tokens)
            painter.setPen(QColor(tokens.text))
            words = line.adjusted(SWATCH + SPACE_S, 0, 0, 0)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, reading.title)
            right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(line, right, reading.text)

    def _pan_or_choose(self, position: QPointF) -> None:
        assert self._drag is not None
        begin, is_pan = self._drag
        self._drag_to = position
        if is_pan:
            self._axis.pan((begin.x() - position.x()) / max(1.0, self._canvas.area.width()))
            self._drag = (position, True)
        self.update()

    # ---- Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), tokens_of(self.palette())
        self.paint_words(painter)
        if self._drag is not None and not self._drag[1]:
            chosen = QColor(tokens.accent)
            chosen.setAlpha(50)
            area = self._canvas.area
            left, right = sorted((self._drag[0].x(), self._drag_to.x()))
            painter.fillRect(QRectF(left, area.top(), right - left, area.height()), chosen)
        if self._axis.pointer is not None:
            self._paint_crosshair(painter, self._axis.pointer, tokens)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._axis.point_at(None)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        is_pan = event.button() == Qt.MouseButton.MiddleButton or bool(
            event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        )
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._drag = (event.position(), is_pan)
            self._drag_to = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            self._pan_or_choose(event.position())
        self._axis.point_at(self._canvas.step_of(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        self.update()
        if drag is None or drag[1] or abs(event.position().x() - drag[0].x()) < _LEAST_DRAG:
            return
        first, last = sorted((drag[0].x(), event.position().x()))
        self._axis.show_range(self._canvas.step_of(first), self._canvas.step_of(last))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.fit_wanted.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = (event.angleDelta().y() or event.angleDelta().x()) / 120.0
        is_meant = self.hasFocus() or event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if not turned or not is_meant:
            event.ignore()
            return
        event.accept()
        factor = ZOOM_STEP**turned
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            area = self._canvas.area
            share = (area.bottom() - event.position().y()) / max(1.0, area.height())
            self.values_zoomed.emit(factor, min(1.0, max(0.0, share)))
        else:
            self._axis.zoom(factor, self._canvas.step_of(event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        first, last = self._axis.range
        pixel = max(1, round((last - first) / max(1.0, self._canvas.area.width())))
        is_far = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        stride = pixel * (20 if is_far else 1)
        pointer = self._axis.pointer
        at = round((first + last) / 2) if pointer is None else pointer
        moves = {Qt.Key.Key_Left: at - stride, Qt.Key.Key_Right: at + stride}
        keys: dict[Qt.Key, Callable[[], object]] = {
            Qt.Key.Key_Plus: lambda: self._axis.zoom(ZOOM_STEP, pointer),
            Qt.Key.Key_Equal: lambda: self._axis.zoom(ZOOM_STEP, pointer),
            Qt.Key.Key_Minus: lambda: self._axis.zoom(1 / ZOOM_STEP, pointer),
            Qt.Key.Key_0: self.fit_wanted.emit,
            Qt.Key.Key_Home: lambda: self._axis.pan(-1.0),
            Qt.Key.Key_End: lambda: self._axis.pan(1.0),
            Qt.Key.Key_PageUp: lambda: self._axis.pan(-_PAN_SHARE * 5),
            Qt.Key.Key_PageDown: lambda: self._axis.pan(_PAN_SHARE * 5),
            Qt.Key.Key_L: self.log_wanted.emit,
        }
        key = Qt.Key(event.key())
        if key in moves:
            self._axis.point_at(min(max(moves[key], first), last))
        elif key in keys:
            keys[key]()
        elif key == Qt.Key.Key_Escape and pointer is not None:
            self._axis.point_at(None)
        else:
            super().keyPressEvent(event)
