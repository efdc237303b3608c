"""What takes long to compute about the open folders: once for each state of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from uem_desktop.jobs.job import Job
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.explorer_session import DomainPair, ExplorerSession

Key = tuple[object, ...]
PairKey = tuple[DomainEmbeddings, DomainEmbeddings, int, int]
FoundT = TypeVar("FoundT")


class Study(QObject, Generic[FoundT]):
    """Computes one thing in the background, and keeps it while the folders it tells of are open.

    Attributes:
        found: What is shown; None while it is not known.
        sentence: Why it is not known, where that needs saying.
        share_done: How far the work is, 0..1.
        is_stopped: Whether a person stopped the work, or it failed.

    Signals:
        changed: Anything but `share_done` changed.
        progressed: `share_done` changed.
    """

    changed = Signal()
    progressed = Signal()

    def __init__(
        self,
        session: ExplorerSession,
        runner: JobRunner,
        stopped: str = "",
        parent: QObject | None = None,
    ) -> None:
        """Begin with nothing to show.

        Args:
            session: Says which folders are open.
            runner: Does the work.
            stopped: The sentence for work that a person stopped; needless where none can.
            parent: Qt's owner.
        """
        super().__init__(parent)
        self._session = session
        self._runner = runner
        self._stopped = stopped
        self._job: Job | None = None
        self._work: tuple[Callable[..., FoundT], tuple[Any, ...]] | None = None
        self._key: Key = ()
        self._known: dict[Key, FoundT] = {}
        self.found: FoundT | None = None
        self.sentence = ""
        self.share_done = 0.0
        self.is_stopped = False

    @property
    def is_running(self) -> bool:
        """Whether the work is going on."""
        return self._job is not None

    def show(self, key: Key, function: Callable[..., FoundT], *args: Any) -> None:
        """Show what belongs to a key, computing it unless that was begun already.

        Args:
            key: The domains that it tells of, and whatever else it depends on.
            function: Computes it; gets a `JobContext` first.
            *args: What else the function gets.
        """
        self._work = function, args
        if key != self._key:
            self._turn_to(key)
            if self.found is None:
                self._begin()
            self.changed.emit()

    def show_nothing(self, sentence: str = "") -> None:
        """Show that there is nothing to compute, and why."""
        self._work = None
        self._turn_to(())
        self.sentence = sentence
        self.changed.emit()

    def stop(self) -> None:
        """Stop the work as a person wishes; `go_on` begins it again."""
        if self._job is not None:
            self._end()
            self.is_stopped, self.sentence = True, self._stopped
            self.changed.emit()

    def go_on(self) -> None:
        """Begin again what was stopped or failed."""
        if self.is_stopped:
            self._begin()
            self.changed.emit()

    def cancel(self) -> None:
        """End the work without a word; the same key is begun again when it is shown next."""
        if self._job is not None:
            self._end()
            self._key = ()

    def _turn_to(self, key: Key) -> None:
        self._end()
        self._key = key
        self.found = self._known.get(key)
        self.is_stopped, self.sentence = False, ""

    def _begin(self) -> None:
        assert self._work is not None
        function, args = self._work
        self.is_stopped, self.sentence, self.share_done = False, "", 0.0
        self._job = self._runner.start(
            function,
            *args,
            lane="study",
            on_result=self._take,
            on_error=self._fail,
            on_progress=self._note_progress,
        )

    def _end(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self._job = None

    def _take(self, found: FoundT) -> None:
        self._job = None
        open_now = {domain.embeddings for domain in self._session.domains.values()}
        live = open_now.union(_domains(self._key))
        self._known = {k: v for k, v in self._known.items() if live.issuperset(_domains(k))}
        self._known[self._key] = self.found = found
        self.changed.emit()

    def _fail(self, sentence: str) -> None:
        self._job = None
        self.is_stopped, self.sentence = True, sentence
        self.changed.emit()

    def _note_progress(self, share_done: float) -> None:
        self.share_done = share_done
        self.progressed.emit()


def key_of(pair: DomainPair) -> PairKey:
    """Return what tells a state of two domains from every other one."""
    query, gallery = pair
    return query, gallery, query.ready_count, gallery.ready_count


def _domains(key: Key) -> list[DomainEmbeddings]:
    return [part for part in key if isinstance(part, DomainEmbeddings)]
