"""How long a window's event loop is away: what a person feels as a hitch."""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, Qt, QTimer


class LoopGaps(QObject):
    """Notes the time between the turns of the event loop, with a timer of one millisecond.

    Attributes:
        wall_ms: Each gap as a clock sees it; other processes lengthen it.
        own_ms: What this thread computed in each gap, whatever else runs on the machine.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.wall_ms: list[float] = []
        self.own_ms: list[float] = []
        self._last = (0.0, 0.0)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._note)

    def start(self) -> None:
        """Measure from now on.

        What other tests of the process left behind is put out of the garbage collector's sight: to
        go through it takes half a second, which no window that is alone in its process would need.
        """
        gc.collect()
        gc.freeze()
        self._last = (time.perf_counter(), time.thread_time())
        self._timer.start()

    def stop(self) -> None:
        """Measure no more."""
        self._timer.stop()
        gc.unfreeze()

    def _note(self) -> None:
        now = (time.perf_counter(), time.thread_time())
        self.wall_ms.append((now[0] - self._last[0]) * 1000)
        self.own_ms.append((now[1] - self._last[1]) * 1000)
        self._last = now


def share_ms(gaps_ms: list[float], share: float) -> float:
    """Return what this share of all gaps stays below: 0.99 for the 99th percentile."""
    return sorted(gaps_ms)[min(len(gaps_ms) - 1, int(share * len(gaps_ms)))]
