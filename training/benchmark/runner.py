"""Everything that one process needs to run the trainings of a plan, one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from training.benchmark.cell import run_cell
from training.benchmark.domains import BenchmarkDomains
from training.benchmark.drawing import common_categories, open_benchmark_root, scenario_of
from training.benchmark.events import BenchmarkEvent
from training.benchmark.plan import BenchmarkPlan, Training, planned_trainings
from training.benchmark.results import Result
from training.benchmark.start import Start
from training.checkpoint import load_encoder
from training.control import TrainingControl
from training.device import describe_device, is_out_of_memory, select_device
from training.domain_features import FeatureWork
from training.errors import UserError

_OUT_OF_MEMORY = "The device ran out of memory; a smaller batch_size needs less."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one training came to.

    Attributes:
        training: Which.
        results: Of every direction; none if it failed.
        message: Why it failed, in a sentence; empty if it did not.
        seconds: How long it took.
    """

    training: Training
    results: tuple[Result, ...]
    message: str
    seconds: float


class Runner:
    """One process's copy of the data set and the encoder.

    Attributes:
        root: The data set.
        pairs: (query domain, gallery domain) of the plan.
        trainings: All of the plan, in their order.
        domains: Images and features.
        device_text: What computes, in words.
    """

    def __init__(
        self,
        plan: BenchmarkPlan,
        folder: Path,
        cache_root: Path,
        emit: Callable[[BenchmarkEvent], None],
        control: TrainingControl,
    ) -> None:
        """Open the data set and load the encoder; no image is read yet.

        Args:
            plan: A checked plan.
            folder: Where an unfinished training keeps its state.
            cache_root: Where features are kept.
            emit: Told every event.
            control: Honoured between two steps.

        Raises:
            UserError: In one sentence, why the plan cannot be run.
        """
        self._plan = plan
        self._folder = folder
        self._emit = emit
        self._control = control
        self.root = open_benchmark_root(plan)
        self.pairs = self.root.pairs(plan.pairs)
        self.trainings = planned_trainings(plan, self.pairs, self.root.names)
        self._scenarios = {one: scenario_of(plan, self.root, one) for one in self.trainings}
        encoder = load_encoder(
            plan.config.encoder.checkpoint, select_device(plan.config.run.device)
        )
        self.device_text = describe_device(encoder.device)
        self._start = Start(encoder)
        work = FeatureWork(plan.config, encoder, cache_root, emit, control.should_stop)
        self.domains = BenchmarkDomains(self.root, common_categories(self.root, self.pairs), work)

    def run(self, training: Training) -> Outcome:
        """Train once and measure; what somebody can mend becomes a message.

        Raises:
            Cancelled: Somebody wants to stop.
        """
        started = time.monotonic()
        scenario = self._scenarios[training]
        results: tuple[Result, ...] = ()
        message = ""
        try:
            a, b = self.domains.cut(self._plan, training, scenario)
            results = run_cell(
                self._plan,
                training,
                scenario,
                (a, b),
                self._start,
                folder=self._folder,
                emit=self._emit,
                control=self._control,
            )
        except UserError as error:
            message = str(error)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            message = _OUT_OF_MEMORY
        return Outcome(training, results, message, time.monotonic() - started)
