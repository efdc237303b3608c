"""A growing curve as it is drawn: smoothed, its logarithm, and thinned to the pixels there are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from uem_desktop.retrieval.curve import CurveKind
from uem_desktop.retrieval.growing_array import GrowingArray
from uem_desktop.retrieval.smoothing import smoothed
from uem_desktop.widgets.min_max_pyramid import MinMaxPyramid

Floats = NDArray[np.float64]

_POINTS_PER_PIXEL = 2


class GrowingCurve(Protocol):
    """What a plot needs to know of a curve; `uem_desktop.retrieval.curve.Curve` for example."""

    kind: CurveKind
    cuts: int

    def __len__(self) -> int: ...

    @property
    def x(self) -> NDArray[np.int64]:
        """(n,) steps, growing."""
        ...

    @property
    def y(self) -> NDArray[np.float64]:
        """(n,) values."""
        ...


class Series:
    """The values of a curve after smoothing and logarithm, with their pyramid.

    Attributes:
        hidden: Values that have no logarithm.
    """

    def __init__(self, curve: GrowingCurve, window: int, is_log: bool) -> None:
        self.hidden = 0
        self._curve = curve
        self._window = window
        self._is_log = is_log
        self._values = GrowingArray()
        self._pyramid = MinMaxPyramid()

    @property
    def values(self) -> Floats:
        """(n,) values as drawn, NaN where there is nothing to draw."""
        return self._values.values

    def sync(self, starts: Sequence[int]) -> None:
        """Take in what has come.

        Args:
            starts: Steps at which smoothing begins anew: a new stage has losses of its own.
        """
        x, y = self._curve.x, self._curve.y
        known = len(self._values)
        if known == len(y):
            return
        marks = [int(mark) for mark in np.searchsorted(x, np.asarray(starts, np.int64))]
        bounds = sorted({known, len(y), *(mark for mark in marks if known < mark < len(y))})
        for first, last in pairwise(bounds):
            begin = max((mark for mark in marks if mark <= first), default=0)
            self._values.extend(self._drawn(y, max(begin, first - self._window + 1), first, last))
        self._pyramid.extend(self._values.values)

    def visible(self, x_first: float, x_last: float, pixels: int) -> tuple[Floats, Floats]:
        """Return (m,) steps and (m,) values to draw for a range of steps and a width."""
        x, values = self._curve.x[: len(self._values)], self._values.values
        # whole numbers: searching for a float would copy all steps first
        first = max(0, int(np.searchsorted(x, math.floor(x_first))) - 1)
        last = min(len(x), int(np.searchsorted(x, math.ceil(x_last), side="right")) + 1)
        if last - first <= _POINTS_PER_PIXEL * pixels:
            return x[first:last].astype(np.float64), values[first:last]
        places, least, largest = self._pyramid.reduced(values, first, last, pixels)
        ys = np.empty(2 * len(least))
        ys[0::2], ys[1::2] = least, largest
        return np.repeat(x[places], 2).astype(np.float64), ys

    def _drawn(self, y: Floats, begin: int, first: int, last: int) -> Floats:
        values = y[begin:last]
        values = smoothed(values, self._window) if self._window > 1 else values
        values = values[first - begin :]
        is_good = np.isfinite(values)
        if self._is_log:
            is_above = is_good & (values > 0)
            self.hidden += int(np.count_nonzero(is_good & ~is_above))
            return np.log10(values, out=np.full(len(values), np.nan), where=is_above)
        return values if is_good.all() else np.where(is_good, values, np.nan)


class CurveTrace:
    """A curve with what is drawn of it: its values and, where wished, their means.

    Attributes:
        curve: The curve.
        is_shown: Whether the person wants to see it.
    """

    def __init__(self, curve: GrowingCurve) -> None:
        self.curve = curve
        self.is_shown = True
        self._transform = (1, False)
        self._cuts = -1
        self.raw = Series(curve, 1, False)
        self.mean: Series | None = None

    @property
    def main(self) -> Series:
        """What is read off: the means where there are some."""
        return self.mean or self.raw

    def sync(self, window: int, is_log: bool, starts: Sequence[int]) -> None:
        """Take in what has come; start over where another view is wished or points are gone."""
        if (window, is_log) != self._transform or self._cuts != self.curve.cuts:
            self._transform, self._cuts = (window, is_log), self.curve.cuts
            self.raw = Series(self.curve, 1, is_log)
            self.mean = Series(self.curve, window, is_log) if window > 1 else None
        self.raw.sync(starts)
        if self.mean is not None:
            self.mean.sync(starts)

    def value_at(self, step: int, *, is_held: bool) -> float | None:
        """Return the drawn value at a step, without logarithm.

        Args:
            step: The step.
            is_held: Whether a value counts until the next one comes, also behind the last one.

        Returns:
            None where the curve has none; NaN where it is not a number.
        """
        x = self.curve.x
        row = int(np.searchsorted(x, step, side="right")) - 1
        values = self.main.values
        if row < 0 or row >= len(values) or (not is_held and x[row] != step):
            return None
        if np.isnan(values[row]):
            return float(self.curve.y[row])
        return float(10 ** values[row] if self._transform[1] else values[row])
