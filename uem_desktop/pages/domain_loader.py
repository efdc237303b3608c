"""Brings folders and checkpoints in: scan, what is stored, then the encoder for the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, Signal

from training.checkpoint_info import CheckpointInfo
from training.data.scanning import FolderScan
from uem_desktop.jobs.job import Job
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages import embedding_work as work
from uem_desktop.pages.embedding_work import EmbeddingTask, EncoderReady, LoadingStatus, Phase
from uem_desktop.retrieval.domain import DomainEmbeddings, EmbeddedChunk
from uem_desktop.retrieval.embedder import EmbeddedImages, Embedder
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
        self._scan_jobs: dict[Side, Job] = {}
        self._checkpoint_job: Job | None = None
        self._stored_jobs: list[Job] = []
        self._embed_job: Job | None = None
        self._is_stopped_by_person = False
        self.checkpoint_spec = "pretrained"
        self.device = "auto"
        self.precision = "float32"
        self.encoder: EncoderReady | None = None
        self.status = LoadingStatus()
        runner.job_ended.connect(self._embed_after_stored)

    # ---- folders

    def open_folder(self, side: Side, folder: Path) -> None:
        """Scan a folder and make it one side's domain."""
        if old := self._scan_jobs.pop(side, None):
            old.cancel()
        self._set_status(LoadingStatus(Phase.SCANNING, side))
        self._scan_jobs[side] = self._runner.start(
            work.scan,
            folder,
            side,
            on_result=partial(self._take_scan, side),
            on_error=partial(self._fail_scan, side),
            on_cancelled=self._drop_scans,
        )

    def rescan(self) -> None:
        """Read both folders again: new, changed and mended files."""
        for side in SIDES:
            if domain := self._session.domains.get(side):
                self.open_folder(side, domain.scan.folder)

    def close_folders(self) -> None:
        """Stop all work and leave both sides empty."""
        for job in self._scan_jobs.values():
            job.cancel()
        self._scan_jobs.clear()
        self._pause_embedding()
        for side in SIDES:
            self._session.remove_domain(side)
        self._set_status(LoadingStatus())

    def _take_scan(self, side: Side, scan: FolderScan) -> None:
        self._scan_jobs.pop(side, None)
        self._pause_embedding()
        self._session.set_domain(side, scan)
        self._set_status(LoadingStatus())
        self.domain_scanned.emit(side)
        self._load_stored([side])

    def _drop_scans(self) -> None:
        self._scan_jobs = {s: job for s, job in self._scan_jobs.items() if not job.is_over}

    def _fail_scan(self, side: Side, sentence: str) -> None:
        self._scan_jobs.pop(side, None)
        self._set_status(LoadingStatus())
        self.folder_failed.emit(side, sentence)
        self.error_raised.emit(sentence)

    # ---- checkpoint and device

    def load_checkpoint(self, spec: str) -> None:
        """Use another checkpoint: a file or a name such as `pretrained`."""
        if self._checkpoint_job is not None:
            self._checkpoint_job.cancel()
        self._checkpoint_job = self._runner.start(
            work.inspect,
            spec,
            on_result=partial(self._take_checkpoint, spec),
            on_error=self.error_raised.emit,
        )

    def set_device(self, name: str) -> None:
        """Run the encoder on another device from now on."""
        if name == self.device:
            return
        self.device = name
        self._drop_embedder()
        self.start_embedding()

    def re_embed(self) -> None:
        """Embed both domains again from the files that changed."""
        self._is_stopped_by_person = False
        self._pause_embedding()
        self.rescan()

    def _take_checkpoint(self, spec: str, info: CheckpointInfo) -> None:
        self._checkpoint_job = None
        self._drop_embedder()
        self.checkpoint_spec = spec
        self._session.set_checkpoint(info)
        self.checkpoint_changed.emit()
        self._load_stored(list(self._session.domains))

    def _drop_embedder(self) -> None:
        self._pause_embedding()
        embedder, self._embedder = self._embedder, None
        self.encoder = None
        if embedder is not None:
            self._runner.start(work.close_embedder, embedder)

    # ---- what the store has

    def _load_stored(self, sides: Sequence[Side]) -> None:
        checkpoint = self._session.checkpoint
        if checkpoint is None:
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
        is_loading = bool(self._stored_jobs or self._scan_jobs)
        if self._is_embedding or is_loading or self._is_stopped_by_person:
            return
        tasks = self._open_tasks()
        if not tasks or self._session.checkpoint is None:
            self._set_status(LoadingStatus())
            self.embedding_ended.emit()
            return
        self._set_status(LoadingStatus(Phase.STARTING))
        self._embed_job = self._runner.start(
            work.embed_tasks,
            self._ready_embedder(),
            tasks,
            lane="accelerator",
            on_item=self._take_item,
            on_result=self._end_embedding,
            on_error=self._fail_embedding,
            on_cancelled=self._confirm_stopped,
        )

    def cancel(self) -> None:
        """Stop embedding; what is done is kept and `resume` goes on from there."""
        for job in self._scan_jobs.values():
            job.cancel()
        if not self._is_embedding or self._embed_job is None:
            self._set_status(LoadingStatus())
            return
        self._is_stopped_by_person = True
        self._embed_job.cancel()
        self._set_status(LoadingStatus(Phase.STOPPING, self.status.side, self.status.progress))

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
            self._ready_embedder(),
            list(paths),
            on_result=partial(self._take_images, on_result),
            on_error=on_error,
            on_cancelled=on_cancelled,
        )

    def warm_up(self) -> None:
        """Start the encoder in the background, so that the first dropped image need not wait."""
        if self.encoder is None and self._session.checkpoint is not None:
            self._runner.start(
                work.warm_up,
                self._ready_embedder(),
                on_result=self._take_encoder,
                on_error=self.error_raised.emit,
            )

    def close(self) -> None:
        """Stop and end the encoder's process."""
        self._pause_embedding()
        if self._embedder is not None:
            self._embedder.close()

    @property
    def _is_embedding(self) -> bool:
        return self._embed_job is not None and not self._embed_job.is_over

    def _ready_embedder(self) -> Embedder:
        if self._embedder is None:
            self._embedder = self._make_embedder(self.checkpoint_spec, self.device)
        return self._embedder

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
        if self.status.phase is not Phase.STOPPING:
            self._set_status(LoadingStatus(Phase.EMBEDDING, side, chunk.progress))
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

    def _end_embedding(self, _result: object) -> None:
        self._embed_job = None
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

    def _set_status(self, status: LoadingStatus) -> None:
        self.status = status
        self.status_changed.emit(status)
