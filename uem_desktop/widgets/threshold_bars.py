"""Histograms on one axis of values, and where value and pixel meet."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF


@dataclass(frozen=True, slots=True)
class Bars:
    """One histogram.

    Attributes:
        label: What is counted, a word or two.
        counts: One number for each bin.
    """

    label: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """How many are counted."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class ThresholdBars:
    """What a `ThresholdPlot` shows.

    Attributes:
        edges: Where the bins meet, ascending, one more than there are bins.
        least: Where the axis begins.
        largest: Where it ends; equal to ``least`` where all values are the same.
        automatic: The threshold that nobody moved.
        upper: Bars that stand on the base line.
        lower: Bars that hang from it; None for one histogram.
    """

    edges: tuple[float, ...]
    least: float
    largest: float
    automatic: float
    upper: Bars
    lower: Bars | None = None


class ValueAxis:
    """Arithmetic between values and pixels of a plot."""

    def __init__(self, least: float, largest: float, left: float, right: float) -> None:
        span = largest - least
        room = 0.03 * span if span > 0 else 0.5
        self._least, self._span = least - room, span + 2 * room
        self._left, self._width = left, max(1.0, right - left)

    @property
    def least(self) -> float:
        """The value at the left end."""
        return self._least

    @property
    def largest(self) -> float:
        """The value at the right end."""
        return self._least + self._span

    def x_of(self, value: float) -> float:
        """Return where a value lies, in pixels; what is outside lies at the end."""
        share = (value - self._least) / self._span
        return self._left + self._width * min(1.0, max(0.0, share))

    def value_at(self, x: float) -> float:
        """Return the value at a pixel; beyond the ends it is that of the end."""
        share = min(1.0, max(0.0, (x - self._left) / self._width))
        return self._least + self._span * share


def bar_rects(
    bars: ThresholdBars, counts: tuple[int, ...], axis: ValueAxis, base: float, height: float
) -> list[QRectF]:
    """Return a rectangle for each bin that is not empty.

    Args:
        bars: For the edges of the bins.
        counts: One number for each bin; the largest is drawn as high as there is room.
        axis: Of the values.
        base: Where the bars begin, in pixels.
        height: How high the highest is; negative for bars that hang.
    """
    most = max(counts, default=0)
    rects = []
    for place, count in enumerate(counts):
        if count:
            left, right = axis.x_of(bars.edges[place]), axis.x_of(bars.edges[place + 1])
            size = max(2.0, abs(height) * count / most)
            top = base - size if height > 0 else base
            gap = 1.0 if right - left > 3 else 0.0
            rects.append(QRectF(left, top, max(1.0, right - left - gap), size))
    return rects
