"""Progress on standard error: a bar for a person, a line now and then for a log."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType

from training.control import TrainingControl
from training.progress import Progress
from uem_desktop.cli.streams import say
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.steps import ShowStep

_LOG_EVERY_S = 15.0
_PARTS = 1000

_Show = Callable[[str, Progress, str], None]


@contextlib.contextmanager
def shown_progress(title: str) -> Iterator[Callable[[Progress], None]]:
    """Give a function that shows progress until the block ends; the bar leaves no trace.

    Args:
        title: What is being done, for example ``Embedding photos``.
    """
    with _shown(title, "reading the folder") as show:
        yield lambda progress: show(title, progress, progress.sentence())


@contextlib.contextmanager
def shown_steps(title: str) -> Iterator[ShowStep]:
    """Give a function that shows how far one step after another is, until the block ends.

    Args:
        title: What is being done before the first step is told of.
    """
    with _shown(title, "") as show:
        yield _Steps(show)


@contextlib.contextmanager
def _shown(title: str, sentence: str) -> Iterator[_Show]:
    if not sys.stderr.isatty():
        yield _LogLines()
        return
    from rich import progress as rich_progress
    from rich.console import Console

    with rich_progress.Progress(
        rich_progress.TextColumn("{task.description}", markup=False),
        rich_progress.BarColumn(bar_width=32),
        rich_progress.TextColumn("{task.fields[sentence]}", markup=False),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task(display_text(title), total=None, sentence=sentence)

        def show(title: str, progress: Progress, sentence: str) -> None:
            bar.update(
                task,
                description=display_text(title),
                total=progress.total or None,
                completed=progress.done,
                sentence=sentence,
            )

        yield show


@contextlib.contextmanager
def shown_status(title: str) -> Iterator[None]:
    """Show a spinner until the block ends; nothing where no person looks."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(title):
        yield


class _LogLines:
    """Says how far the work is, every few seconds, for output that goes to a file."""

    def __init__(self) -> None:
        self._next_time = time.monotonic() + _LOG_EVERY_S

    def __call__(self, title: str, progress: Progress, sentence: str) -> None:
        now = time.monotonic()
        if now >= self._next_time and progress.done < progress.total:
            self._next_time = now + _LOG_EVERY_S
            say(f"{title}: {sentence}")


class _Steps:
    """Turns the share that is done of a step into progress since that step began."""

    def __init__(self, show: _Show) -> None:
        self._show = show
        self._step = ""
        self._started = 0.0

    def __call__(self, step: str, share: float) -> None:
        now = time.monotonic()
        if step != self._step:
            self._step, self._started = step, now
        done = int(share * _PARTS)
        progress = Progress(done, _PARTS if done else 0, seconds=now - self._started)
        self._show(step, progress, progress.share_sentence() if done else "")


@contextlib.contextmanager
def stop_on_interrupt() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl+C into a wish to stop; a second one interrupts at once.

    Yields:
        A function that says whether a stop is wanted.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    is_wanted = threading.Event()

    def ask(signal_number: int, frame: FrameType | None) -> None:
        if is_wanted.is_set():
            raise KeyboardInterrupt
        is_wanted.set()

    previous = signal.signal(signal.SIGINT, ask)
    try:
        yield is_wanted.is_set
    finally:
        signal.signal(signal.SIGINT, previous)


@contextlib.contextmanager
def stop_control_on_interrupt(control: TrainingControl) -> Iterator[None]:
    """Pass the first Ctrl+C on to whatever is trained."""
    is_over = threading.Event()
    with stop_on_interrupt() as should_stop:

        def watch() -> None:
            while not is_over.wait(0.1):
                if should_stop():
                    control.stop()
                    return

        thread = threading.Thread(target=watch, name="ctrl+c", daemon=True)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()
