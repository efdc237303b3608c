"""How long a list of trainings still takes, from those that are done."""

from __future__ import annotations

from collections.abc import Sequence

from training.benchmark.plan import Training


class TimeLeft:
    """Learns how long each method takes.

    Attributes:
        waiting: Trainings that are not done.
    """

    def __init__(self, waiting: Sequence[Training], jobs: int) -> None:
        """Begin.

        Args:
            waiting: Trainings that are to be done.
            jobs: How many are done at a time.
        """
        self.waiting = list(waiting)
        self._jobs = jobs
        self._seconds: dict[str, list[float]] = {}

    def note(self, training: Training, seconds: float) -> None:
        """Take in that a training is over, and how long it took."""
        self.waiting.remove(training)
        self._seconds.setdefault(training.method, []).append(seconds)

    @property
    def seconds(self) -> float | None:
        """Time for all that waits; None before the first training is done."""
        if not self._seconds:
            return None
        mean_of = {method: sum(found) / len(found) for method, found in self._seconds.items()}
        usual = sum(mean_of.values()) / len(mean_of)
        return sum(mean_of.get(one.method, usual) for one in self.waiting) / self._jobs
