"""Everything that is plotted of a run, gathered event by event."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from training.events import (
    CheckpointSaved,
    EpochEnded,
    EpochStarted,
    Evaluated,
    Event,
    RunContinued,
    RunEnded,
    RunPaused,
    RunStarted,
    StepLogged,
)
from uem_desktop.retrieval.curve import Cadence, Curve, CurveKind
from uem_desktop.retrieval.curve_kinds import (
    LEARNING_RATE,
    TOTAL,
    fact_kind,
    loss_kind,
    map_kind,
    order_of,
)
from uem_desktop.retrieval.curve_table import CurveTable
from uem_desktop.retrieval.run_place import Epoch, RunPlaces
from uem_desktop.retrieval.run_progress import RunClock, RunProgress

_DOMAIN = re.compile(" [AB]$")


class RunCurves:
    """Curves, progress and checkpoints of one run.

    All curves share x: the steps of the run that were done. A run that goes on after a checkpoint
    takes away what came after that place; one that starts anew takes away everything.

    Attributes:
        revision: Changes with every event, so that a plot knows whether to look.
        started: How the run was started or continued last; None before that.
        ended: How it ended; None while it has not.
        is_paused: Whether it waits.
        checkpoints: Those that were saved, in their order.
    """

    def __init__(self) -> None:
        self.revision = 0
        self.started: RunStarted | None = None
        self.ended: RunEnded | None = None
        self.is_paused = False
        self.checkpoints: list[CheckpointSaved] = []
        self._curves: dict[tuple[str, str], Curve] = {}
        self._losses: dict[str, Curve] = {}
        self._places = RunPlaces()
        self._clock = RunClock()
        self._total = self._learning_rate = Curve(TOTAL)
        self._epoch: tuple[str, int] | None = None
        self._clear()

    def add(self, event: Event) -> None:
        """Take in the next event."""
        self.revision += 1
        if isinstance(event, StepLogged):
            self._add_step(event)
        elif isinstance(event, EpochStarted):
            self._begin_epoch(event.stage, event.epoch)
            start = self._places.position(event.stage, event.epoch)
            self._add_facts(event.facts, start, Cadence.EPOCH_START)
        elif isinstance(event, EpochEnded):
            self._end_epoch(event)
        elif isinstance(event, Evaluated):
            self._add_measures(event)
        elif isinstance(event, CheckpointSaved):
            self.checkpoints = [
                kept for kept in self.checkpoints if self._place_of(kept) != self._place_of(event)
            ]
            self.checkpoints.append(event)
        elif isinstance(event, RunStarted):
            self._start(event)
        elif isinstance(event, RunEnded):
            self.ended = event
        elif isinstance(event, RunPaused | RunContinued):
            self.is_paused = isinstance(event, RunPaused)
        self._clock.see(event)

    @property
    def curves(self) -> tuple[Curve, ...]:
        """All curves that have a point, by plot and in a fixed order."""
        return tuple(curve for curve in self._curves.values() if len(curve))

    def group(self, name: str) -> tuple[Curve, ...]:
        """Return the curves of one plot: ``"losses"``, ``"map"``, see `curve_kinds.GROUPS`."""
        found = [curve for curve in self.curves if curve.kind.group == name]
        stems: dict[str, int] = {}  # terms of A and B stand beside each other
        rows = [
            (order_of(curve.kind), stems.setdefault(_DOMAIN.sub("", curve.kind.name), len(stems)))
            for curve in found
        ]
        order = sorted(range(len(found)), key=rows.__getitem__)
        return tuple(found[row] for row in order)

    def curve(self, group: str, name: str) -> Curve | None:
        """Return a curve by its plot and its name; None while it has no point."""
        curve = self._curves.get((group, name))
        return curve if curve is not None and len(curve) else None

    @property
    def stages(self) -> tuple[tuple[str, int], ...]:
        """(name, first step) of each stage that has begun."""
        return self._places.stages

    @property
    def epochs(self) -> tuple[Epoch, ...]:
        """The epochs that have begun."""
        return tuple(self._places.epochs)

    @property
    def total_steps(self) -> int:
        """Steps of the whole plan; 0 while it is not known."""
        return self._places.total_steps

    @property
    def progress(self) -> RunProgress:
        """Where the run stands."""
        return self._clock.progress(self._places, self.ended)

    def place_of(self, step: int) -> str:
        """Say where a place of x is: ``"IDSE, epoch 12, step 3,410"``; epochs count from 1."""
        epoch = self._places.epoch_at(step)
        where = f"{epoch.stage}, epoch {epoch.number + 1:,}, " if epoch else ""
        return f"{where}step {step:,}"

    def table(self) -> CurveTable:
        """Return a copy of all points, which a worker may write while events arrive."""
        groups = {curve.kind.group: None for curve in self.curves}
        curves = [curve for group in groups for curve in self.group(group)]
        return CurveTable.of(curves, self.epochs)

    def to_csv(self, path: Path) -> None:
        """Write all points, one a line: curve, step, stage, epoch, value.

        Raises:
            OSError: The disk does not take them.
        """
        self.table().write(path)

    # ---- events

    def _clear(self) -> None:
        self._curves.clear()
        self._losses.clear()
        self.checkpoints = []
        self._total = self._make(TOTAL)
        self._learning_rate = self._make(LEARNING_RATE)
        self._epoch = None

    def _start(self, event: RunStarted) -> None:
        place = event.went_on_from
        self.started, self.ended, self.is_paused = event, None, False
        self._places.plan(event.stages)
        if place is None:
            self._clear()
            self._places.cut(0)
            return
        step = self._places.position(place.stage, place.epoch, place.step)
        self._places.cut(step)
        self._places.last_step = step - 1
        self._epoch = None
        for curve in self._curves.values():
            is_end = curve.kind.cadence is Cadence.EPOCH_END
            curve.cut(step + 1 if is_end else step)
        kept = [saved for saved in self.checkpoints if self._place_of(saved) <= step]
        self.checkpoints = kept

    def _add_step(self, event: StepLogged) -> None:
        if (event.stage, event.epoch) != self._epoch:
            self._begin_epoch(event.stage, event.epoch, event.global_step - event.step)
        step = event.global_step
        for name, value in event.losses.items():
            curve = self._losses.get(name)
            if curve is None:
                curve = self._losses[name] = self._make(loss_kind(name))
            curve.append(step, value)
        self._total.append(step, event.total)
        self._learning_rate.append(step, event.learning_rate)
        self._places.last_step = step

    def _begin_epoch(self, stage: str, epoch: int, start: int | None = None) -> None:
        self._epoch = (stage, epoch)
        self._places.begin(stage, epoch, start)

    def _end_epoch(self, event: EpochEnded) -> None:
        known = self._epoch_facts(event)
        facts = {name: value for name, value in event.facts.items() if name not in known}
        end = self._places.position(event.stage, event.epoch + 1)
        self._add_facts(facts, end, Cadence.EPOCH_END)

    def _epoch_facts(self, event: EpochEnded) -> set[str]:
        """Facts that the beginning of the epoch has told: its values hold until the end."""
        start = self._places.position(event.stage, event.epoch)
        return {
            curve.kind.name
            for curve in self._curves.values()
            if curve.kind.cadence is Cadence.EPOCH_START and len(curve) and curve.x[-1] == start
        }

    def _add_measures(self, event: Evaluated) -> None:
        step = self._places.position(event.stage, event.epoch + 1) if event.epoch >= 0 else 0
        for is_interpolated, values in ((False, event.map_plain), (True, event.map_interpolated)):
            for direction, value in values.items():
                self._make(map_kind(direction, is_interpolated)).append(step, value)

    def _add_facts(self, facts: Mapping[str, float], step: int, cadence: Cadence) -> None:
        for name, value in facts.items():
            self._make(fact_kind(name, cadence)).append(step, value)

    def _make(self, kind: CurveKind) -> Curve:
        return self._curves.setdefault((kind.group, kind.name), Curve(kind))

    def _place_of(self, saved: CheckpointSaved) -> int:
        return self._places.position(saved.stage, saved.epoch, saved.step)
