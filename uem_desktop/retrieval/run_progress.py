"""How far a run is, and how long it will take."""

from __future__ import annotations

from dataclasses import dataclass

from training.events import (
    EpochEnded,
    EpochStarted,
    Event,
    PreparationAdvanced,
    RunContinued,
    RunEnded,
    RunStarted,
    StepLogged,
)
from uem_desktop.retrieval.run_place import RunPlaces

_FEWEST_STEPS = 3


@dataclass(frozen=True, slots=True)
class RunProgress:
    """Where a run stands.

    Attributes:
        stage: Name of the stage; empty before the first step.
        epoch: Counted from 1 within the stage; 0 before the first step.
        epochs: Epochs of the stage; 0 while that is not known.
        steps_done: Of the whole run.
        total_steps: Of the whole run; 0 while that is not known.
        share: Of the steps that are done, 0 to 1.
        seconds_left: Time to the end of the run; None while that cannot be said.
        preparation: What is done before the first step; None when steps are being done.
    """

    stage: str
    epoch: int
    epochs: int
    steps_done: int
    total_steps: int
    share: float
    seconds_left: float | None
    preparation: PreparationAdvanced | None


class RunClock:
    """Looks at the times of events and says how long the rest will take."""

    def __init__(self) -> None:
        self._preparation: PreparationAdvanced | None = None
        self._stage = ""
        self._epoch = -1
        self._now = 0.0
        self._since: tuple[float, int] | None = None
        self._said: tuple[float, float] | None = None

    def see(self, event: Event) -> None:
        """Take in the next event."""
        if isinstance(event, StepLogged):
            self._now = event.time
            if self._since is None:
                self._since = (event.time, event.global_step)
            self._enter(event.stage, event.epoch)
        elif isinstance(event, EpochStarted):
            self._enter(event.stage, event.epoch)
        elif isinstance(event, EpochEnded):
            self._now = event.time
            if event.seconds_left is not None:
                self._said = (event.time, event.seconds_left)
        elif isinstance(event, PreparationAdvanced):
            self._preparation = event
        elif isinstance(event, RunStarted | RunContinued):
            self._since = self._said = None
            if isinstance(event, RunStarted):
                self._stage, self._epoch, self._preparation = "", -1, None
                if event.went_on_from is not None:
                    self._enter(event.went_on_from.stage, event.went_on_from.epoch)

    def progress(self, places: RunPlaces, ended: RunEnded | None) -> RunProgress:
        """Return where the run stands."""
        done, total = places.last_step + 1, places.total_steps
        planned = {stage.name: stage.epochs for stage in places.stages_planned}
        is_finished = ended is not None and ended.outcome == "finished"
        share = 1.0 if is_finished else min(1.0, done / total) if total else 0.0
        epochs = planned.get(self._stage, 0)
        return RunProgress(
            stage=self._stage,
            epoch=min(self._epoch + 1, epochs or self._epoch + 1),  # gone on at a stage's end
            epochs=epochs,
            steps_done=done,
            total_steps=total,
            share=share,
            seconds_left=None if ended is not None else self._seconds_left(done, total),
            preparation=self._preparation if ended is None else None,
        )

    def _enter(self, stage: str, epoch: int) -> None:
        self._stage, self._epoch, self._preparation = stage, epoch, None

    def _seconds_left(self, done: int, total: int) -> float | None:
        if self._preparation is not None:
            return None
        if self._said is not None:
            when, left = self._said
            return max(0.0, left - (self._now - when))
        if self._since is None or not total:
            return None
        when, step = self._since
        steps = done - 1 - step
        if steps < _FEWEST_STEPS:
            return None
        return max(0.0, (self._now - when) / steps * (total - done))
