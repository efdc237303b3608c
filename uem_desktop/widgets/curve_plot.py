"""Curves over the steps of a run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from uem_desktop.retrieval.curve import Cadence
from uem_desktop.widgets.curve_canvas import CurveCanvas, Line
from uem_desktop.widgets.curve_colours import StyleBook
from uem_desktop.widgets.curve_legend import CurveLegend
from uem_desktop.widgets.curve_trace import CurveTrace, GrowingCurve
from uem_desktop.widgets.painting import EmptyText, paint_empty
from uem_desktop.widgets.plot_header import PlotHeader
from uem_desktop.widgets.plot_overlay import PlotOverlay, Reading
from uem_desktop.widgets.plot_picture import save_picture
from uem_desktop.widgets.step_axis import StepAxis
from uem_desktop.widgets.ticks import value_text
from uem_desktop.widgets.tokens import RADIUS_M, SPACE_M, SPACE_S, tokens_of

EMPTY = "The curves appear with the first step."
_LEAST_SHARE = 0.01


class CurvePlot(QWidget):
    """Some curves of a run with their title, legend, switches and axes.

    Signals:
        csv_wanted(): The person wants all points as CSV; answer with `RunCurves.table`.
        png_wanted(): The person wants a picture; answer with `export_png`.
    """

    csv_wanted = Signal()
    png_wanted = Signal()

    def __init__(
        self,
        title: str,
        y_label: str = "",
        *,
        axis: StepAxis | None = None,
        has_smoothing: bool = False,
        right_names: Collection[str] = (),
        right_label: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Make an empty plot.

        Args:
            title: For people, ``"Losses"``.
            y_label: What the values are, with their unit: ``"mAP@All, plain (%)"``.
            axis: Common steps of several plots.
            has_smoothing: Whether the person may smooth: curves with a value for each step.
            right_names: Names of curves that are read on an axis of their own, at the right.
            right_label: What their values are.
            parent: Owner.
        """
        super().__init__(parent)
        self.title = title
        self.axis = axis or StepAxis(self)
        self._labels = (y_label, right_label)
        self._right_names = frozenset(right_names)
        self._lines: dict[str, Line] = {}
        self._shown: list[str] = []
        self._stages: Sequence[tuple[str, int]] = ()
        self._styles = StyleBook()
        self._window = 1
        self._is_log = False
        self._place_text: Callable[[int], str] = lambda step: f"Step {step:,}"
        self._empty = EMPTY
        self._canvas: CurveCanvas | None = None
        self._overlay: PlotOverlay | None = None
        self._lay_out(has_smoothing)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._redraw)
        self.axis.changed.connect(self._plan_redraw)
        self.axis.grown.connect(self._plan_update)
        self.axis.pointer_moved.connect(self._follow_pointer)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.setAccessibleName(title)
        self._say()

    @property
    def is_empty(self) -> bool:
        """Whether no curve has a point."""
        return not self._shown

    @property
    def is_log(self) -> bool:
        """Whether the logarithm is shown."""
        return self._is_log

    @property
    def smoothing(self) -> int:
        """Steps of each mean; 1 without smoothing."""
        return self._window

    @property
    def note(self) -> str:
        """What is done to the values before they are drawn, in words."""
        parts = [f"smoothed over {self._window:,} steps"] if self._window > 1 else []
        if self._is_log:
            hidden = sum(line.trace.raw.hidden for line in self._lines_shown())
            some = f", {hidden:,} values at or below 0 left out" if hidden else ""
            parts.append(f"logarithmic{some}")
        return " · ".join(parts)

    def set_empty_text(self, text: str) -> None:
        """Say what is painted while there is no curve."""
        self._empty = text
        self._say()
        self.update()

    def set_place_text(self, text: Callable[[int], str]) -> None:
        """Say how a step is told beside the crosshair: `RunCurves.place_of`."""
        self._place_text = text

    def update_curves(
        self, curves: Sequence[GrowingCurve], stages: Sequence[tuple[str, int]] = ()
    ) -> None:
        """Show curves as they are now; cheap, call it whenever events have arrived.

        Args:
            curves: `RunCurves.group`; a curve keeps its colour.
            stages: `RunCurves.stages`.
        """
        self._shown = []
        for curve in curves:
            name = curve.kind.name
            line = self._lines.get(name)
            if line is None:
                style = self._styles.style(curve.kind)
                line = Line(CurveTrace(curve), style, name in self._right_names)
                self._lines[name] = line
            elif line.trace.curve is not curve:
                is_shown = line.trace.is_shown
                line.trace = CurveTrace(curve)
                line.trace.is_shown = is_shown
            self._shown.append(name)
        self._stages = stages
        last = max((int(curve.x[-1]) for curve in curves if len(curve)), default=0)
        self.axis.set_end(self, last)
        self._plan_update()

    def make_drawing(self) -> None:
        """Make now what the first curve needs; it takes some hundredths of a second."""
        self._canvas_made()
        self._room.setVisible(not self.is_empty)

    def set_curve_shown(self, name: str, is_shown: bool) -> None:
        """Show or hide a curve by its name."""
        if name in self._lines:
            self._lines[name].trace.is_shown = is_shown
            if name in self.legend.items:
                self.legend.items[name].setChecked(is_shown)
            self._plan_redraw()

    def fit(self) -> None:
        """Show everything and follow what comes."""
        if self._canvas is not None:
            self._canvas.y_shares = (0.0, 1.0)
        self.axis.fit()
        self._plan_redraw()

    def set_log(self, is_log: bool) -> None:
        """Show the logarithm, where values are above zero."""
        if is_log != self._is_log:
            self._is_log = is_log
            if self._canvas is not None:
                self._canvas.y_shares = (0.0, 1.0)
            self._plan_redraw()
        self.header.set_log(is_log)

    def set_smoothing(self, window: int) -> None:
        """Show means over this many steps; 1 for none."""
        self._window = max(1, window)
        self.header.set_smoothing(self._window)
        self._plan_redraw()

    def export_png(self, path: Path, scale: float = 2.0) -> None:
        """Save a picture of the plot without its switches.

        Args:
            path: The file; its suffix says the format.
            scale: Pixels of the picture for one of the window.

        Raises:
            OSError: The disk does not take it.
        """
        self._redraw()
        save_picture(self, path, scale)

    # ---- for the picture

    def drawing(self) -> tuple[CurveCanvas | None, PlotOverlay | None, QRect]:
        """Return what is drawn, and where it is in this widget."""
        corner = self._room.mapTo(self, QPoint(0, 0))
        return self._canvas, self._overlay, QRect(corner, self._room.size())

    def legend_entries(self) -> list[Line]:
        """Return the curves in sight, in the legend's order."""
        return [line for line in self._lines_shown() if line.trace.is_shown]

    # ---- drawing

    def _lay_out(self, has_smoothing: bool) -> None:
        self.header = PlotHeader(self.title, has_smoothing=has_smoothing, parent=self)
        self.header.log_chosen.connect(self.set_log)
        self.header.smoothing_chosen.connect(self.set_smoothing)
        self.header.fit_chosen.connect(self.fit)
        self.header.csv_chosen.connect(self.csv_wanted)
        self.header.png_chosen.connect(self.png_wanted)
        self.legend = CurveLegend(self)
        self.legend.toggled.connect(self.set_curve_shown)
        self._room = QWidget(self)
        self._stack = QStackedLayout(self._room)
        self._stack.setStackingMode(QStackedLayout.StackingMode.StackAll)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_S + 2, SPACE_S, SPACE_S, SPACE_S)
        column.setSpacing(2)
        column.addWidget(self.header)
        column.addWidget(self.legend)
        column.addWidget(self._room, 1)

    def _lines_shown(self) -> list[Line]:
        return [self._lines[name] for name in self._shown]

    def _plan_update(self) -> None:
        if self.isVisible():
            self.axis.ask_turn(self, self._redraw)

    def _plan_redraw(self) -> None:
        if self.isVisible():
            self._later.start(0)

    def _redraw(self) -> None:
        self._later.stop()
        self.axis.drop_turn(self)
        if self.is_empty:
            if self._canvas is not None:
                self._room.hide()
            self._say()
            self.update()
            return
        canvas, overlay = self._canvas_made()
        starts = [step for _, step in self._stages[1:]]
        lines = self._lines_shown()
        for line in lines:
            is_step = line.trace.curve.kind.cadence is Cadence.STEP
            line.trace.sync(self._window if is_step else 1, self._is_log, starts)
        entries = [(name, self._lines[name].trace.curve.kind.title, self._lines[name].style)
                   for name in self._shown]  # fmt: skip
        self.legend.set_curves(entries)
        canvas.lines = lines
        canvas.is_log = self._is_log
        canvas.steps = self.axis.range
        canvas.show_right(any(line.is_right for line in lines))
        canvas.redraw()
        overlay.stages = self._stages
        overlay.update()
        self._say()

    def _canvas_made(self) -> tuple[CurveCanvas, PlotOverlay]:
        if self._canvas is None or self._overlay is None:
            self._canvas = CurveCanvas(self._room)
            self._overlay = PlotOverlay(self._canvas, self.axis, self._read, self._room)
            self._overlay.fit_wanted.connect(self.fit)
            self._overlay.log_wanted.connect(lambda: self.set_log(not self._is_log))
            self._overlay.values_zoomed.connect(self._zoom_values)
            self._overlay.setAccessibleName(f"{self.title}, drawing")
            self._stack.addWidget(self._canvas)
            self._stack.addWidget(self._overlay)
            self._stack.setCurrentWidget(self._overlay)
            self._canvas.resized.connect(self._plan_redraw)
            self._stack.activate()
        self._room.show()
        return self._canvas, self._overlay

    def _zoom_values(self, factor: float, at: float) -> None:
        assert self._canvas is not None
        low, high = self._canvas.y_shares
        centre = low + at * (high - low)
        low, high = centre - (centre - low) / factor, centre + (high - centre) / factor
        low, high = max(0.0, low), min(1.0, high)
        if high - low >= _LEAST_SHARE:
            self._canvas.y_shares = (low, high)
            self._plan_redraw()

    def _read(self, step: int) -> tuple[str, list[Reading]]:
        """Return what the crosshair says at a step."""
        assert self._canvas is not None
        readings = []
        for line in self.legend_entries():
            kind = line.trace.curve.kind
            value = line.trace.value_at(step, is_held=kind.cadence is not Cadence.STEP)
            if value is not None:
                text = value_text(value) + (f" {kind.unit}" if kind.unit else "")
                y = self._canvas.y_of(value, line.is_right)
                readings.append(Reading(kind.title, text, line.style, y))
        return self._place_text(step), readings

    def _follow_pointer(self) -> None:
        if self._overlay is None or not self.isVisible():
            return
        self._overlay.update()
        step = self.axis.pointer
        if step is not None and self._overlay.hasFocus():
            place, readings = self._read(step)
            values = [f"{reading.title} {reading.text}" for reading in readings]
            self._overlay.setAccessibleDescription("; ".join([place, *values]))

    def _say(self) -> None:
        """Tell people, and screen readers, what is shown."""
        y_label, right_label = self._labels
        parts = [part for part in (y_label, self.note) if part]
        self.header.set_note(" · ".join(parts), right_label if not self.is_empty else "")
        is_zoomed = not self.axis.is_fitted or (
            self._canvas is not None and self._canvas.y_shares != (0.0, 1.0)
        )
        self.header.set_state(is_zoomed=is_zoomed, has_curves=not self.is_empty)
        self.legend.setVisible(not self.is_empty)
        if self.is_empty:
            self.setAccessibleDescription(self._empty)
            return
        titles = [line.trace.curve.kind.title for line in self.legend_entries()]
        steps = f"{self.axis.last_step + 1:,} steps"
        self.setAccessibleDescription(
            f"{', '.join(titles) or 'No curve'} over {steps}. {self.note}"
        )

    def _show_menu(self, position: QPoint) -> None:
        self.header.menu().popup(self.mapToGlobal(position))

    # ---- Qt

    def sizeHint(self) -> QSize:
        return QSize(480, 280)

    def minimumSizeHint(self) -> QSize:
        return QSize(260, 180)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._plan_update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and self._canvas:
            self._plan_redraw()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), tokens_of(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(tokens.border))
        painter.setBrush(QColor(tokens.surface))
        frame = self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, RADIUS_M, RADIUS_M)
        if self.is_empty:
            area = self.rect().adjusted(SPACE_M, self.header.geometry().bottom(), -SPACE_M, 0)
            paint_empty(painter, area, EmptyText("", self._empty), self.font(), tokens)


def import_plotting() -> None:
    """Import what plots need, which takes most of a second: call it in a job beforehand."""
    import pyqtgraph  # noqa: F401
