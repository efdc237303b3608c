"""Progress of something that is written, and whether it is to stop."""

from __future__ import annotations

import time
from collections.abc import Callable

from training.errors import Cancelled
from training.progress import Progress

_REPORT_EVERY_S = 0.05


class Work:
    """Told of each piece that is done; raises `Cancelled` between two of them.

    Args:
        on_progress: Told how far the work is.
        should_stop: Asked before each piece.
    """

    def __init__(
        self,
        on_progress: Callable[[Progress], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> None:
        self._on_progress = on_progress
        self._should_stop = should_stop
        self.begin(0)

    def begin(self, total: int) -> None:
        """Begin with so many pieces to do."""
        self._done, self._total, self._started = 0, total, time.monotonic()
        self._next_report = 0.0
        self.check()

    def check(self) -> None:
        """Raise `Cancelled` when a stop is wanted."""
        if self.is_stopped():
            raise Cancelled

    def is_stopped(self) -> bool:
        """Return whether a stop is wanted."""
        return self._should_stop is not None and self._should_stop()

    def advance(self) -> None:
        """Note that a piece is done."""
        self._done += 1
        now = time.monotonic()
        if self._on_progress is not None and (
            now >= self._next_report or self._done == self._total
        ):
            self._next_report = now + _REPORT_EVERY_S
            self._on_progress(Progress(self._done, self._total, seconds=now - self._started))
        self.check()
