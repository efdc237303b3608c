"""A run that is looked at: what its thread told, gathered for the page."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from training.events import Event, PinnedRanked, RunStarted
from uem_desktop.jobs.training_thread import TrainingThread
from uem_desktop.retrieval.pinned_history import PinnedHistory
from uem_desktop.retrieval.run_curves import RunCurves
from uem_desktop.retrieval.runs import RunState, read_domains

_NEWS_MS = 200
_TURN_S = 0.006
_SLICE = 20


class WatchedRun(QObject):
    """One run with its thread, which trains it or follows it.

    Attributes:
        path: The folder of the run.
        source: Where the events come from.
        curves: Everything that is plotted, the progress and the checkpoints.
        pinned: How pinned queries were ranked.
        domains: The folders of domain A and B, where the settings tell.
        message: What the run said at its end.

    Signals:
        changed: Events have arrived; a few times a second at most, as fast as people read.
        ended: The run is over, or cannot be followed any more.
    """

    changed = Signal()
    ended = Signal()

    def __init__(
        self, path: Path, source: TrainingThread, state: RunState, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.path = path
        self.source = source
        self.domains = read_domains(path)
        self.curves = RunCurves()
        self.pinned = PinnedHistory(*self.domains)
        self.message = ""
        self._known_state = state
        self._outcome = ""
        self._is_stopping = False
        self._waiting: deque[Event] = deque()
        self._end: tuple[str, str] | None = None
        self._turns = QTimer(self)
        self._turns.setInterval(0)
        self._turns.timeout.connect(self._take_turn)
        self._is_news = False
        self._news = QTimer(self)
        self._news.setSingleShot(True)
        self._news.setInterval(_NEWS_MS)
        self._news.timeout.connect(self._tell_news)
        source.events_arrived.connect(self._take_events)
        source.run_ended.connect(self._take_end)

    @property
    def is_own(self) -> bool:
        """Whether this application trains the run and can pause and stop it."""
        return self.source.is_own and not self.source.is_over

    @property
    def is_stopping(self) -> bool:
        """Whether a person asked it to stop and it has not yet."""
        return self._is_stopping and self.is_own

    @property
    def state(self) -> RunState:
        """Where the run stands."""
        if self.is_own:
            return RunState.PAUSED if self.curves.is_paused else RunState.RUNNING
        outcome = self._outcome or (self.curves.ended.outcome if self.curves.ended else "")
        if outcome:
            words = {"finished": RunState.FINISHED, "stopped": RunState.STOPPED}
            return words.get(outcome, RunState.FAILED)
        if self._known_state.is_live:
            return RunState.PAUSED if self.curves.is_paused else RunState.RUNNING
        return self._known_state

    def know_state(self, state: RunState) -> None:
        """Take what the folder tells of a run that somebody else trains."""
        if state is not self._known_state:
            self._known_state = state
            self.changed.emit()

    @property
    def started(self) -> RunStarted | None:
        """How it was started or continued last; None before that."""
        return self.curves.started

    def pause(self) -> None:
        """Ask it to save and wait."""
        self.source.pause()

    def go_on(self) -> None:
        """Ask it to go on after a pause."""
        self.source.go_on()

    def stop(self) -> None:
        """Ask it to save and end."""
        self._is_stopping = True
        self.source.stop()
        self.changed.emit()

    def pin(self, queries: Sequence[Path]) -> None:
        """Rank these queries from now on; those that belong to neither domain are left out."""
        named = [(name, path) for path in queries if (name := self.domain_of(path))]
        self.source.pin(named)

    def domain_of(self, path: Path) -> str:
        """Return ``"a"`` or ``"b"`` for an image of the run, an empty text for another."""
        for name, folder in zip("ab", self.domains, strict=True):
            if folder is not None and path.is_relative_to(folder):
                return name
        return ""

    def close(self) -> bool:
        """Stop the run, or stop following, and wait.

        Returns:
            Whether a run of this application could save its checkpoint.
        """
        self._turns.stop()
        self._news.stop()
        return self.source.close()

    def _take_events(self, events: Sequence[Event]) -> None:
        self._waiting.extend(events)
        self._take_turn()

    def _take_turn(self) -> None:
        """Take in what has come, but return to the event loop soon."""
        until = time.perf_counter() + _TURN_S
        while self._waiting and time.perf_counter() < until:
            for _ in range(min(_SLICE, len(self._waiting))):
                event = self._waiting.popleft()
                self.curves.add(event)
                if isinstance(event, PinnedRanked):
                    self.pinned.add(event)
                self._is_news = True
        if self._waiting:
            self._turns.start()
            return
        self._turns.stop()
        if self._end is not None:
            self._finish(*self._end)
        elif not self._news.isActive():
            self._tell_news()

    def _tell_news(self) -> None:
        if self._is_news:
            self._is_news = False
            self._news.start()
            self.changed.emit()

    def _take_end(self, outcome: str, message: str) -> None:
        self._end = outcome, message
        self._take_turn()

    def _finish(self, outcome: str, message: str) -> None:
        self._end = None
        self._outcome, self.message = outcome, message
        self._is_news = False
        self._news.stop()
        self.ended.emit()
