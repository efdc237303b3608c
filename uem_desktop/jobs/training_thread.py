"""A run of training that the window started, or follows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, QThread, Signal

from uem_desktop.retrieval.event_feed import EventFeed
from uem_desktop.retrieval.run_ending import RunEnding
from uem_desktop.retrieval.run_follower import RunFollower
from uem_desktop.retrieval.training_process import TrainingProcess

INTERVAL_S = 0.05
MOST_AT_ONCE = 1000
"""Events in one signal: what a listener may do with them on the GUI thread stays short."""

_QUIT_SECONDS = 2.0


class RunSource(Protocol):
    """Where the events of a run come from."""

    feed: EventFeed[Any]

    @property
    def ending(self) -> RunEnding:
        """How the run ended, once the feed is over."""
        ...

    def send(self, command: dict[str, object]) -> None:
        """Queue a command."""
        ...

    def kill(self) -> None:
        """End the run at once."""
        ...

    def close(self, deadline: float) -> bool:
        """Let go of the run until a `time.monotonic()` value."""
        ...


class TrainingThread(QThread):
    """Owns a run from start to end, or follows one that somebody started elsewhere.

    Everything is called on the GUI thread and returns at once, apart from `close`. Signals come on
    the GUI thread, nothing before it returns to its event loop; so connect right after making one.
    `close` it before it is let go of, also after the run's end.

    Signals:
        events_arrived(list): Events in their order, none left out, 20 times a second at most.
        run_ended(str, str): Outcome (finished, stopped or failed) and one sentence, which may be
            empty; exactly once, after all events, and not after `close`.
    """

    events_arrived = Signal(object)
    run_ended = Signal(str, str)
    _batch_ready = Signal(object)
    _ending_known = Signal(str, str)

    def __init__(
        self,
        folder: Path,
        make_source: Callable[[], RunSource],
        is_own: bool,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("training")
        self._folder = folder
        self._is_own = is_own
        self._is_over = False
        self._is_closed = False
        self._is_taken = threading.Event()
        self._source: RunSource | None = None
        self._failure = ""
        self._batch_ready.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._ending_known.connect(self._end, Qt.ConnectionType.QueuedConnection)
        try:
            self._source = make_source()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            self._failure = f"The training process cannot be started: {reason}."
        self.start()

    @classmethod
    def training(
        cls,
        folder: Path,
        resume: bool = False,
        *,
        command: Sequence[str] | None = None,
        parent: QObject | None = None,
    ) -> TrainingThread:
        """Start a training process in a run's folder, which holds its settings already.

        Args:
            folder: The run.
            resume: Whether it goes on after its last checkpoint.
            command: What is started instead of ``python -m training``.
            parent: Owner of the thread.
        """
        return cls(folder, partial(TrainingProcess, folder, resume, command), True, parent)

    @classmethod
    def following(cls, folder: Path, *, parent: QObject | None = None) -> TrainingThread:
        """Follow a run by its folder, also on a shared drive; commands have no effect.

        All its events come first, those of former processes too. It is over when the newest event
        is the end of the run; a process that died silently is only told by `quiet_seconds`.
        """
        return cls(folder, partial(RunFollower, folder), False, parent)

    @property
    def folder(self) -> Path:
        """The run."""
        return self._folder

    @property
    def is_own(self) -> bool:
        """Whether the process was started here, so that it takes commands."""
        return self._is_own

    @property
    def is_over(self) -> bool:
        """Whether `run_ended` was sent, or `close` called."""
        return self._is_over

    @property
    def pid(self) -> int | None:
        """Process id of the child; None for a run that is followed."""
        return self._source.pid if isinstance(self._source, TrainingProcess) else None

    @property
    def quiet_seconds(self) -> float:
        """Time since the last event came, or since the start."""
        return time.monotonic() - self._source.feed.last_time if self._source else 0.0

    def pause(self) -> None:
        """Ask the run to wait; `RunPaused` confirms."""
        self._send({"command": "pause"})

    def go_on(self) -> None:
        """Ask the run to go on; `RunContinued` confirms."""
        self._send({"command": "continue"})

    def stop(self) -> None:
        """Ask the run to save a checkpoint and end; `run_ended` confirms."""
        self._send({"command": "stop"})

    def pin(self, queries: Sequence[tuple[str, Path]]) -> None:
        """Replace the pinned queries: (``"a"`` or ``"b"``, path)."""
        entries = [{"domain": domain, "path": str(path)} for domain, path in queries]
        self._send({"command": "pin", "queries": entries})

    def kill(self) -> None:
        """End the process at once; what came after its last checkpoint is lost."""
        if self._source is not None:
            self._source.kill()

    def close(self, timeout_s: float = 10.0) -> bool:
        """Stop the run, or stop following, and wait: for the end of the application.

        Returns:
            Whether it ended by itself in that time; the process is killed where not.
        """
        self._is_over = self._is_closed = True
        self._is_taken.set()
        deadline = time.monotonic() + timeout_s
        has_ended = self._source.close(deadline) if self._source is not None else True
        self.wait(int(_QUIT_SECONDS * 1000))
        return has_ended

    def _send(self, command: dict[str, object]) -> None:
        if self._source is not None:
            self._source.send(command)

    # ---- on this thread

    def run(self) -> None:
        """Hand events over, at a measured pace."""
        source = self._source
        if source is None:
            self._ending_known.emit("failed", self._failure)
            return
        while events := source.feed.take(MOST_AT_ONCE):
            self._is_taken.clear()
            if self._is_closed:
                return
            self._batch_ready.emit(events)
            self._is_taken.wait()
            if source.feed.wait_until_closed(INTERVAL_S):
                return
        if not self._is_closed:
            self._ending_known.emit(source.ending.outcome, source.ending.message)

    # ---- on the GUI thread

    def _deliver(self, events: object) -> None:
        try:
            if not self._is_closed:
                self.events_arrived.emit(events)
        finally:
            self._is_taken.set()

    def _end(self, outcome: str, message: str) -> None:
        if not self._is_over:
            self._is_over = True
            self.run_ended.emit(outcome, message)
