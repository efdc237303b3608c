"""How the time of an epoch is spent."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Stopwatch:
    """Adds up seconds by part.

    Attributes:
        seconds: For each part that was timed.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Time a block as a part."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started

    def move(self, seconds: float, *, source: str, target: str) -> None:
        """Count seconds as another part than the one they were timed in."""
        self.seconds[source] = self.seconds.get(source, 0.0) - seconds
        self.seconds[target] = self.seconds.get(target, 0.0) + seconds

    def take(self) -> dict[str, float]:
        """Return the seconds so far and begin anew."""
        taken, self.seconds = self.seconds, {}
        return taken
