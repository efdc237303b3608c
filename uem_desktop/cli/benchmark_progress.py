"""How ``uem benchmark`` shows what happens: a table that fills, lines for a log, or JSON."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from training.benchmark.benchmark import run_benchmark
from training.benchmark.events import (
    BenchmarkEnded,
    BenchmarkEvent,
    BenchmarkStarted,
    Measured,
    TrainingFailed,
)
from training.benchmark.plan import BenchmarkPlan
from training.benchmark.results import NO_HELP
from training.benchmark.tables import map_metric
from training.control import TrainingControl
from training.events import PreparationAdvanced
from training.progress import duration_text
from uem_desktop.cli.benchmark_text import averages_text
from uem_desktop.cli.progress_bar import stop_control_on_interrupt
from uem_desktop.cli.streams import print_json, say
from uem_desktop.retrieval.benchmark_standing import Standing, training_text

if TYPE_CHECKING:
    from rich.console import RenderableType

_LOG_EVERY_S = 15.0
_FRAMES_PER_SECOND = 4

Show = Callable[[BenchmarkEvent], None]


def benchmarked(
    plan: BenchmarkPlan, folder: Path, *, resume: bool, jobs: int, command: str, as_json: bool
) -> BenchmarkEnded:
    """Run a plan in this process and show it.

    Raises:
        UserError: Why it could not begin.
    """
    control, standing = TrainingControl(), Standing(plan.methods)
    if as_json:
        shown = _json_lines(standing)
    else:
        shown = _live_table(standing) if sys.stderr.isatty() else _log(standing)
    with shown as show, stop_control_on_interrupt(control):

        def emit(event: BenchmarkEvent) -> None:
            standing.take(event)
            show(event)

        ended = run_benchmark(
            plan, folder, resume=resume, jobs=jobs, command=command, emit=emit, control=control
        )
    if not as_json:
        for line in averages_text(standing):
            click.echo(line)
    return ended


@contextlib.contextmanager
def _json_lines(standing: Standing) -> Iterator[Show]:
    def show(event: BenchmarkEvent) -> None:
        _say_what_matters(event)
        if isinstance(event, Measured):
            for result in event.results:
                print_json(dict(result.entry))

    yield show


@contextlib.contextmanager
def _log(standing: Standing) -> Iterator[Show]:
    next_time = time.monotonic() + _LOG_EVERY_S

    def show(event: BenchmarkEvent) -> None:
        nonlocal next_time
        _say_what_matters(event)
        if isinstance(event, Measured):
            say(_measured_text(event))
            next_time = time.monotonic() + _LOG_EVERY_S
        elif isinstance(event, PreparationAdvanced) and time.monotonic() >= next_time:
            next_time = time.monotonic() + _LOG_EVERY_S
            say(standing.now)

    yield show


@contextlib.contextmanager
def _live_table(standing: Standing) -> Iterator[Show]:
    from rich.console import Console
    from rich.live import Live

    from uem_desktop.cli.benchmark_table import live_view

    console = Console(stderr=True)

    def view() -> RenderableType:
        return live_view(standing, console.width)

    with Live(
        get_renderable=view,
        console=console,
        refresh_per_second=_FRAMES_PER_SECOND,
        transient=True,
        redirect_stdout=False,
    ):
        yield _say_what_matters


def _say_what_matters(event: BenchmarkEvent) -> None:
    """Say what a person has to know whichever way the rest is shown."""
    if isinstance(event, BenchmarkStarted):
        for problem in event.problems:
            say(f"Note: {problem}")
        before = f", {event.done} of them done before" if event.done else ""
        say(f"{len(event.trainings)} trainings{before}, {event.device}")
    elif isinstance(event, TrainingFailed):
        say(f"Failed: {training_text(event.training)}: {event.message}")


def _measured_text(event: Measured) -> str:
    left = f" · {duration_text(event.seconds_left)} left" if event.seconds_left else ""
    setting = event.training.setting
    numbers = [
        f"{result.pair[0]} → {result.pair[1]} "
        f"{result.number(*map_metric(setting, 'interpolated').path) or 0.0:.1f} %"
        for result in event.results
        if result.retrieval_help == NO_HELP
    ]
    return (
        f"{event.done} of {event.total} · {training_text(event.training)} · mAP@All, interpolated: "
        f"{', '.join(numbers)}{left}"
    )
