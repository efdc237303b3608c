"""What a benchmark has come to so far, for a terminal and for a window."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from training.benchmark.events import (
    BenchmarkEnded,
    BenchmarkStarted,
    Measured,
    TrainingAdvanced,
    TrainingBegan,
    TrainingFailed,
)
from training.benchmark.numbers import ApKind
from training.benchmark.plan import Training
from training.benchmark.results import NO_HELP, Key, Result
from training.benchmark.tables import AP_KINDS, Summary, Table, TableRow, map_metric
from training.data.scenarios import SETTINGS
from training.events import PreparationAdvanced
from training.methods.method_names import METHOD_NAMES, method_named
from training.progress import duration_text
from uem_desktop.retrieval.benchmark_wire import FileRead, ResultsRead, TablesWritten, WorkerEvent
from uem_desktop.retrieval.display_text import display_text


class Standing:
    """Follows the events of a benchmark.

    Attributes:
        methods: That are run, in the order of the rows.
        pairs: Columns of the tables; none before it has started.
        setting: What is going on; empty before the first training.
        done: Trainings that are done.
        total: Trainings of the plan; None while that is not known.
        now: What is being done, in a sentence.
        failures: Trainings that came to nothing, and why.
        problems: What looks wrong with the data, one sentence each.
        device: What computes, in words; empty before that is known.
        about: What stands beside results that were read from a file; empty without one.
        share: Of the training that is going on, 0 to 1.
        ended: How it ended; None while it goes on.
    """

    def __init__(self, methods: Sequence[str]) -> None:
        self.methods = tuple(methods)
        self.pairs: tuple[tuple[str, str], ...] = ()
        self.setting = ""
        self.done = 0
        self.total: int | None = None
        self.now = "Preparing"
        self.failures: tuple[str, ...] = ()
        self.problems: tuple[str, ...] = ()
        self.device = ""
        self.about: Mapping[str, Any] = {}
        self.share = 0.0
        self.ended: BenchmarkEnded | None = None
        self._results: dict[Key, Result] = {}
        self._left: float | None = None
        self._left_at = 0.0

    @property
    def results(self) -> tuple[Result, ...]:
        """All results so far, earlier ones of the same folder too."""
        return tuple(self._results.values())

    @property
    def seconds_left(self) -> float | None:
        """Time to go, counted down since it was last told."""
        if self._left is None:
            return None
        return max(0.0, self._left - (time.monotonic() - self._left_at))

    @property
    def settings(self) -> tuple[str, ...]:
        """Those that are planned or have results, in the paper's order."""
        planned = self.about.get("plan", {}).get("settings", ())
        found = {*planned, *(result.setting for result in self.results), self.setting}
        return tuple(one for one in SETTINGS if one in found)

    def table(self, setting: str, kind: ApKind = AP_KINDS[0]) -> Table:
        """Return mAP@All by pair, with an empty row for each method that has no result yet."""
        metric = map_metric(setting, kind)
        data_set = self.about.get("data", {}).get("data_set")
        results = [result for result in self.results if result.setting == setting]
        table = Summary(results, self.pairs, data_set).pair_table(setting, metric)
        there = {row.method for row in table.rows if row.retrieval_help == NO_HELP}
        empty = (None,) * len(table.columns)
        missing = [TableRow(name, NO_HELP, "", empty) for name in self.methods if name not in there]
        return replace(table, rows=tuple(sorted([*table.rows, *missing], key=_place)))

    def take(self, event: WorkerEvent) -> None:
        """Follow one event."""
        if isinstance(event, PreparationAdvanced):
            left = f" · {duration_text(event.seconds_left)} left" if event.seconds_left else ""
            self.now = display_text(f"{event.task}: {event.done:,} of {event.total:,} images{left}")
        elif isinstance(event, BenchmarkStarted):
            self.pairs, self.total, self.done = event.pairs, len(event.trainings), event.done
            self.problems, self.device = event.problems, event.device
            self._take_results(event.results)
            self.now = "Trainings side by side"  # one by one, each tells when it begins
        elif isinstance(event, TrainingBegan):
            self.setting, self.share = event.training.setting, 0.0
            self.now = training_text(event.training)
        elif isinstance(event, TrainingAdvanced):
            self._take_epoch(event)
        elif isinstance(event, Measured):
            self.done, self.setting, self.share = event.done, event.training.setting, 0.0
            self._left, self._left_at = event.seconds_left, time.monotonic()
            self._take_results(event.results)
        elif isinstance(event, TrainingFailed):
            self.failures += (f"{training_text(event.training)}: {event.message}",)
        elif isinstance(event, BenchmarkEnded):
            self.ended = event
        else:
            self._take_file(event)

    def _take_epoch(self, event: TrainingAdvanced) -> None:
        stages = method_named(event.training.method).stages
        before = stages.index(event.stage) if event.stage in stages else 0
        self.share = (before + event.epoch / max(1, event.epochs)) / max(1, len(stages))
        self.now = (
            f"{training_text(event.training)}, {event.stage} epoch {event.epoch} of {event.epochs}"
        )

    def _take_file(self, event: FileRead | ResultsRead | TablesWritten) -> None:
        if isinstance(event, ResultsRead):
            self._take_results(event.results)
        elif isinstance(event, FileRead):
            self.about, self.done, self.total = event.about, event.done, event.total
            self.methods = tuple(event.about["methods"])
            self.pairs = tuple((query, gallery) for query, gallery in event.about["data"]["pairs"])
            self.problems = tuple(event.about["data"]["problems"])
            self.device = event.about["device"]
            self.failures = tuple(_failure_text(one) for one in event.about["failures"])

    def _take_results(self, results: Sequence[Result]) -> None:
        new = {result.key: result for result in results}
        self._results = {**self._results, **new}  # the table may be reading the old one


def _failure_text(failure: Mapping[str, Any]) -> str:
    """Say which training came to nothing, and why, from what the file keeps of it."""
    names = " and ".join(failure["domains"])
    method = method_named(failure["method"]).title
    what = f"{failure['setting']} {names}, {method}, seed {failure['seed']}"
    return display_text(f"{what}: {failure['message']}")


def _place(row: TableRow) -> tuple[bool, str, int]:
    order = METHOD_NAMES.index(row.method) if row.method in METHOD_NAMES else len(METHOD_NAMES)
    return row.retrieval_help != NO_HELP, row.retrieval_help, order


def training_text(training: Training) -> str:
    """Name a training: ``partial clipart → photo, UEM, seed 2024``."""
    arrow = "↔" if training.setting == "close-set" else "→"
    return display_text(
        f"{training.setting} {training.domain_a} {arrow} {training.domain_b}, "
        f"{method_named(training.method).title}, seed {training.seed}"
    )
