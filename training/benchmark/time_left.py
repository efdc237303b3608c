"""How long a list of trainings still takes, from those that are done."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from training.benchmark.plan import Training


class TimeLeft:
    """Learns how long each method takes.

    Attributes:
        waiting: Trainings that are not done.
    """

    def __init__(self, waiting: Sequence[Training]) -> None:
        self.waiting = list(waiting)
        self._seconds: dict[str, list[float]] = {}

    @contextmanager
    def timing(self, training: Training) -> Iterator[None]:
        """Time a training; whether it fails or not, it waits no more."""
        started = time.monotonic()
        self.waiting.remove(training)
        yield
        self._seconds.setdefault(training.method, []).append(time.monotonic() - started)

    @property
    def seconds(self) -> float | None:
        """Time for all that waits; None before the first training is done."""
        if not self._seconds:
            return None
        mean_of = {method: sum(found) / len(found) for method, found in self._seconds.items()}
        usual = sum(mean_of.values()) / len(mean_of)
        return sum(mean_of.get(one.method, usual) for one in self.waiting)
