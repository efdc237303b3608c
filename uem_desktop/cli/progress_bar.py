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

_LOG_EVERY_S = 15.0


@contextlib.contextmanager
def shown_progress(title: str) -> Iterator[Callable[[Progress], None]]:
    """Give a function that shows progress until the block ends; the bar leaves no trace.

    Args:
        title: What is being done, for example ``Embedding photos``.
    """
    if not sys.stderr.isatty():
        yield _LogLines(title)
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
        task = bar.add_task(display_text(title), total=None, sentence="reading the folder")

        def show(progress: Progress) -> None:
            bar.update(
                task, total=progress.total, completed=progress.done, sentence=progress.sentence()
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

    def __init__(self, title: str) -> None:
        self._title = title
        self._next_time = time.monotonic() + _LOG_EVERY_S

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if now >= self._next_time and progress.done < progress.total:
            self._next_time = now + _LOG_EVERY_S
            say(f"{self._title}: {progress.sentence()}")


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
