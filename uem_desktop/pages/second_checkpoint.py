"""Embeds the two open folders with a second checkpoint; what the explorer shows stays as it is."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from training.data.records import DecodeFailure
from training.data.scanning import FolderScan
from training.progress import Progress
from uem_desktop.jobs.job import Job, JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.domain_loader import DomainLoader
from uem_desktop.retrieval.embedder_protocol import Embedder
from uem_desktop.retrieval.explorer_session import SIDES, DomainPair, ExplorerSession
from uem_desktop.retrieval.project_places import KeptCheckpoint, kept_checkpoint
from uem_desktop.retrieval.second_encoder import EmbeddedFolders, embed_with

STOPPED = "Stopped; what is embedded so far is kept."


class SecondCheckpoint(QObject):
    """One further checkpoint for the folders that are open, and how far it is.

    The explorer goes first: while it embeds, the second checkpoint waits, and goes on by itself.
    Swapping the domains costs nothing. A folder that is opened or read again is embedded when
    `update` is called, which whoever shows the result does.

    Attributes:
        spec: What was asked for; empty for nothing.
        embedded: Folders with the embeddings of the checkpoint; None while they are not known.
        progress: How far the embedding is; None before the first image.
        sentence: Why there are no embeddings, where that needs saying.
        is_stopped: Whether a person stopped the work, or it failed.
        is_put_off: Whether nothing begins before somebody calls `update`.

    Signals:
        changed: Anything but `progress` changed.
        progressed: `progress` changed.
    """

    changed = Signal()
    progressed = Signal()

    def __init__(
        self,
        session: ExplorerSession,
        loader: DomainLoader,
        runner: JobRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._loader = loader
        self._runner = runner
        self._job: Job | None = None
        self._embedder: Embedder | None = None
        self._restored: str | KeptCheckpoint = ""
        self._scans: tuple[FolderScan, ...] = ()
        self.is_put_off = False
        self.spec = ""
        self.embedded: EmbeddedFolders | None = None
        self.progress: Progress | None = None
        self.sentence = ""
        self.is_stopped = False
        loader.status_changed.connect(self._give_way_or_go_on)
        loader.embedding_ended.connect(self._give_way_or_go_on)

    @property
    def is_running(self) -> bool:
        """Whether the folders are being embedded."""
        return self._job is not None

    @property
    def share_done(self) -> float | None:
        """How far the embedding is, 0..1; None where that is not known."""
        progress = self.progress
        return progress.done / progress.total if progress and progress.total else None

    @property
    def is_waiting(self) -> bool:
        """Whether the work begins once the explorer has embedded its own."""
        is_wanted = bool(self.spec) and not (self.is_stopped or self.is_put_off)
        is_idle = self._job is None and not self.is_known
        return is_wanted and is_idle and self._session.has_both_domains

    @property
    def kept(self) -> str | KeptCheckpoint:
        """What was asked for, as a project keeps it."""
        if self.embedded is not None:
            return kept_checkpoint(self.spec, self.embedded.checkpoint.fingerprint)
        return (
            self._restored if _spec_of(self._restored) == self.spec else kept_checkpoint(self.spec)
        )

    @property
    def has_failed(self) -> bool:
        """Whether there are no embeddings for another reason than that a person stopped."""
        return self.is_stopped and self.sentence != STOPPED

    @property
    def is_known(self) -> bool:
        """Whether both folders, as they are now, are embedded with this checkpoint."""
        return self.pair() is not None

    def pair(self) -> DomainPair | None:
        """Return query and gallery domain with its embeddings; None while either has none."""
        domains, embedded = self._session.domains, self.embedded
        if len(domains) < len(SIDES) or embedded is None:
            return None
        query, gallery = (embedded.of(domains[side].scan) for side in SIDES)
        return (query, gallery) if query is not None and gallery is not None else None

    def ask(self, spec: str, *, is_put_off: bool = False) -> None:
        """Embed with this checkpoint.

        Args:
            spec: A file or a name; an empty text for none.
            is_put_off: Begin when `update` is called next, and not now.
        """
        if spec != self.spec:
            self._cancel()
            self._forget()
            self.spec, self.is_put_off = spec, is_put_off
            self.changed.emit()
        if not is_put_off:
            self.update()

    def restore(self, kept: str | KeptCheckpoint) -> None:
        """Ask for what was `kept`, once `update` is called."""
        self._restored = kept
        self.ask(_spec_of(kept), is_put_off=True)

    def update(self) -> None:
        """Embed the two folders as they are now, where they are others than those embedded."""
        before = self.is_waiting, self.embedded
        self.is_put_off = False
        scans = self._scans_now()
        if not self.spec or len(scans) < len(SIDES) or self.is_known or self.is_stopped:
            return
        if self._job is not None and set(map(id, scans)) == set(map(id, self._scans)):
            return
        self._cancel()
        self._forget()
        if self._is_our_turn:
            self._start(scans)
        if self.is_running or before != (self.is_waiting, self.embedded):
            self.changed.emit()

    def cancel(self) -> None:
        """Stop; what is embedded is kept, and `go_on` goes on from there."""
        if self._job is not None or self.is_waiting:
            self._cancel()
            self.is_stopped, self.sentence = True, STOPPED
            self.changed.emit()

    def go_on(self) -> None:
        """Go on after a cancel or an error."""
        self.is_stopped, self.sentence = False, ""
        self.update()

    def close(self) -> None:
        """Stop the work and end the encoder's process, now."""
        self._cancel()
        if self._embedder is not None:
            self._embedder.close()

    # ---- the work

    @property
    def _is_our_turn(self) -> bool:
        return self._session.is_complete and not self._loader.status.is_busy

    def _start(self, scans: tuple[FolderScan, ...]) -> None:
        failures = [f for d in self._session.domains.values() for f in d.embeddings.failures]
        self._scans, self._embedder = scans, self._loader.make_embedder(self.spec)
        self._job = self._runner.start(
            _embed,
            self.spec,
            scans,
            self._embedder,
            self._loader.precision,
            failures,
            lane="accelerator",
            on_result=self._take,
            on_error=self._fail,
            on_progress=self._note_progress,
        )

    def _take(self, embedded: EmbeddedFolders) -> None:
        self._job = None
        self.embedded, self.sentence = embedded, embedded.warning or ""
        self.changed.emit()

    def _fail(self, sentence: str) -> None:
        self._job = None
        self.is_stopped, self.sentence = True, sentence
        self.changed.emit()

    def _note_progress(self, progress: Progress) -> None:
        if self._job is not None:
            self.progress = progress
            self.progressed.emit()

    def _give_way_or_go_on(self, _: object = None) -> None:
        """Let the explorer embed first."""
        if self._job is not None and self._loader.status.is_busy:
            self._cancel()
            self.changed.emit()
        elif self.is_waiting and self._is_our_turn:
            self.update()

    def _scans_now(self) -> tuple[FolderScan, ...]:
        return tuple(domain.scan for domain in self._session.domains.values())

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self._job = None

    def _forget(self) -> None:
        self.embedded, self.progress = None, None
        self.is_stopped, self.sentence = False, ""


def _spec_of(kept: str | KeptCheckpoint) -> str:
    return str(kept.path) if isinstance(kept, KeptCheckpoint) else kept


def _embed(
    context: JobContext,
    spec: str,
    scans: tuple[FolderScan, ...],
    embedder: Embedder,
    precision: str,
    failures: list[DecodeFailure],
) -> EmbeddedFolders:
    return embed_with(
        spec,
        scans,
        embedder,
        precision=precision,
        unreadable=failures,
        on_progress=context.report,
        should_stop=context.should_stop,
    )
