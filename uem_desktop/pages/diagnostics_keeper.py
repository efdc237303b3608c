"""What needs no categories, computed while its view is looked at."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from uem_desktop.jobs.job import Job, JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.prototype_keeper import PrototypeKeeper
from uem_desktop.retrieval.diagnostic_words import finding
from uem_desktop.retrieval.diagnostics import Part, diagnose_images, occupancy_of
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.explorer_session import ExplorerSession
from uem_desktop.retrieval.mismatches import Mismatches

_Key = tuple[Mismatches, DomainEmbeddings, DomainEmbeddings]

STOPPED = "Stopped; what is missing is not known yet."


class DiagnosticsKeeper(QObject):
    """Keeps the parts of the direction that is shown; they come one after the other.

    Attributes:
        found: The matches that they were made from; None before the first time.
        parts: By name, what is known.
        share_done: How far the work is, 0..1.
        sentence: Why something is missing, where that needs saying.

    Signals:
        parts_changed: Another part is known, or none is any more.
        progressed: `share_done` or `is_running` changed.
    """

    parts_changed = Signal()
    progressed = Signal()

    def __init__(
        self,
        session: ExplorerSession,
        prototypes: PrototypeKeeper,
        runner: JobRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._prototypes = prototypes
        self._runner = runner
        self._job: Job | None = None
        self._key: _Key | None = None
        self.found: Mismatches | None = None
        self.parts: dict[str, Part] = {}
        self.share_done = 0.0
        self.sentence = ""
        prototypes.changed.connect(self._take_prototypes)

    @property
    def is_running(self) -> bool:
        """Whether something is being computed."""
        return self._job is not None

    @property
    def is_stopped(self) -> bool:
        """Whether a person stopped the work, or it failed."""
        return self._job is None and bool(self.sentence)

    def update(self, found: Mismatches | None) -> None:
        """Compute what belongs to these matches, unless that is known."""
        domains = [self._session.domains.get(side) for side in ("query", "gallery")]
        if found is None or domains[0] is None or domains[1] is None:
            return
        key = (found, domains[0].embeddings, domains[1].embeddings)
        if key != self._key:
            self.stop()
            self._key, self.found, self.parts = key, found, {}
            self._start()

    def stop(self) -> None:
        """Stop the work; what is known stays, and `go_on` begins the rest again."""
        if self._job is not None:
            self._job.cancel()
            self._job, self.sentence = None, STOPPED
            self.progressed.emit()

    def go_on(self) -> None:
        """Begin again what was stopped or failed."""
        if self._key is not None and self._job is None:
            self._start()

    def _start(self) -> None:
        assert self._key is not None
        self.share_done, self.sentence = 0.0, ""
        self._job = self._runner.start(
            _diagnose,
            *self._key,
            lane="study",
            on_result=self._finish,
            on_item=self._take,
            on_error=self._fail,
            on_progress=self._note_progress,
        )
        self._prototypes.ask()
        self._take_prototypes()
        self.parts_changed.emit()
        self.progressed.emit()

    def _take_prototypes(self) -> None:
        """Count on the prototypes that all pages share, once they are there."""
        found = self._prototypes.found
        if self._key is None:
            return
        if found is None or (found.query, found.gallery) != self._key[1:]:
            if self._prototypes.reason:
                self._show_sentence(self._prototypes.reason)
            return
        part = occupancy_of(found)
        self.parts[finding(part).name] = part
        self.parts_changed.emit()

    def _take(self, item: tuple[Mismatches, Part]) -> None:
        found, part = item
        if found is self.found:
            self.parts[finding(part).name] = part
            self.parts_changed.emit()

    def _finish(self, _: object) -> None:
        self._job = None
        self.progressed.emit()

    def _fail(self, sentence: str) -> None:
        self._job = None
        self._show_sentence(sentence)

    def _show_sentence(self, sentence: str) -> None:
        self.sentence = sentence
        self.progressed.emit()

    def _note_progress(self, share_done: float) -> None:
        self.share_done = share_done
        self.progressed.emit()


def _diagnose(
    context: JobContext, found: Mismatches, query: DomainEmbeddings, gallery: DomainEmbeddings
) -> None:
    diagnose_images(
        found,
        query,
        gallery,
        on_part=lambda part: context.emit((found, part)),
        on_progress=context.report,
        should_stop=context.should_stop,
    )
