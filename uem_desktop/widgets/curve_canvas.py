"""The drawing of a plot: pyqtgraph's axes and lines, thinned to the pixels there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from uem_desktop.retrieval.curve import Cadence
from uem_desktop.widgets.curve_colours import CurveStyle
from uem_desktop.widgets.curve_trace import CurveTrace, Floats
from uem_desktop.widgets.fonts import scaled, tabular
from uem_desktop.widgets.strokes import BOLD, FINE, thin_pen, widened
from uem_desktop.widgets.ticks import Tick, linear_ticks, log_ticks
from uem_desktop.widgets.tokens import SPACE_S, Tokens, tokens_of

_FEW_POINTS = 40
_DASHED_POINTS = 400
_X_ROOM = 5.0
_Y_ROOM = 0.06
_STEP_TICK_WIDTH = 80
_VALUE_TICK_HEIGHT = 26
_SIDE_WIDTH = 66
_LABEL_ROOM = 20
_TOP_ROOM = 22.0


@dataclass(slots=True)
class Line:
    """A curve with its look and the axis it is read on.

    Attributes:
        trace: What is drawn.
        style: How.
        is_right: Whether the right axis counts.
    """

    trace: CurveTrace
    style: CurveStyle
    is_right: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """The values of an axis: logarithms where the scale is logarithmic."""

    least: float
    largest: float

    def share(self, value: float) -> float:
        """Return where a value lies, 0 at the foot and 1 at the top."""
        return (value - self.least) / (self.largest - self.least)

    def zoomed(self, low: float, high: float) -> Span:
        """Return the part between two shares."""
        height = self.largest - self.least
        return Span(self.least + low * height, self.least + high * height)


class CurveCanvas(QWidget):
    """Draws lines over a range of steps; imports pyqtgraph when it is made.

    What is seen of the height is a pair of shares, (0, 1) for all of it; both axes follow.

    Signals:
        resized(): It has another size and has to be drawn again.
    """

    resized = Signal()
    _is_made = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        import pyqtgraph

        self._pg: Any = pyqtgraph
        self.lines: list[Line] = []
        self.is_log = False
        self._ratio = 1.0
        self.y_shares = (0.0, 1.0)
        self.steps = (0.0, 1.0)
        self.spans = {False: Span(0.0, 1.0), True: Span(0.0, 1.0)}
        self._ticks: dict[str, list[Tick]] = {}
        self._items: dict[int, dict[str, Any]] = {}
        self._view: Any = pyqtgraph.PlotWidget(self)
        self._view.setFrameShape(QFrame.Shape.NoFrame)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._plot: Any = self._view.getPlotItem()
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.setMouseEnabled(False, False)
        self._plot.getViewBox().disableAutoRange()
        self._plot.getViewBox().setDefaultPadding(0)
        self._plot.layout.setContentsMargins(0, SPACE_S, 0, 0)
        self._grid: Any = pyqtgraph.PlotCurveItem(antialias=False)
        self._grid.setZValue(-1000)
        self._plot.addItem(self._grid, ignoreBounds=True)
        for side in ("left", "bottom", "right"):
            self._plot.getAxis(side).enableAutoSIPrefix(False)
        self._is_made = True
        self.show_right(False)
        self.dress()

    @property
    def area(self) -> QRectF:
        """Where the curves are, in this widget."""
        return QRectF(self._plot.getViewBox().sceneBoundingRect())

    def show_right(self, is_shown: bool) -> None:
        """Show the right axis, or leave room for nothing."""
        if is_shown == self._plot.getAxis("right").isVisible() and self._items:
            return
        self._plot.showAxis("right", is_shown)
        for side in ("left", "right"):
            axis = self._plot.getAxis(side)
            if axis.isVisible():
                axis.setWidth(_SIDE_WIDTH)
        self._plot.layout.setContentsMargins(0, SPACE_S, 0 if is_shown else _LABEL_ROOM, 0)
        self.dress()

    def dress(self) -> None:
        """Take the colours and the typeface in use now."""
        tokens = tokens_of(self.palette())
        self._view.setBackground(QColor(tokens.surface))
        font = tabular(scaled(self.font(), 0.9))
        for side in ("left", "bottom", "right"):
            axis = self._plot.getAxis(side)
            axis.setStyle(
                tickFont=font,
                tickLength=4,
                tickTextOffset=5,
                autoExpandTextSpace=False,
                hideOverlappingLabels=_LABEL_ROOM,
            )
            axis.setPen(QPen(QColor(tokens.border), 1))
            axis.setTickPen(QPen(QColor(tokens.border_strong), 1))
            axis.setTextPen(QColor(tokens.text_dim))
        grid = QPen(QColor(tokens.border), 1)
        grid.setCosmetic(True)
        self._grid.setPen(grid)
        self._style_items(tokens)

    def x_of(self, step: float) -> float:
        """Return where a step is, in this widget."""
        first, last = self._steps_drawn
        return self.area.left() + (step - first) / (last - first) * self.area.width()

    def step_of(self, x: float) -> float:
        """Return the step at a place of this widget."""
        first, last = self._steps_drawn
        return first + (x - self.area.left()) / max(1.0, self.area.width()) * (last - first)

    def y_of(self, value: float, is_right: bool) -> float | None:
        """Return where a value is, in this widget; None where it has no place."""
        if self.is_log:
            if not value > 0:
                return None
            value = float(np.log10(value))
        share = self._span(is_right).share(value)
        return self.area.bottom() - share * self.area.height() if np.isfinite(share) else None

    def redraw(self, ratio: float | None = None) -> None:
        """Draw the lines for the steps, the shares and the size as they are.

        Args:
            ratio: Device pixels of one logical pixel, where it is not drawn for the screen.
        """
        self._ratio = ratio or self.devicePixelRatioF()
        self._plot.layout.activate()
        drawn = [(line, *self._points(line)) for line in self.lines if line.trace.is_shown]
        for is_right in (False, True):
            values = [ys for line, _, *parts in drawn if line.is_right is is_right for ys in parts]
            self.spans[is_right] = self._span_of(values, is_right)
        left, right = self._span(False), self._span(True)
        shown = set()
        for line, xs, ys, mean in drawn:
            shown.add(id(line))
            span = right if line.is_right else left
            self._draw(line, xs, span, ys, mean)
        for key, items in self._items.items():
            if key not in shown:
                for item in items.values():
                    item.setVisible(False)
        self._plot.getViewBox().setRange(
            xRange=self._steps_drawn, yRange=(0.0, 1.0), padding=0, disableAutoRange=True
        )
        self._set_ticks("bottom", self._step_ticks())
        for side, span in (("left", left), ("right", right)):
            has_values = any(line.is_right is (side == "right") for line, *_ in drawn)
            ticks = self._value_ticks(span) if has_values else []
            ticks = [Tick(span.share(tick.place), tick.text) for tick in ticks]
            self._set_ticks(side, ticks)
            if side == "left":
                self._draw_grid([tick.place for tick in ticks])

    # ---- ranges

    @property
    def _steps_drawn(self) -> tuple[float, float]:
        """The steps with a little room, so that the first and the last point are whole."""
        first, last = self.steps
        room = _X_ROOM * (last - first) / max(1.0, self.area.width() - 2 * _X_ROOM)
        return first - room, last + room

    def _span(self, is_right: bool) -> Span:
        return self.spans[is_right].zoomed(*self.y_shares)

    def _span_of(self, values: Sequence[Floats], is_right: bool) -> Span:
        known = [part for part in values if len(part) and not np.isnan(part).all()]
        if not known:
            return Span(0.0, 1.0)
        least = min(float(np.nanmin(part)) for part in known)
        largest = max(float(np.nanmax(part)) for part in known)
        if not self.is_log and 0 < least < 0.35 * largest:
            least = 0.0  # an axis that nearly reaches zero had better do so
        height = largest - least
        if height <= abs(largest) * 1e-9:
            height = 2 * (abs(largest) * 0.1 or 1.0) if not self.is_log else 1.0
            least, largest = least - height / 2, largest + height / 2
            if not self.is_log and least < 0 <= largest - height / 2:
                least = 0.0
        foot = 0.0 if least == 0.0 and not self.is_log else _Y_ROOM * height
        room = min(0.4, _TOP_ROOM / max(1.0, self.area.height()))
        return Span(least - foot, largest + room / (1 - room) * (height + foot))

    def _points(self, line: Line) -> tuple[Floats, Floats, Floats]:
        """Return steps, values and means to draw; the means are empty without smoothing."""
        pixels = max(50, int(self.area.width()))
        trace = line.trace
        xs, ys = trace.raw.visible(*self.steps, pixels)
        mean = trace.mean.visible(*self.steps, pixels)[1] if trace.mean is not None else ys[:0]
        return xs, ys, mean

    def _step_ticks(self) -> list[Tick]:
        most = max(2, int(self.area.width() / _STEP_TICK_WIDTH))
        return linear_ticks(*self.steps, most, is_whole=True)

    def _value_ticks(self, span: Span) -> list[Tick]:
        most = max(2, int(self.area.height() / _VALUE_TICK_HEIGHT))
        if self.is_log:
            return log_ticks(span.least, span.largest, most)
        return linear_ticks(span.least, span.largest, most)

    def _set_ticks(self, side: str, ticks: list[Tick]) -> None:
        if ticks != self._ticks.get(side):
            self._ticks[side] = ticks
            self._plot.getAxis(side).setTicks([[(tick.place, tick.text) for tick in ticks], []])

    # ---- lines

    def _draw_grid(self, shares: list[float]) -> None:
        heights = np.repeat(np.array([share for share in shares if share > 0.0]), 2)
        self._grid.setData(np.tile(self._steps_drawn, len(heights) // 2), heights, connect="pairs")

    def _draw(self, line: Line, xs: Floats, span: Span, ys: Floats, mean: Floats) -> None:
        height = span.largest - span.least
        shares = (ys - span.least) / height
        has_mean, is_few = len(mean) > 0, len(xs) <= _DASHED_POINTS
        width = BOLD if is_few and not has_mean else FINE
        self._stroke(self._item(line, "raw"), xs, shares, width)
        if has_mean:
            self._stroke(self._item(line, "mean"), xs, (mean - span.least) / height, BOLD)
        has_points = len(xs) <= _FEW_POINTS and (
            line.trace.curve.kind.cadence is not Cadence.STEP or len(xs) <= 3
        )
        if has_points:
            known = np.isfinite(shares)
            self._item(line, "points").setData(xs[known], shares[known])
        for name, item in self._items[id(line)].items():
            item.setVisible({"raw": True, "mean": has_mean, "points": has_points}[name])
        self._style(line, tokens_of(self.palette()), is_dashed=is_few)

    def _stroke(self, item: Any, xs: Floats, ys: Floats, width: float) -> None:
        first, last = self._steps_drawn
        pixel = (
            (last - first) / max(1.0, self.area.width()),
            1.0 / max(1.0, self.area.height()),
        )
        all_x, all_y = widened(xs, ys, pixel, width, self._ratio)
        item.setData(all_x, all_y, connect="finite")

    def _item(self, line: Line, name: str) -> Any:
        """Return what draws a part of a line: ``raw``, ``mean`` or ``points``; made when needed."""
        items = self._items.setdefault(id(line), {})
        if name not in items:
            row = list(self._items).index(id(line)) + 1
            if name == "points":
                symbol = "s" if line.style.is_second else "o"
                item = self._pg.ScatterPlotItem(symbol=symbol, size=6, pen=None, antialias=True)
            else:
                item = self._pg.PlotCurveItem(antialias=True)
            item.setZValue(-100 - row if name == "raw" else -row)
            self._plot.addItem(item, ignoreBounds=True)
            items[name] = item
        return items[name]

    def _style_items(self, tokens: Tokens) -> None:
        for line in self.lines:
            if id(line) in self._items:
                self._style(line, tokens, is_dashed=False)

    def _style(self, line: Line, tokens: Tokens, *, is_dashed: bool) -> None:
        has_mean, ratio = line.trace.mean is not None, self._ratio
        for name, item in self._items[id(line)].items():
            if name == "points":
                item.setBrush(QColor(line.style.colour(tokens)))
            else:
                faint = has_mean and name == "raw"
                item.setPen(
                    thin_pen(line.style, tokens, ratio, is_dashed=is_dashed, is_faint=faint)
                )

    def tick_font(self) -> QFont:
        """Return the typeface of small words in the plot."""
        return tabular(scaled(self.font(), 0.9))

    def render_into(self, painter: QPainter) -> None:
        """Paint the drawing at a painter's origin, as finely as its device allows."""
        painter.save()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.fillRect(self.rect(), self._view.backgroundBrush())
        self._view.render(painter, QRectF(self.rect()), self.rect())
        painter.restore()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        is_other = event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange)
        if is_other and self._is_made:
            self.dress()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._view.setGeometry(self.rect())
        self._plot.layout.activate()
        self.resized.emit()
