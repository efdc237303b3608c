"""One piece of work: its states, its handlers and what its function may call."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from types import MethodType
from typing import Any

import shiboken6
from PySide6.QtCore import QObject

from training.errors import Cancelled

Handler = Callable[..., None]


class JobState(Enum):
    """Where a job stands; a cancel is a handshake: running, stopping, stopped."""

    QUEUED = "queued"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    FINISHED = "finished"
    FAILED = "failed"


_ENDED = frozenset({JobState.STOPPED, JobState.FINISHED, JobState.FAILED})


class HandlerRef:
    """A handler that does not keep the widget it belongs to alive."""

    def __init__(self, handler: Handler | None) -> None:
        self._strong: Handler | None = None
        self._weak: weakref.WeakMethod[Handler] | None = None
        if isinstance(handler, MethodType) and isinstance(handler.__self__, QObject):
            self._weak = weakref.WeakMethod(handler)
        else:
            self._strong = handler

    def __call__(self, *args: object) -> None:
        """Call the handler unless there is none or its object is gone."""
        handler = self._weak() if self._weak is not None else self._strong
        if handler is None:
            return
        owner = getattr(handler, "__self__", None)
        if isinstance(owner, QObject) and not shiboken6.isValid(owner):
            return
        handler(*args)


@dataclass(frozen=True, slots=True)
class JobHandlers:
    """What is called on the GUI thread while a job runs and when it ends."""

    on_result: HandlerRef
    on_error: HandlerRef
    on_cancelled: HandlerRef
    on_progress: HandlerRef
    on_item: HandlerRef


class Job:
    """A running or finished piece of work, seen from the GUI thread."""

    def __init__(self, function: Callable[..., Any], args: tuple[Any, ...], lane: str) -> None:
        self.lane = lane
        self.stage = JobState.QUEUED  # what the runner knows; people see `state`
        self.stop_wanted = threading.Event()
        self._work: tuple[Callable[..., Any], tuple[Any, ...]] | None = (function, args)

    @property
    def state(self) -> JobState:
        """Where the job stands, with `STOPPING` from a cancel until its confirmation."""
        is_stopping = self.stop_wanted.is_set() and self.stage not in _ENDED
        return JobState.STOPPING if is_stopping else self.stage

    @property
    def is_over(self) -> bool:
        """Whether the job has ended, in whatever way."""
        return self.stage in _ENDED

    def cancel(self) -> None:
        """Ask the job to stop; `on_cancelled` confirms when it has."""
        if not self.is_over:
            self.stop_wanted.set()

    def run(self, context: JobContext) -> Any:
        """Run the function on the calling thread and let go of it."""
        work, self._work = self._work, None
        context.check()
        assert work is not None, "a job runs once"
        function, args = work
        return function(context, *args)


class JobContext:
    """What a job's function gets as its first argument."""

    def __init__(
        self, job: Job, report: Callable[[object], None], emit: Callable[[object], None]
    ) -> None:
        self._job = job
        self._report = report
        self._emit = emit

    def report(self, progress: object) -> None:
        """Offer the newest progress: shown at 20 Hz at most, the latest wins."""
        self._report(progress)

    def emit(self, item: object) -> None:
        """Hand over one item; every one arrives, in order, before the result."""
        self._emit(item)

    def should_stop(self) -> bool:
        """Whether somebody asked the job to stop."""
        return self._job.stop_wanted.is_set()

    def check(self) -> None:
        """Raise `Cancelled` when somebody asked the job to stop."""
        if self.should_stop():
            raise Cancelled
