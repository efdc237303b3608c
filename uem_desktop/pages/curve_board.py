"""All plots of a run on one board that fits itself to the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from uem_desktop.jobs.job import JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.empty_state import EmptyState
from uem_desktop.pages.watched_run import WatchedRun
from uem_desktop.retrieval.curve_table import CurveTable
from uem_desktop.retrieval.run_words import PLOT_MEANINGS
from uem_desktop.widgets.step_axis import StepAxis
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S

if TYPE_CHECKING:
    from uem_desktop.widgets.curve_plot import CurvePlot

_NARROW = 860
_LEAST_HEIGHT = 232
_PAUSE_MS = 30
_LABELS = {"map": "%"}
_WIDE = {"losses": (0, 0, 2), "map": (0, 2, 1), "schedule": (1, 0, 1), "prototypes": (1, 1, 1),
         "agreement": (1, 2, 1), "other": (2, 0, 3)}  # fmt: skip
_SLIM = {"losses": (0, 0, 2), "map": (1, 0, 1), "schedule": (1, 1, 1), "prototypes": (2, 0, 1),
         "agreement": (2, 1, 1), "other": (3, 0, 2)}  # fmt: skip


class CurveBoard(QWidget):
    """Plots that are made one after the other when the board is first shown, long before the first
    step, so that the window opens fast and is never held up by all of them.

    Signals:
        error_raised(str): Why something could not be saved.
        exported(str): What was saved.
    """

    error_raised = Signal(str)
    exported = Signal(str)

    def __init__(self, runner: JobRunner, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._run: WatchedRun | None = None
        self._seen: tuple[int, int] | None = None
        self._is_narrow: bool | None = None
        self.plots: dict[str, CurvePlot] = {}
        self._axis = StepAxis(self)
        self._to_make: Iterator[None] = iter(())
        self._maker = QTimer(self)
        self._maker.setInterval(_PAUSE_MS)
        self._maker.timeout.connect(self._make_more)
        self._empty = EmptyState("train", theme)
        self._board = QWidget()
        self._grid = QGridLayout(self._board)
        self._area = QScrollArea()
        self._stack = QStackedWidget()
        self._lay_out()

    def show_run(self, run: WatchedRun | None) -> None:
        """Show the curves of a run as they are now; costs nothing while nobody looks."""
        if run is not self._run:
            self._run = run
            self._seen = None
            for plot in self.plots.values():
                self._reset(plot)
        if self.isVisible():
            self._update()

    def _update(self) -> None:
        run = self._run
        has_points = run is not None and bool(run.curves.curves)
        if not has_points or run is None:
            self._say_nothing()
            return
        if not self.plots:
            return
        self._stack.setCurrentWidget(self._area)
        revision = (id(run), run.curves.revision)
        if revision == self._seen:
            return
        self._seen = revision
        for name in self.plots:
            self._show_in(name, run)

    def _show_in(self, name: str, run: WatchedRun) -> None:
        curves = run.curves.group(name)
        if name == "map":  # one number a direction is enough to look at; CSV holds all
            curves = tuple(one for one in curves if "interpolated" not in one.kind.name)
        self.plots[name].setVisible(bool(curves) or name != "other")
        self.plots[name].update_curves(curves, run.curves.stages)

    def _say_nothing(self) -> None:
        self._stack.setCurrentWidget(self._empty)
        if self._run is None or not self._run.state.is_live:
            self._empty.show_text("No curves", "No step of this run was done yet.")
        else:
            self._empty.show_text(
                "Curves appear with the first step", "The images are prepared before that."
            )

    # ---- plots

    def _make_plots(self, *_: object) -> None:
        self._to_make = self._made_in_steps()
        self._maker.start()

    def _make_more(self) -> None:
        if next(self._to_make, self) is self:
            self._maker.stop()

    def _made_in_steps(self) -> Iterator[None]:
        for name in PLOT_MEANINGS:
            plot = self._make_plot(name)
            yield
            plot.make_drawing()
            self._place(name, plot)
            self.plots[name] = plot
            if self.isVisible():
                self._seen = None
                self._update()
            yield

    def _make_plot(self, name: str) -> CurvePlot:
        from uem_desktop.widgets.curve_plot import CurvePlot

        title, meaning = PLOT_MEANINGS[name]
        plot = CurvePlot(
            title,
            _LABELS.get(name, ""),
            axis=self._axis,
            has_smoothing=name == "losses",
            right_names=("alpha",) if name == "schedule" else (),
            parent=self._board,
        )
        plot.setAccessibleName(title)
        plot.setAccessibleDescription(meaning)
        plot.setToolTip(f"{title}\n{meaning}")
        plot.csv_wanted.connect(self.export_csv)
        plot.png_wanted.connect(partial(self.export_png, name))
        plot.setMinimumHeight(_LEAST_HEIGHT)
        plot.setVisible(name != "other")
        self._reset(plot)
        return plot

    def _reset(self, plot: CurvePlot) -> None:
        run = self._run
        if run is not None:
            plot.set_place_text(run.curves.place_of)
        plot.fit()

    def _arrange(self) -> None:
        is_narrow = self.width() < _NARROW
        if is_narrow == self._is_narrow:
            return
        self._is_narrow = is_narrow
        for name, plot in self.plots.items():
            self._place(name, plot)
        for column in range(3):
            self._grid.setColumnStretch(column, 0 if is_narrow and column == 2 else 1)
        for row in range(4):
            self._grid.setRowStretch(row, 1 if row < (3 if is_narrow else 2) else 0)

    def _place(self, name: str, plot: CurvePlot) -> None:
        row, column, span = (_SLIM if self._is_narrow else _WIDE)[name]
        self._grid.addWidget(plot, row, column, 1, span)

    # ---- files

    def export_csv(self) -> None:
        """Ask where the points of all curves are to be saved."""
        if self._run is None:
            return
        name = f"{self._run.path.name}-curves.csv"
        file, _ = QFileDialog.getSaveFileName(self, "Save all points", name, "CSV (*.csv)")
        if file:
            self._save(Path(file), partial(_write_table, self._run.curves.table()))

    def export_png(self, name: str) -> None:
        """Ask where the picture of a plot is to be saved."""
        if self._run is None:
            return
        start = f"{self._run.path.name}-{name}.png"
        file, _ = QFileDialog.getSaveFileName(self, "Save the plot", start, "PNG (*.png)")
        if not file:
            return
        try:
            self.plots[name].export_png(Path(file))
        except OSError as error:
            self.error_raised.emit(_refusal(Path(file), error))
        else:
            self.exported.emit(f"Saved {Path(file).name}.")

    def _save(self, path: Path, write: Callable[[Path], None]) -> None:
        self._runner.start(
            _save_file,
            path,
            write,
            on_result=self.exported.emit,
            on_error=self.error_raised.emit,
        )

    def _lay_out(self) -> None:
        self._grid.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        self._grid.setSpacing(SPACE_S + 4)
        self._area.setWidgetResizable(True)
        self._area.setWidget(self._board)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._area)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)

    def prepare(self) -> None:
        """Import what plots need in a worker, then make them."""
        if not self.plots and not self._maker.isActive():
            self._runner.start(_import_plotting, on_result=self._make_plots)

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self._update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()


def _import_plotting(context: JobContext) -> bool:
    from uem_desktop.widgets.curve_plot import import_plotting

    import_plotting()
    return True


def _write_table(table: CurveTable, path: Path) -> None:
    table.write(path)


def _save_file(context: JobContext, path: Path, write: Callable[[Path], None]) -> str:
    from training.errors import UserError

    try:
        write(path)
    except OSError as error:
        raise UserError(_refusal(path, error)) from error
    return f"Saved {path.name}."


def _refusal(path: Path, error: OSError) -> str:
    return f"{path} cannot be written: {(error.strerror or str(error)).lower()}."
