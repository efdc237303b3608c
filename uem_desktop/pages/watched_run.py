"""A run that is looked at: what its thread told, gathered for the page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from training.events import Event, PinnedRanked, RunStarted
from uem_desktop.jobs.training_thread import TrainingThread
from uem_desktop.retrieval.pinned_history import PinnedHistory
from uem_desktop.retrieval.run_curves import RunCurves
from uem_desktop.retrieval.runs import RunState, read_domains


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
        changed: Events have arrived.
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
        return self.source.close()

    def _take_events(self, events: Sequence[Event]) -> None:
        for event in events:
            self.curves.add(event)
            if isinstance(event, PinnedRanked):
                self.pinned.add(event)
        self.changed.emit()

    def _take_end(self, outcome: str, message: str) -> None:
        self._outcome, self.message = outcome, message
        self.ended.emit()
