"""Brings folders and checkpoints in: scan, what is stored, then the encoder for the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, Signal

from training.data.scanning import FolderScan
from uem_desktop.jobs.job import Job
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages import embedding_work as work
from uem_desktop.pages.checkpoint_switch import CheckpointSwitch
from uem_desktop.pages.embedding_work import (
    CheckedCheckpoint,
    EmbeddingTask,
    EncoderReady,
    LoadingStatus,
    Phase,
)
from uem_desktop.pages.folder_scans import FolderScans
from uem_desktop.retrieval.domain import DomainEmbeddings, EmbeddedChunk
from uem_desktop.retrieval.embedder_protocol import EmbeddedImages, Embedder
from uem_desktop.retrieval.explorer_session import SIDES, ExplorerSession, Side

MakeEmbedder = Callable[[str, str], Embedder]


class DomainLoader(QObject):
    """Fills the session's domains and says how far it is.

    Signals:
        domain_scanned(str): A side has a new folder; nothing of it need be embedded yet.
        folder_failed(str, str): A side's folder could not be read, and why.
        rows_embedded(str): More rows of a side are embedded.
        embedding_ended: Nothing is left to embed, or the work was stopped.
        checkpoint_changed: The session has another checkpoint.
        encoder_started: `encoder` says on which device the encoder runs.
        status_changed(LoadingStatus): For the status bar.
        error_raised(str): One sentence.
    """

    domain_scanned = Signal(str)
    folder_failed = Signal(str, str)
    rows_embedded = Signal(str)
    embedding_ended = Signal()
    checkpoint_changed = Signal()
    encoder_started = Signal()
    status_changed = Signal(object)
    error_raised = Signal(str)

    def __init__(
        self,
        session: ExplorerSession,
        runner: JobRunner,
        make_embedder: MakeEmbedder,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner
        self._make_embedder = make_embedder
        self._embedder: Embedder | None = None
        self._scans = FolderScans(runner, self)
        self._switch = CheckpointSwitch(runner, self)
        self._stored_jobs: list[Job] = []
        self._embed_job: Job | None = None
        self._is_stopped_by_person = False
        self.checkpoint_spec = "pretrained"
        self.device = "auto"
        self.precision = "float32"
        self.encoder: EncoderReady | None = None
        self.status = LoadingStatus()
        runner.job_ended.connect(self._embed_after_stored)
        self._scans.scanned.connect(self._take_scan)
        self._scans.failed.connect(self._fail_scan)
        self._switch.accepted.connect(self._take_checkpoint)
        self._switch.refused.connect(self._keep_checkpoint)
        self._switch.dropped.connect(self._keep_checkpoint)

    # ---- folders

    def open_folder(self, side: Side, folder: Path) -> None:
        """Scan a folder and make it one side's domain."""
        self._is_stopped_by_person = False
        self._set_status(LoadingStatus(Phase.SCANNING, side))
        self._scans.start(side, folder)

    def rescan(self) -> None:
        """Read both folders again: new, changed and mended files."""
        for side in SIDES:
            if domain := self._session.domains.get(side):
                self.open_folder(side, domain.scan.folder)

    def close_folders(self) -> None:
        """Stop all work and leave both sides empty."""
        for side in SIDES:
            self._scans.drop(side)
            self._session.remove_domain(side)
        self._switch.cancel()
        self._pause_embedding()
        self._is_stopped_by_person = False
        self._set_status(LoadingStatus())

    def swap(self) -> None:
        """Change the sides of the domains, also of folders that are still being read."""
        self._session.swap()
        self._scans.swap()

    def _take_scan(self, side: Side, scan: FolderScan) -> None:
        self._pause_embedding()
        self._session.set_domain(side, scan)
        self._set_status(self._idle_status())
        self.domain_scanned.emit(side)
        self._load_stored([side])

    def _fail_scan(self, side: Side, sentence: str) -> None:
        self._set_status(self._idle_status())
        self.folder_failed.emit(side, sentence)
        self.error_raised.emit(sentence)
        self.start_embedding()

    # ---- checkpoint and device

    def load_checkpoint(self, spec: str) -> None:
        """Use another checkpoint: a file or a name such as `pretrained`.

        A file has to load before it takes the place of a checkpoint that works: one that does not
        fit changes nothing.
        """
        session = self._session
        known = session.checkpoint
        is_tried = known is not None and bool(session.domains) and Path(spec).is_file()
        if is_tried and not self._is_embedding:
            self._set_status(LoadingStatus(Phase.CHECKING))
        self._switch.start(
            spec,
            partial(self._make_embedder, spec, self.device) if is_tried else None,
            known.fingerprint if known else None,
        )

    def set_device(self, name: str) -> None:
        """Run the encoder on another device from now on."""
        if name == self.device:
            return
        self.device = name
        self._is_stopped_by_person = False
        self._drop_embedder()
        self.start_embedding()

    def re_embed(self) -> None:
        """Embed both domains again from the files that changed."""
        self._is_stopped_by_person = False
        self._pause_embedding()
        self.rescan()

    def _take_checkpoint(self, checked: CheckedCheckpoint) -> None:
        self._is_stopped_by_person = False
        self._drop_embedder()
        self._embedder = checked.embedder
        self.checkpoint_spec = checked.spec
        self._session.set_checkpoint(checked.info)
        if checked.encoder is not None:
            self.precision = checked.encoder.precision
            self.encoder = checked.encoder
            self.encoder_started.emit()
        self._set_status(self._idle_status())
        self.checkpoint_changed.emit()
        self._load_stored(list(self._session.domains))

    def _keep_checkpoint(self, sentence: str = "") -> None:
        """Go on with the checkpoint before."""
        if self.status.phase is Phase.CHECKING:
            self._set_status(self._idle_status())
        if sentence:
            self.error_raised.emit(sentence)
        domains = self._session.domains
        self._load_stored([s for s, domain in domains.items() if not domain.embeddings.ready_count])
        if self._open_tasks():
            self.start_embedding()

    def _drop_embedder(self) -> None:
        self._pause_embedding()
        embedder, self._embedder = self._embedder, None
        self.encoder = None
        if embedder is not None:
            self._runner.start(work.close_embedder, embedder)

    # ---- what the store has

    def _load_stored(self, sides: Sequence[Side]) -> None:
        checkpoint = self._session.checkpoint
        if checkpoint is None or self._switch.is_running:
            return
        for side in sides:
            embeddings = self._session.domains[side].embeddings
            job = self._runner.start(
                work.load_stored_rows,
                embeddings,
                checkpoint,
                self.precision,
                on_result=partial(self._take_rows, embeddings),
                on_error=self.error_raised.emit,
            )
            self._stored_jobs.append(job)

    def _embed_after_stored(self, ended: Job) -> None:
        if ended in self._stored_jobs:
            self._stored_jobs.remove(ended)
            self.start_embedding()

    def _take_rows(self, embeddings: DomainEmbeddings, chunk: EmbeddedChunk) -> None:
        if side := self._session.apply(embeddings, chunk):
            self.rows_embedded.emit(side)

    # ---- the encoder

    def start_embedding(self) -> None:
        """Embed what is missing, unless that runs already or was stopped."""
        is_loading = bool(self._stored_jobs or self._scans.sides or self._switch.is_running)
        if self._is_embedding or is_loading:
            return
        tasks = self._open_tasks()
        if not tasks or self._session.checkpoint is None:
            self._set_status(LoadingStatus())
            self.embedding_ended.emit()
            return
        if self._is_stopped_by_person:
            self._set_status(LoadingStatus(Phase.STOPPED))
            return
        self._set_status(LoadingStatus(Phase.STARTING))
        self._embed_job = self._runner.start(
            work.embed_tasks,
            self.ready_embedder(),
            tasks,
            lane="accelerator",
            on_item=self._take_item,
            on_result=self._end_embedding,
            on_error=self._fail_embedding,
            on_cancelled=self._confirm_stopped,
        )

    def cancel(self) -> None:
        """Stop all work; what is done is kept and `resume` goes on from there."""
        self._is_stopped_by_person = True
        self._switch.cancel()
        for side in self._scans.sides:
            self._scans.drop(side)
            self.folder_failed.emit(side, "")
        if self._is_embedding and self._embed_job is not None:
            self._embed_job.cancel()
            self._set_status(LoadingStatus(Phase.STOPPING, self.status.side, self.status.progress))
        else:
            self._set_status(self._idle_status())
            self.embedding_ended.emit()

    def resume(self) -> None:
        """Go on after a cancel or an error."""
        self._is_stopped_by_person = False
        self.start_embedding()

    def embed_images(
        self,
        paths: Sequence[Path],
        on_result: Callable[[EmbeddedImages], None],
        on_error: Callable[[str], None],
        on_cancelled: Callable[[], None],
    ) -> None:
        """Embed some images now, between the batches of the domains."""
        self._runner.start(
            work.embed_images,
            self.ready_embedder(),
            list(paths),
            on_result=partial(self._take_images, on_result),
            on_error=on_error,
            on_cancelled=on_cancelled,
        )

    def ready_embedder(self) -> Embedder:
        """Return what embeds with the checkpoint in use."""
        if self._embedder is None:
            self._embedder = self._make_embedder(self.checkpoint_spec, self.device)
        return self._embedder

    def make_embedder(self, spec: str) -> Embedder:
        """Make an embedder of another checkpoint, on the device in use."""
        return self._make_embedder(spec, self.device)

    def warm_up(self) -> None:
        """Start the encoder in the background, so that the first dropped image need not wait."""
        if self.encoder is None and self._session.checkpoint is not None:
            self._runner.start(
                work.warm_up,
                self.ready_embedder(),
                on_result=self._take_encoder,
                on_error=self.error_raised.emit,
            )

    def close(self) -> None:
        """Stop and end the encoder's process."""
        self._pause_embedding()
        self._switch.close()
        if self._embedder is not None:
            self._embedder.close()

    @property
    def _is_embedding(self) -> bool:
        return self._embed_job is not None and not self._embed_job.is_over

    def _open_tasks(self) -> list[EmbeddingTask]:
        tasks = []
        for side in SIDES:
            domain = self._session.domains.get(side)
            if domain is not None and (records := domain.pending_records()):
                tasks.append(EmbeddingTask(domain.embeddings, tuple(records), domain.scan.folder))
        return tasks

    def _pause_embedding(self) -> None:
        if self._embed_job is not None and not self._embed_job.is_over:
            self._embed_job.cancel()
        self._embed_job = None

    def _take_item(self, item: object) -> None:
        if isinstance(item, EncoderReady):
            self._take_encoder(item)
            return
        embeddings, chunk = cast("tuple[DomainEmbeddings, EmbeddedChunk]", item)
        side = self._session.apply(embeddings, chunk)
        if side is None:
            return
        is_stopping = self.status.phase is Phase.STOPPING
        phase = Phase.STOPPING if is_stopping else Phase.EMBEDDING
        self._set_status(LoadingStatus(phase, side, chunk.progress))
        self.rows_embedded.emit(side)

    def _take_encoder(self, ready: EncoderReady) -> None:
        self.encoder = ready
        self.encoder_started.emit()
        if ready.precision != self.precision:
            self.precision = ready.precision
            self._pause_embedding()
            self._session.forget_embeddings()
            for side in list(self._session.domains):
                self.domain_scanned.emit(side)
            self._load_stored(list(self._session.domains))

    def _take_images(
        self,
        on_result: Callable[[EmbeddedImages], None],
        answer: tuple[EncoderReady, EmbeddedImages],
    ) -> None:
        ready, images = answer
        self._take_encoder(ready)
        on_result(images)

    def _end_embedding(self, warning: str | None) -> None:
        self._embed_job = None
        if warning:
            self.error_raised.emit(warning)
        self._set_status(LoadingStatus())
        self.embedding_ended.emit()

    def _fail_embedding(self, sentence: str) -> None:
        self._is_stopped_by_person = True
        self._embed_job = None
        self._set_status(LoadingStatus(Phase.FAILED, self.status.side, self.status.progress))
        self.error_raised.emit(sentence)
        self.embedding_ended.emit()

    def _confirm_stopped(self) -> None:
        if self._is_embedding:
            return
        self._embed_job = None
        if self._is_stopped_by_person:
            self._set_status(LoadingStatus(Phase.STOPPED, self.status.side, self.status.progress))
            self.embedding_ended.emit()

    def _idle_status(self) -> LoadingStatus:
        """Return what to show when nothing is embedded: stopped, if something is left to do."""
        if self._scans.sides:
            return LoadingStatus(Phase.SCANNING, self._scans.sides[0])
        is_stopped = self._is_stopped_by_person and bool(self._open_tasks())
        return LoadingStatus(Phase.STOPPED if is_stopped else Phase.IDLE)

    def _set_status(self, status: LoadingStatus) -> None:
        self.status = status
        self.status_changed.emit(status)
