"""Starts, stops and follows benchmarks; the page shows what is kept here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from training.progress import duration_text
from uem_desktop.jobs.training_thread import TrainingThread
from uem_desktop.retrieval.benchmark_draft import BenchmarkDraft
from uem_desktop.retrieval.benchmark_process import FOLLOW, BenchmarkProcess, run_request
from uem_desktop.retrieval.benchmark_standing import Standing
from uem_desktop.retrieval.benchmark_wire import TablesWritten, WorkerEvent
from uem_desktop.retrieval.display_text import display_text

_NEWS_MS = 200


class BenchmarkKeeper(QObject):
    """One benchmark at most: one that runs here, or results that are looked at.

    Attributes:
        folder: Of the benchmark that is shown; None without one.
        standing: What it has come to.
        is_running: Whether a process of this application runs it.
        is_stopping: Whether somebody asked it to stop.
        outcome: How it ended; empty before.

    Signals:
        shown_changed: Another folder is shown, or none.
        changed: There is news; a few times a second at most.
        run_ended(str): The benchmark of this application is over, and how.
        page_written(Path): The page with tables that was asked for is there.
        error_raised(str): One sentence.
    """

    shown_changed = Signal()
    changed = Signal()
    run_ended = Signal(str)
    page_written = Signal(object)
    error_raised = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder: Path | None = None
        self.standing = Standing(())
        self.is_running = False
        self.is_stopping = False
        self.outcome = ""
        self._source: TrainingThread | None = None
        self._process: BenchmarkProcess | None = None
        self._wants_page = False
        self._jobs = 1
        self._news = QTimer(self)
        self._news.setSingleShot(True)
        self._news.setInterval(_NEWS_MS)
        self._news.timeout.connect(self.changed)

    def start(self, draft: BenchmarkDraft) -> None:
        """Run what is chosen; results that are in its folder already stay."""
        plan, folder, goes_on = draft.plan(), draft.out, draft.goes_on
        self._jobs = draft.checked_jobs()
        request = run_request(plan, resume=goes_on, jobs=self._jobs)
        request["typed"] = draft.command()
        self._begin(folder, request, plan.methods, is_running=True)

    def go_on(self) -> None:
        """Go on with the benchmark that is shown, as it was planned."""
        if self.folder is not None and not self.is_running:
            request = run_request(None, resume=True, jobs=self._jobs)
            self._begin(self.folder, request, self.standing.methods, is_running=True)

    def open(self, folder: Path) -> None:
        """Look at results, and follow them while another process adds to them."""
        if self.is_running and folder == self.folder:
            self.shown_changed.emit()
        elif self.is_running:
            self.error_raised.emit("A benchmark is going on; stop it to look at other results.")
        else:
            self._jobs = 1
            self._begin(folder, FOLLOW, (), is_running=False)

    def stop(self) -> None:
        """Let the benchmark of this application end; results so far are kept."""
        if self.is_running and not self.is_stopping and self._source is not None:
            self.is_stopping = True
            self._source.stop()
            self.changed.emit()

    def write_page(self) -> None:
        """Write the tables of what is there so far; `page_written` follows."""
        if self.folder is None:
            return
        if self._process is None or self._source is None or self._source.is_over:
            self._begin(self.folder, FOLLOW, self.standing.methods, is_running=False)
        self._wants_page = True
        assert self._process is not None
        self._process.send({"command": "write"})

    def close(self) -> None:
        """Stop and wait: for the end of the application."""
        self._let_go()
        self.is_running = False

    @property
    def status_text(self) -> str:
        """Say how far the benchmark of this application is; empty without one."""
        standing = self.standing
        if not self.is_running or standing.total is None:
            return "Benchmark: preparing" if self.is_running else ""
        left = standing.seconds_left
        text = f"Benchmark: {standing.done} of {standing.total}"
        return f"{text}, {duration_text(left)} left" if left else text

    @property
    def pid(self) -> int | None:
        """Process id of the child; None without one."""
        return None if self._process is None else self._process.pid

    def _begin(
        self, folder: Path, request: Mapping[str, Any], methods: Sequence[str], *, is_running: bool
    ) -> None:
        self._let_go()
        is_same = folder == self.folder and not is_running
        self.folder, self.is_running, self.is_stopping = folder, is_running, False
        if not is_same:
            self.standing = Standing(methods)
            self.outcome = ""
        source = TrainingThread(folder, partial(self._make, folder, request), is_running, self)
        source.events_arrived.connect(self._take)
        source.run_ended.connect(self._end)
        self._source = source
        if not is_same:
            self.shown_changed.emit()

    def _make(self, folder: Path, request: Mapping[str, Any]) -> BenchmarkProcess:
        self._process = BenchmarkProcess(folder, request)
        return self._process

    def _let_go(self) -> None:
        source, self._source, self._process = self._source, None, None
        if source is not None:
            if not self.is_running:
                source.kill()  # it only reads: nobody has to wait for it
            source.close()
            source.deleteLater()

    def _take(self, events: list[WorkerEvent]) -> None:
        for event in events:
            if isinstance(event, TablesWritten):
                if self._wants_page:
                    self._wants_page = False
                    self.page_written.emit(Path(event.page))
            else:
                self.standing.take(event)
        if not self._news.isActive():
            self._news.start()

    def _end(self, outcome: str, message: str) -> None:
        was_running, self.is_running, self.is_stopping = self.is_running, False, False
        if was_running or outcome == "failed":
            self.outcome = outcome
        if outcome == "failed" and message:
            self.error_raised.emit(display_text(message))
        self._news.stop()
        self.changed.emit()
        if was_running:
            self.run_ended.emit(outcome)
