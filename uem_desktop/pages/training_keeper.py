"""Starts, watches and ends runs; the page shows what is kept here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from training.data.decided_pairs import DecidedPairs
from training.errors import UserError
from training.run_folder import RunFolder
from uem_desktop.jobs.job import Job, JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.jobs.training_thread import TrainingThread
from uem_desktop.pages.watched_run import WatchedRun
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.known_runs import KnownRuns
from uem_desktop.retrieval.run_draft import RunDraft
from uem_desktop.retrieval.runs import RunState, RunSummary, summarise
from uem_desktop.retrieval.training_pairs import training_pairs

MAX_PINNED = 8


class TrainingKeeper(QObject):
    """One run of this application at most, one more that is looked at, and the list of all.

    Attributes:
        known: The list on disk.
        summaries: The list as it was read last.
        pinned: Queries that a person pinned, the first one first.
        project: The project whose decisions a run may use; None while none is open.
        command: What is started in place of ``python -m training``; None for that.

    Signals:
        runs_changed: `summaries` were read again.
        shown_changed: `shown` is another run, or none.
        own_changed: `own` is another run, or none.
        own_ended(WatchedRun): The run of this application is over.
        pins_changed: `pinned` are others.
        error_raised(str): One sentence.
    """

    runs_changed = Signal()
    shown_changed = Signal()
    own_changed = Signal()
    own_ended = Signal(object)
    pins_changed = Signal()
    error_raised = Signal(str)

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._job: Job | None = None
        self._is_stale = False
        self._ended: set[Path] = set()
        self.known = KnownRuns()
        self.summaries: list[RunSummary] = []
        self.pinned: tuple[Path, ...] = ()
        self.project: Path | None = None
        self.command: Sequence[str] | None = None
        self.own: WatchedRun | None = None
        self.shown: WatchedRun | None = None

    # ---- runs of this application

    def start(self, draft: RunDraft) -> None:
        """Write the settings of a new run and train it, with decisions where it is to use them."""
        if draft.config.run.use_decisions and self.project is not None:
            self._runner.start(
                _read_pairs,
                self.project,
                on_result=partial(self._start, draft),
                on_error=self.error_raised.emit,
            )
        else:
            self._start(draft, None)

    def _start(self, draft: RunDraft, pairs: DecidedPairs | None) -> None:
        folder = RunFolder(draft.run_path)
        try:
            folder.create(draft.config, pairs)
        except UserError as error:
            self.error_raised.emit(str(error))
            return
        self._train(folder.path, resume=False)

    def resume(self, path: Path) -> None:
        """Go on with a run that was stopped, killed or broke off."""
        self._train(path, resume=True)

    def pause_or_go_on(self) -> None:
        """Let the run of this application wait, or go on."""
        if self.own is None:
            return
        if self.own.state is RunState.PAUSED:
            self.own.go_on()
        else:
            self.own.pause()

    def stop(self) -> None:
        """Let the run of this application save and end."""
        if self.own is not None and not self.own.is_stopping:
            self.own.stop()

    def _train(self, path: Path, *, resume: bool) -> None:
        if self.own is not None:
            self.error_raised.emit(
                f"One run at a time: {display_text(self.own.path.name)} is going on. Stop it first."
            )
            return
        if self.shown is not None and self.shown.path == path:
            self._let_go(self.shown)
        thread = TrainingThread.training(path, resume, command=self.command, parent=self)
        run = WatchedRun(path, thread, RunState.RUNNING, self)
        run.ended.connect(self._end_own)
        self.own = run
        self._ended.discard(path)
        self.known.add(path)
        if self.pinned:
            run.pin(self.pinned)
        self.own_changed.emit()
        self._show(run)
        self.refresh()

    def _end_own(self) -> None:
        run, self.own = self.own, None
        if run is None:
            return
        self._ended.add(run.path)
        if run.state is RunState.FAILED and run.message:
            self.error_raised.emit(run.message)
        self.own_changed.emit()
        self.own_ended.emit(run)
        if run is not self.shown:
            self._let_go(run)
        self.refresh()

    # ---- looking at runs

    def show(self, path: Path | None) -> None:
        """Look at a run, live where a process trains it; None for none."""
        if self.shown is not None and path == self.shown.path:
            return
        if path is None:
            self._show(None)
        elif self.own is not None and self.own.path == path:
            self._show(self.own)
        else:
            state = next((run.state for run in self.summaries if run.path == path), None)
            known = summarise(path).state if state is None else state
            self._show(WatchedRun(path, TrainingThread.following(path, parent=self), known, self))

    def follow(self, path: Path) -> None:
        """Put a run of somebody else on the list and look at it."""
        if not RunFolder(path).is_run:
            self.error_raised.emit(
                f"{display_text(path)} is not the folder of a run: it holds no config.toml."
            )
            return
        self.known.add(path)
        self.refresh()
        self.show(path)

    def remove(self, path: Path) -> None:
        """Take a run off the list; its files stay."""
        if self.own is not None and self.own.path == path:
            self.error_raised.emit("This run is going on; stop it before it leaves the list.")
            return
        self.known.remove(path)
        if self.shown is not None and self.shown.path == path:
            self._show(None)
        self.refresh()

    def refresh(self) -> None:
        """Read the list again, soon."""
        if self._job is not None:
            self._is_stale = True
            return
        own = self.own.path if self.own is not None else None
        self._job = self._runner.start(
            _read_list,
            self.known,
            own,
            frozenset(self._ended),
            on_result=self._take_list,
            on_error=self._fail_list,
            on_cancelled=self._fail_list,
        )

    def _show(self, run: WatchedRun | None) -> None:
        before, self.shown = self.shown, run
        self.shown_changed.emit()
        if before is not None and before is not run and before is not self.own:
            self._let_go(before)

    def _let_go(self, run: WatchedRun) -> None:
        if run is self.shown:
            self.shown = None
        run.close()
        run.source.deleteLater()
        run.deleteLater()

    def _take_list(self, summaries: list[RunSummary]) -> None:
        self._job = None
        self.summaries = summaries
        self.runs_changed.emit()
        self._update_shown()
        if self._is_stale:
            self._is_stale = False
            self.refresh()

    def _update_shown(self) -> None:
        """Tell a run that somebody else trains what its folder says; follow one that goes on."""
        shown = self.shown
        if shown is None or shown is self.own:
            return
        state = next((run.state for run in self.summaries if run.path == shown.path), None)
        if state is not None and state.is_live and shown.source.is_over:
            self._let_go(shown)
            self.show(shown.path)
        elif state is not None:
            shown.know_state(state)

    def _fail_list(self, sentence: str = "") -> None:
        self._job = None
        if sentence:
            self.error_raised.emit(sentence)

    # ---- pinned queries

    def pin(self, paths: Sequence[Path]) -> None:
        """Pin queries, or unpin them where all of them are pinned."""
        chosen = list(dict.fromkeys(paths))
        if chosen and all(path in self.pinned for path in chosen):
            self.set_pinned([path for path in self.pinned if path not in chosen])
            return
        wanted = list(dict.fromkeys([*self.pinned, *chosen]))
        if len(wanted) > MAX_PINNED:
            self.error_raised.emit(
                f"At most {MAX_PINNED} queries can be pinned; unpin one to pin another."
            )
        self.set_pinned(wanted[:MAX_PINNED])

    def set_pinned(self, paths: Sequence[Path]) -> None:
        """Pin exactly these queries."""
        if tuple(paths) == self.pinned:
            return
        self.pinned = tuple(paths)
        if self.own is not None:
            self.own.pin(self.pinned)
        self.pins_changed.emit()

    def close(self) -> None:
        """Stop the run, which saves its checkpoint, and all looking on."""
        for run in {self.own, self.shown} - {None}:
            assert run is not None
            run.close()
        self.own = self.shown = None


def _read_list(
    context: JobContext, known: KnownRuns, own: Path | None, ended: frozenset[Path]
) -> list[RunSummary]:
    return known.summaries(own, ended)


def _read_pairs(context: JobContext, project: Path) -> DecidedPairs:
    return training_pairs(project)
