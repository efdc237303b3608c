"""A threshold that is dragged over the histograms of the values it parts."""

from __future__ import annotations

from itertools import count

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from uem_desktop.widgets.fonts import scaled, tabular
from uem_desktop.widgets.threshold_bars import ThresholdBars, ValueAxis
from uem_desktop.widgets.threshold_painter import AXIS_LANE, PlotLook, paint_plot
from uem_desktop.widgets.tokens import SPACE_S, tokens_of

_STEPS = 200
_PAGE_STEPS = 10
_SCALE = 1000
_HEIGHT = 148
_GRIPS = count(1)


class ThresholdPlot(QAbstractSlider):
    """Shows how values are spread and lets a line be moved among them.

    To a screen reader it is a slider in thousandths of the value. Arrow keys move the line by a
    two-hundredth of the axis, Page Up and Page Down by ten of them, Home returns to the automatic
    line.

    Signals:
        line_moved(float, int): Where the line is wanted, and the number of the grip: all that one
            drag or one held key does has one number.
        automatic_wanted(int): The line is wanted where it was drawn automatically; the grip.
    """

    line_moved = Signal(float, int)
    automatic_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: ThresholdBars | None = None
        self._threshold = 0.0
        self._marker: float | None = None
        self._grip = 0
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.SizeHorCursor)

    @property
    def threshold(self) -> float:
        """Where the line is."""
        return self._threshold

    def show_bars(self, bars: ThresholdBars) -> None:
        """Show other values."""
        self._bars = bars
        axis = self.axis()
        self.setRange(round(axis.least * _SCALE), round(axis.largest * _SCALE))
        self.update()

    def show_threshold(self, threshold: float) -> None:
        """Draw the line at a value."""
        self._threshold = threshold
        self.setValue(round(threshold * _SCALE))
        self.update()

    def show_marker(self, value: float | None) -> None:
        """Point at one value below the bars; None for none."""
        if value != self._marker:
            self._marker = value
            self.update()

    def axis(self) -> ValueAxis:
        """Return where values lie now."""
        area = self._look().area
        if self._bars is None:
            return ValueAxis(0.0, 0.0, area.left(), area.right())
        return ValueAxis(self._bars.least, self._bars.largest, area.left(), area.right())

    def _look(self) -> PlotLook:
        small = tabular(scaled(self.font(), 0.9))
        line = QFontMetricsF(small).height()
        labels = 0.0
        if self._bars is not None:
            names = [self._bars.upper, *([self._bars.lower] if self._bars.lower else [])]
            labels = max(QFontMetricsF(small).horizontalAdvance(n.label) for n in names) + SPACE_S
        area = QRectF(self.rect()).adjusted(labels + 4, line + 6, -10, -(line + AXIS_LANE))
        return PlotLook(area, small, tokens_of(self.palette()), self.hasFocus(), self.isEnabled())

    def _wish(self, value: float) -> None:
        if value != self._threshold:
            self.line_moved.emit(value, self._grip)

    def sizeHint(self) -> QSize:
        return QSize(480, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._bars is not None:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_plot(
                painter, self._bars, self.axis(), self._threshold, self._marker, self._look()
            )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = next(_GRIPS)
            self._drag_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._drag_to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def _drag_to(self, place: QPointF) -> None:
        if self._bars is not None:
            self._wish(self.axis().value_at(place.x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        steps = {
            keys.Key_Left: -1,
            keys.Key_Down: -1,
            keys.Key_Right: 1,
            keys.Key_Up: 1,
            keys.Key_PageDown: -_PAGE_STEPS,
            keys.Key_PageUp: _PAGE_STEPS,
        }
        key = keys(event.key())
        if self._bars is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            event.ignore()
            return
        if not event.isAutoRepeat():
            self._grip = next(_GRIPS)
        if key == keys.Key_Home:
            self.automatic_wanted.emit(self._grip)
        elif key in steps:
            axis = self.axis()
            value = self._threshold + steps[key] * (axis.largest - axis.least) / _STEPS
            self._wish(min(axis.largest, max(axis.least, value)))
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
