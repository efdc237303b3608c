"""Where the epochs and stages of a run lie among its steps."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

from training.events import StageInfo


@dataclass(frozen=True, slots=True)
class Epoch:
    """An epoch that has begun.

    Attributes:
        stage: Name of its stage.
        number: Counted from 0 within the stage.
        first_step: Counted from 0 over the whole run.
    """

    stage: str
    number: int
    first_step: int


class RunPlaces:
    """Turns stage, epoch and step into steps of the whole run, and back.

    Attributes:
        stages_planned: The plan.
        epochs: Those that have begun, in their order.
        last_step: The newest step, counted from 0; -1 before the first.
    """

    def __init__(self) -> None:
        self.stages_planned: tuple[StageInfo, ...] = ()
        self.epochs: list[Epoch] = []
        self.last_step = -1
        self._offsets: dict[str, tuple[int, StageInfo]] = {}

    @property
    def total_steps(self) -> int:
        """Steps of the plan."""
        return sum(stage.epochs * stage.steps for stage in self.stages_planned)

    @property
    def stages(self) -> tuple[tuple[str, int], ...]:
        """(name, first step) of the stages that have begun."""
        first: dict[str, int] = {}
        for epoch in self.epochs:
            first.setdefault(epoch.stage, epoch.first_step)
        return tuple(first.items())

    def plan(self, stages: Sequence[StageInfo]) -> None:
        """Take in the plan."""
        self.stages_planned = tuple(stages)
        self._offsets.clear()
        offset = 0
        for stage in stages:
            self._offsets[stage.name] = (offset, stage)
            offset += stage.epochs * stage.steps

    def position(self, stage: str, epoch: int, step: int = 0) -> int:
        """Return how many steps of the run were done at a place."""
        if stage in self._offsets:
            offset, info = self._offsets[stage]
            return offset + epoch * info.steps + step
        for begun in reversed(self.epochs):
            if (begun.stage, begun.number) == (stage, epoch):
                return begun.first_step + step
        return self.last_step + 1

    def begin(self, stage: str, epoch: int, first_step: int | None = None) -> None:
        """Note that an epoch has begun.

        Args:
            stage: Name of its stage.
            epoch: Its number.
            first_step: Where, if a step has told so; else as planned.
        """
        start = self.position(stage, epoch) if first_step is None else first_step
        while self.epochs and self.epochs[-1].first_step >= start:
            self.epochs.pop()
        self.epochs.append(Epoch(stage, epoch, start))

    def cut(self, step: int) -> None:
        """Forget what lies at a step and behind it."""
        while self.epochs and self.epochs[-1].first_step >= step:
            self.epochs.pop()
        self.last_step = min(self.last_step, step - 1)

    def epoch_at(self, step: float) -> Epoch | None:
        """Return the epoch that a step belongs to; None before the first."""
        row = bisect.bisect_right(self.epochs, step, key=lambda epoch: epoch.first_step) - 1
        return self.epochs[row] if row >= 0 else None
