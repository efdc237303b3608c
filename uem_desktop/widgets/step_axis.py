"""The steps that several plots show in common."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

TURN_INTERVAL_MS = 60
_NARROWEST = 4.0
_WIDEST = 1.02


class StepAxis(QObject):
    """The range of steps in sight and the step under the pointer; give one to several plots.

    Until a person zooms, all steps are in sight, also those that come.

    Signals:
        changed(): A person wants another range.
        grown(): The range has grown by new steps.
        pointer_moved(): The pointer is at another step, or gone.
    """

    changed = Signal()
    grown = Signal()
    pointer_moved = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ends: dict[object, int] = {}
        self._range: tuple[float, float] | None = None
        self._pointer: int | None = None
        self._waiting: dict[QObject, Callable[[], None]] = {}
        self._turns = QTimer(self)
        self._turns.setInterval(TURN_INTERVAL_MS)
        self._turns.timeout.connect(self._take_turn)

    def ask_turn(self, owner: QObject, redraw: Callable[[], None]) -> None:
        """Have a plot drawn again when it is its turn: one after the other, so that the window's
        event loop is never held up by all of them.
        """
        self._waiting.setdefault(owner, redraw)
        if not self._turns.isActive():
            self._turns.start()

    def drop_turn(self, owner: QObject) -> None:
        """Say that a plot was drawn already."""
        self._waiting.pop(owner, None)

    def _take_turn(self) -> None:
        while self._waiting:
            owner = next(iter(self._waiting))
            redraw = self._waiting.pop(owner)
            if isValid(owner):
                redraw()
                return
        self._turns.stop()

    @property
    def is_fitted(self) -> bool:
        """Whether all steps are in sight."""
        return self._range is None

    @property
    def last_step(self) -> int:
        """The newest step of all plots; at least 1."""
        return max(1, *self._ends.values(), 1)

    @property
    def range(self) -> tuple[float, float]:
        """The first and the last step in sight."""
        return self._range or (0.0, float(self.last_step))

    @property
    def pointer(self) -> int | None:
        """The step under the pointer, in whichever plot it is."""
        return self._pointer

    def set_end(self, owner: object, last_step: int) -> None:
        """Say which step of a plot is the newest."""
        before = self.last_step
        self._ends[owner] = last_step
        if self.is_fitted and self.last_step != before:
            self.grown.emit()

    def show_range(self, first: float, last: float) -> None:
        """Show some steps; as many as there are, or more, is all of them."""
        width = max(_NARROWEST, last - first)
        end = float(self.last_step)
        if width >= end:
            self.fit()
            return
        first = min(max(first, 0.0), end * _WIDEST - width)
        self._range = (first, first + width)
        self.changed.emit()

    def zoom(self, factor: float, at: float | None = None) -> None:
        """Enlarge around a step, or around the middle."""
        first, last = self.range
        centre = (first + last) / 2 if at is None else at
        self.show_range(centre - (centre - first) / factor, centre + (last - centre) / factor)

    def pan(self, share: float) -> None:
        """Go on by a share of what is in sight."""
        if not self.is_fitted:
            first, last = self.range
            self.show_range(first + share * (last - first), last + share * (last - first))

    def fit(self) -> None:
        """Show all steps and those that come."""
        if self._range is not None:
            self._range = None
            self.changed.emit()

    def point_at(self, step: float | None) -> None:
        """Move the pointer of all plots."""
        pointer = None if step is None else min(max(round(step), 0), self.last_step)
        if pointer != self._pointer:
            self._pointer = pointer
            self.pointer_moved.emit()
