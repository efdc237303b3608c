"""What a benchmark has come to so far, in words and lines of text."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from training.benchmark.events import (
    BenchmarkEvent,
    BenchmarkStarted,
    Measured,
    TrainingAdvanced,
    TrainingBegan,
    TrainingFailed,
)
from training.benchmark.plan import Training
from training.benchmark.results import Key, Result
from training.benchmark.tables import (
    AP_KINDS,
    RULES,
    Metric,
    Summary,
    detection_metrics,
    map_metric,
)
from training.data.scenarios import SETTINGS
from training.events import PreparationAdvanced
from training.methods.method_names import method_named
from training.progress import duration_text
from uem_desktop.retrieval.benchmark_view import help_text, number_text
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
        failures: Trainings that came to nothing.
    """

    def __init__(self, methods: Sequence[str]) -> None:
        self.methods = tuple(methods)
        self.pairs: tuple[tuple[str, str], ...] = ()
        self.setting = ""
        self.done = 0
        self.total: int | None = None
        self.now = "Preparing"
        self.failures = 0
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

    def take(self, event: BenchmarkEvent) -> None:
        """Follow one event."""
        if isinstance(event, PreparationAdvanced):
            left = f" · {duration_text(event.seconds_left)} left" if event.seconds_left else ""
            self.now = display_text(f"{event.task}: {event.done:,} of {event.total:,} images{left}")
        elif isinstance(event, BenchmarkStarted):
            self.pairs, self.total, self.done = event.pairs, len(event.trainings), event.done
            self._take_results(event.results)
            self.now = "Trainings side by side"  # one by one, each tells when it begins
        elif isinstance(event, TrainingBegan):
            self.setting = event.training.setting
            self.now = training_text(event.training)
        elif isinstance(event, TrainingAdvanced):
            self.now = (
                f"{training_text(event.training)}, {event.stage} epoch {event.epoch} of "
                f"{event.epochs}"
            )
        elif isinstance(event, Measured):
            self.done, self.setting = event.done, event.training.setting
            self._left, self._left_at = event.seconds_left, time.monotonic()
            self._take_results(event.results)
        elif isinstance(event, TrainingFailed):
            self.failures += 1

    def _take_results(self, results: Sequence[Result]) -> None:
        new = {result.key: result for result in results}
        self._results = {**self._results, **new}  # the table may be reading the old one


def training_text(training: Training) -> str:
    """Name a training: ``partial clipart → photo, UEM, seed 2024``."""
    arrow = "↔" if training.setting == "close-set" else "→"
    return display_text(
        f"{training.setting} {training.domain_a} {arrow} {training.domain_b}, "
        f"{method_named(training.method).title}, seed {training.seed}"
    )


def averages_text(standing: Standing) -> Iterator[str]:
    """Give a table of averages over all pairs, one column for each setting."""
    summary = Summary(standing.results, standing.pairs)
    columns: list[tuple[str, str, Metric]] = []
    for setting in SETTINGS:
        if setting in summary.settings:
            columns.append((setting, setting, map_metric(setting, AP_KINDS[0])))
    if "open-set" in summary.settings:
        for rule in RULES:
            auroc = next(one for one in detection_metrics(rule) if one.title == "AUROC")
            columns.append(("open-set", f"AUROC, {rule}", auroc))
    tables = [
        {
            (row.method, row.retrieval_help): number_text(row.cells[0], metric)
            for row in summary.average_table(setting, title, [metric]).rows
        }
        for setting, title, metric in columns
    ]
    rows = dict.fromkeys(row for table in tables for row in table)
    if not rows:
        return
    names = {row: _row_name(*row) for row in rows}
    width = max(len(name) for name in names.values())
    yield "mAP@All, interpolated, in percent, mean over all pairs"
    yield f"{'':<{width}}" + "".join(f"  {title:>16}" for _, title, _ in columns)
    for row, name in names.items():
        yield f"{name:<{width}}" + "".join(f"  {table.get(row, '–'):>16}" for table in tables)


def _row_name(method: str, retrieval_help: str) -> str:
    return f"{method}, with help" if help_text(retrieval_help) else method
