"""The one place where work leaves the GUI thread and comes back to it."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from training.errors import Cancelled, UserError
from uem_desktop.jobs.job import Handler, HandlerRef, Job, JobContext, JobHandlers, JobState
from uem_desktop.jobs.lane import Lane

LaneName = Literal["accelerator", "disk", "study"]

PROGRESS_INTERVAL_MS = 50
DISK_THREADS = 4
STUDY_THREADS = 8

_log = logging.getLogger("uem_desktop.jobs")


class JobRunner(QObject):
    """Three lanes: `accelerator` runs one job at a time, `disk` four and `study` eight.

    What a person waits for goes on `disk`; what takes minutes with many images, on `study`, so that
    a click is never queued behind it. Eight is more than there are kinds of such work, each of
    which is done once at a time: a short one never waits for a long one to end.

    A job's function gets a `JobContext` and its own arguments. Its result, its error (one
    sentence), its items and its progress are handed to the handlers on the thread that made
    the runner, several at once when they come fast.

    Signals:
        job_ended(Job): A job is over, whatever the way; for busy indicators.
    """

    job_ended = Signal(object)
    _event_queued = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes: dict[str, Lane] = {
            "accelerator": Lane("accelerator", 1),
            "disk": Lane("disk", DISK_THREADS),
            "study": Lane("study", STUDY_THREADS),
        }
        self._jobs: dict[Job, JobHandlers] = {}
        self._events: deque[tuple[Job, str, object]] = deque()
        self._newest_progress: dict[Job, object] = {}
        self._lock = threading.Lock()
        self._is_closed = False
        self._progress_timer = QTimer(self)
        self._progress_timer.setInterval(PROGRESS_INTERVAL_MS)
        self._progress_timer.timeout.connect(self._deliver_progress)
        self._event_queued.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def start(
        self,
        function: Callable[..., Any],
        *args: Any,
        lane: LaneName = "disk",
        on_result: Handler | None = None,
        on_error: Handler | None = None,
        on_cancelled: Handler | None = None,
        on_progress: Handler | None = None,
        on_item: Handler | None = None,
    ) -> Job:
        """Queue `function(context, *args)` and return its job.

        Args:
            function: Runs on a worker thread; must not touch a widget.
            *args: Handed to the function after the context.
            lane: `accelerator` for what needs the encoder, `study` for what looks at all pairs of
                images or the like, `disk` for everything else.
            on_result: Called with what the function returned.
            on_error: Called with one sentence.
            on_cancelled: Called without arguments once the work has really stopped.
            on_progress: Called with the newest `context.report` value, 20 times a second at most,
                and no more once the job was asked to stop.
            on_item: Called with every `context.emit` value, in order.
        """
        job = Job(function, args, lane)
        if self._is_closed:
            job.stage = JobState.STOPPED
            return job
        handlers = (on_result, on_error, on_cancelled, on_progress, on_item)
        self._jobs[job] = JobHandlers(*(HandlerRef(handler) for handler in handlers))
        self._lanes[lane].put(partial(self._work, job))
        self._progress_timer.start()
        return job

    @property
    def running_count(self) -> int:
        """How many jobs are not over yet."""
        return len(self._jobs)

    def close(self, timeout_s: float = 2.0) -> bool:
        """Cancel everything and wait; nothing is delivered any more.

        Returns:
            Whether every worker thread ended in time.
        """
        self._is_closed = True
        self._progress_timer.stop()
        for job in self._jobs:
            job.cancel()
        deadline = time.monotonic() + timeout_s
        has_ended = True
        for lane in self._lanes.values():
            has_ended = lane.close(deadline) and has_ended
        self._jobs.clear()
        self._events.clear()
        return has_ended

    # ---- on a worker thread

    def _work(self, job: Job) -> None:
        context = JobContext(job, partial(self._note_progress, job), partial(self._item, job))
        job.stage = JobState.RUNNING
        try:
            result = job.run(context)
        except Cancelled:
            self._post(job, "cancelled", None)
        except UserError as error:
            self._post(job, "error", str(error))
        except Exception as error:
            _log.exception("a job failed")
            self._post(job, "error", f"Something went wrong: {_one_line(error)}")
        else:
            is_stopped = job.stop_wanted.is_set()
            self._post(job, "cancelled" if is_stopped else "result", result)

    def _item(self, job: Job, item: object) -> None:
        self._post(job, "item", item)

    def _note_progress(self, job: Job, progress: object) -> None:
        with self._lock:
            self._newest_progress[job] = progress

    def _post(self, job: Job, kind: str, value: object) -> None:
        with self._lock:
            is_first = not self._events
            self._events.append((job, kind, value))
        if is_first and not self._is_closed:
            self._event_queued.emit()

    # ---- on the GUI thread

    def _deliver(self) -> None:
        with self._lock:
            events, self._events = self._events, deque()
        for job, kind, value in events:
            handlers = self._jobs.get(job)
            if handlers is None:
                continue
            if kind == "item":
                handlers.on_item(value)
                continue
            self._deliver_progress_of(job)
            self._finish(job, kind, value)

    def _finish(self, job: Job, kind: str, value: object) -> None:
        handlers = self._jobs.pop(job)
        if job.stop_wanted.is_set():
            kind = "cancelled"  # also when the cancel came after the worker's last look
        if kind == "result":
            job.stage = JobState.FINISHED
            handlers.on_result(value)
        elif kind == "error":
            job.stage = JobState.FAILED
            handlers.on_error(value)
        else:
            job.stage = JobState.STOPPED
            handlers.on_cancelled()
        if not self._jobs:
            self._progress_timer.stop()
        self.job_ended.emit(job)

    def _deliver_progress(self) -> None:
        for job in list(self._newest_progress):
            self._deliver_progress_of(job)

    def _deliver_progress_of(self, job: Job) -> None:
        with self._lock:
            has_progress = job in self._newest_progress
            progress = self._newest_progress.pop(job, None)
        handlers = self._jobs.get(job)
        if has_progress and handlers is not None and not job.stop_wanted.is_set():
            handlers.on_progress(progress)


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:300]}" if text else type(error).__name__
