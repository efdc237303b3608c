"""One curve of a run: a value for some of its steps, growing as events arrive."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from uem_desktop.retrieval.growing_array import GrowingArray

_MOST_PENDING = 8192


class Cadence(Enum):
    """When a curve gets a value."""

    STEP = "step"
    EPOCH_START = "epoch start"
    EPOCH_END = "epoch end"


@dataclass(frozen=True, slots=True)
class CurveKind:
    """What a curve shows.

    Attributes:
        name: As events call it, ``"clusters_a"`` for example.
        title: For people.
        group: The plot it belongs to.
        cadence: When it gets a value.
        unit: Of its values, ``"%"`` for example; empty for plain numbers.
    """

    name: str
    title: str
    group: str
    cadence: Cadence
    unit: str = ""


class Curve:
    """Points of growing x; appending costs O(1) on average.

    A point at the place of an earlier one, or before it, takes away that one and all behind it.

    Attributes:
        kind: What it shows.
        cuts: How often points were taken away; whoever keeps something about the points that it
            has seen starts over when this has changed.
    """

    __slots__ = ("_last", "_pending_x", "_pending_y", "_x", "_y", "cuts", "kind")

    def __init__(self, kind: CurveKind) -> None:
        self.kind = kind
        self.cuts = 0
        self._x = GrowingArray(np.int64)
        self._y = GrowingArray(np.float64)
        self._pending_x: list[int] = []
        self._pending_y: list[float] = []
        self._last = -1

    def __len__(self) -> int:
        return len(self._x) + len(self._pending_x)

    @property
    def x(self) -> NDArray[np.int64]:
        """(n,) steps that were done at each point; read-only."""
        self._settle()
        return self._x.values

    @property
    def y(self) -> NDArray[np.float64]:
        """(n,) values, read-only; NaN and infinity as they came."""
        self._settle()
        return self._y.values

    @property
    def last(self) -> float | None:
        """The newest value; None without one."""
        return float(self.y[-1]) if len(self) else None

    def append(self, x: int, y: float) -> None:
        """Add a point."""
        if x <= self._last:
            self.cut(x)
        self._last = x
        self._pending_x.append(x)
        self._pending_y.append(y)
        if len(self._pending_x) >= _MOST_PENDING:
            self._settle()

    def cut(self, x: int) -> None:
        """Take away the points at `x` and behind it."""
        if x > self._last:
            return
        size = int(np.searchsorted(self.x, x))
        self._x.cut(size)
        self._y.cut(size)
        self._last = int(self._x.values[-1]) if size else -1
        self.cuts += 1

    def _settle(self) -> None:
        if self._pending_x:
            self._x.extend(self._pending_x)
            self._y.extend(self._pending_y)
            self._pending_x.clear()
            self._pending_y.clear()
