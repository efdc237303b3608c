"""Curves over the steps of a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from uem_desktop.retrieval.curve import CurveKind
from uem_desktop.widgets.step_axis import StepAxis


class GrowingCurve(Protocol):
    """What a plot needs to know of a curve; `uem_desktop.retrieval.curve.Curve` for example."""

    kind: CurveKind
    cuts: int

    def __len__(self) -> int: ...

    @property
    def x(self) -> NDArray[np.int64]:
        """(n,) steps."""

    @property
    def y(self) -> NDArray[np.float64]:
        """(n,) values."""


class CurvePlot(QWidget):
    """Some curves of a run with their title, legend, switches and axes.

    Signals:
        csv_wanted(): The person wants all points as CSV.
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
        parent: QWidget | None = None,
    ) -> None:
        """Make an empty plot.

        Args:
            title: For people, ``"Losses"``.
            y_label: Axis label with its unit, ``"mAP@All, plain (%)"``.
            axis: Common steps of several plots.
            has_smoothing: Whether the person may smooth: curves with a value for each step.
            parent: Owner.
        """
        super().__init__(parent)

    def update_curves(
        self, curves: Sequence[GrowingCurve], stages: Sequence[tuple[str, int]] = ()
    ) -> None:
        """Show curves as they are now; cheap, call it whenever events have arrived.

        Args:
            curves: `RunCurves.group`; a curve keeps its colour by its place.
            stages: `RunCurves.stages`.
        """

    def set_place_text(self, text: Callable[[int], str]) -> None:
        """Say how a step is told beside the crosshair: `RunCurves.place_of`."""

    def fit(self) -> None:
        """Show everything and follow what comes."""

    def set_log(self, is_log: bool) -> None:
        """Show the logarithm, where values are above zero."""

    def set_smoothing(self, window: int) -> None:
        """Show means over this many steps; 1 for none."""

    def export_png(self, path: Path, scale: float = 2.0) -> None:
        """Save a picture of the plot without its switches.

        Raises:
            OSError: The disk does not take it.
        """


def import_plotting() -> None:
    """Import what plots need, which takes most of a second: call it in a job beforehand."""
    import pyqtgraph  # noqa: F401
