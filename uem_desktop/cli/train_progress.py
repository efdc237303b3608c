"""How ``uem train`` shows what happens: a bar for a person, lines for a log, or JSON."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

import click

from training.control import TrainingControl
from training.events import (
    EpochEnded,
    Evaluated,
    Event,
    PreparationAdvanced,
    RunEnded,
    RunStarted,
    StepLogged,
    event_line,
)
from training.progress import duration_text
from training.run_folder import RunFolder
from uem_desktop.cli.progress_bar import stop_control_on_interrupt
from uem_desktop.cli.streams import say
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.run_words import decisions_text

_LOG_EVERY_S = 15.0
_SHOWN_LOSSES = 6


def trained(folder: RunFolder, *, resume: bool, as_json: bool) -> RunEnded:
    """Train in this process and show it.

    Raises:
        UserError: Why it could not begin or go on.
    """
    from training.run import run_training

    control = TrainingControl()
    show = _json_lines() if as_json else (_bar() if sys.stderr.isatty() else _log())
    with show as emit, stop_control_on_interrupt(control):
        return run_training(folder, resume=resume, emit=emit, control=control)


@contextlib.contextmanager
def _json_lines() -> Iterator[Callable[[Event], None]]:
    yield lambda event: click.echo(event_line(event))


class RunText:
    """Says where a run stands, from its events.

    Attributes:
        title: What is being done.
        done: Images or steps that are done.
        total: How many there are; None while that is not known.
    """

    def __init__(self) -> None:
        self.title = "Preparing"
        self.done = 0
        self.total: int | None = None
        self._state = ""
        self._map = ""
        self._left = ""
        self._epochs_of: dict[str, int] = {}

    @property
    def sentence(self) -> str:
        """The losses, mAP@All and the time left, or how far the preparation is."""
        return " · ".join(part for part in (self._state, self._map, self._left) if part)

    def take(self, event: Event) -> None:
        """Follow one event."""
        if isinstance(event, PreparationAdvanced):
            self.title, self.done, self.total = event.task, event.done, event.total
            self._state = f"{event.done:,} of {event.total:,} images"
            self._left = _left_text(event.seconds_left)
        elif isinstance(event, RunStarted):
            self._left = ""
            self._epochs_of = {stage.name: stage.epochs for stage in event.stages}
            self.total = sum(stage.epochs * stage.steps for stage in event.stages)
        elif isinstance(event, StepLogged):
            self.title = f"{event.stage} epoch {event.epoch + 1} of {self._epochs_of[event.stage]}"
            self.done = event.global_step + 1
            terms = [f"{name} {value:.3f}" for name, value in event.losses.items()]
            self._state = f"{' '.join(terms[:_SHOWN_LOSSES])} total {event.total:.3f}"
        elif isinstance(event, EpochEnded):
            self._left = _left_text(event.seconds_left)
        elif isinstance(event, Evaluated):
            self._map = f"mAP {_map_text(event)}"

    def is_stage_over(self, event: EpochEnded) -> bool:
        """Whether the epoch that has ended was the last one of its stage."""
        return event.epoch + 1 == self._epochs_of[event.stage]


@contextlib.contextmanager
def _bar() -> Iterator[Callable[[Event], None]]:
    from rich import progress as rich_progress
    from rich.console import Console

    text = RunText()
    with rich_progress.Progress(
        rich_progress.TextColumn("{task.description}", markup=False),
        rich_progress.BarColumn(bar_width=24),
        rich_progress.TextColumn("{task.fields[sentence]}", markup=False),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task("Preparing", total=None, sentence="")

        def show(event: Event) -> None:
            text.take(event)
            bar.update(
                task,
                description=display_text(text.title),
                total=text.total,
                completed=text.done,
                sentence=text.sentence,
            )
            if isinstance(event, RunStarted):
                bar.print(_start_text(event), markup=False)
            elif isinstance(event, EpochEnded) and text.is_stage_over(event):
                bar.print(f"{event.stage} done · {text.sentence}", markup=False)

        yield show
    _say_end(text)


@contextlib.contextmanager
def _log() -> Iterator[Callable[[Event], None]]:
    text = RunText()
    next_time = time.monotonic() + _LOG_EVERY_S

    def show(event: Event) -> None:
        nonlocal next_time
        text.take(event)
        if isinstance(event, RunStarted):
            say(_start_text(event))
        elif time.monotonic() >= next_time:
            next_time = time.monotonic() + _LOG_EVERY_S
            say(f"{text.title}: {text.sentence}")

    yield show
    _say_end(text)


def _say_end(text: RunText) -> None:
    if text.sentence:
        say(f"{text.title}: {text.sentence}")


def _start_text(event: RunStarted) -> str:
    where = event.went_on_from
    how = "" if where is None else f", going on after {where.stage} epoch {where.epoch}"
    skipped = f", {len(event.skipped)} skipped" if event.skipped else ""
    used = f", {decisions_text(event.decisions)}" if event.decisions is not None else ""
    return (
        f"{event.method} on {event.images_a:,} + {event.images_b:,} images{skipped},"
        f" {event.trainable} of {event.encoder}, {event.device}{used}{how}"
    )


def _left_text(seconds: float | None) -> str:
    return f"{duration_text(seconds)} left" if seconds else ""


def _map_text(event: Evaluated) -> str:
    plain = event.map_plain
    return f"A→B {plain['a_to_b']:.1f} % B→A {plain['b_to_a']:.1f} %"
