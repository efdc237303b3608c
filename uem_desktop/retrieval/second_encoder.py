"""The same folders embedded with another checkpoint, beside what is there already."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from training.data.records import DecodeFailure, ImageRecord
from training.data.scanning import FolderScan
from training.errors import Cancelled
from training.progress import Progress
from uem_desktop.retrieval.domain import DomainEmbeddings, EmbeddedChunk

if TYPE_CHECKING:
    from training.checkpoint_info import CheckpointInfo
    from uem_desktop.retrieval.embedder_protocol import Embedder


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddedFolders:
    """Folders and the embeddings that one checkpoint makes of them.

    Attributes:
        checkpoint: What they were embedded with.
        domains: One for each folder, in the order that was asked for.
        warning: Why embeddings could not be stored or found, in one sentence; None while all is
            well.
    """

    checkpoint: CheckpointInfo
    domains: tuple[DomainEmbeddings, ...]
    warning: str | None = None

    def of(self, scan: FolderScan) -> DomainEmbeddings | None:
        """Return the embeddings of exactly this scan of a folder."""
        return next((domain for domain in self.domains if domain.scan is scan), None)


def embed_with(
    spec: str,
    scans: Sequence[FolderScan],
    embedder: Embedder,
    *,
    precision: str = "float32",
    unreadable: Sequence[DecodeFailure] = (),
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> EmbeddedFolders:
    """Embed folders with a checkpoint; the encoder is loaded only where the store lacks an image.

    Args:
        spec: A checkpoint file or a name such as ``pretrained``.
        scans: The folders.
        embedder: What embeds with this checkpoint; it is started where it is needed, and closed at
            the end in any case.
        precision: In which the store is asked before an encoder is loaded.
        unreadable: Images that are known to be no use, which are not tried again.
        on_progress: Told how far all folders together are.
        should_stop: Asked often; True ends the work, and what is finished is kept in the store.

    Raises:
        Cancelled: ``should_stop`` said so.
        UserError: The checkpoint cannot be used, or the encoder ran out of memory.
    """
    from training.checkpoint_info import inspect_checkpoint

    try:
        checkpoint = inspect_checkpoint(spec)
        domains = [_domain(scan, unreadable) for scan in scans]
        if _fill_from_store(domains, checkpoint, precision, should_stop):
            return EmbeddedFolders(checkpoint, tuple(domains))
        embedder.start(should_stop)
        wanted = [_readable(domain) for domain in domains]
        progress = Progress(0, sum(map(len, wanted)))
        for domain, records in zip(domains, wanted, strict=True):
            take = _Taker(domain, progress, on_progress)
            embedder.embed_records(
                records, domain.scan.folder, on_chunk=take, should_stop=should_stop
            )
            progress = take.progress
        return EmbeddedFolders(checkpoint, tuple(domains), embedder.warning)
    finally:
        embedder.close()


class _Taker:
    """Takes the chunks of one folder and counts on from the folders before it."""

    def __init__(
        self,
        domain: DomainEmbeddings,
        before: Progress,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self.domain = domain
        self.progress = before
        self._before = before
        self._on_progress = on_progress

    def __call__(self, chunk: EmbeddedChunk) -> None:
        self.domain.apply(chunk)
        before, now = self._before, chunk.progress
        self.progress = replace(
            before,
            done=before.done + now.done,
            failed=before.failed + now.failed,
            seconds=before.seconds + now.seconds,
            stored=before.stored + now.stored,
        )
        if self._on_progress is not None:
            self._on_progress(self.progress)


def _fill_from_store(
    domains: Sequence[DomainEmbeddings],
    checkpoint: CheckpointInfo,
    precision: str,
    should_stop: Callable[[], bool] | None,
) -> bool:
    """Fill all domains from the store; whether it had every image, else nothing is filled."""
    from uem_desktop.retrieval.embedder import load_stored

    chunks = []
    for domain in domains:
        if should_stop is not None and should_stop():
            raise Cancelled
        chunk = load_stored(domain, checkpoint, precision)
        if len(chunk.rows) < np.count_nonzero(~domain.has_failed):
            return False
        chunks.append(chunk)
    for domain, chunk in zip(domains, chunks, strict=True):
        domain.apply(chunk)
    return True


def _domain(scan: FolderScan, unreadable: Sequence[DecodeFailure]) -> DomainEmbeddings:
    """Return a folder with nothing embedded that knows which of its images are no use."""
    known = tuple(failure for failure in unreadable if failure.path in scan.row_of_path)
    domain = DomainEmbeddings(scan)
    none = np.empty(0, np.int64), np.empty((0, 0), np.float32)
    domain.apply(EmbeddedChunk(*none, known, Progress(0, len(scan.records))))
    return domain


def _readable(domain: DomainEmbeddings) -> list[ImageRecord]:
    return [domain.records[row] for row in np.flatnonzero(~domain.has_failed).tolist()]
