"""What the loader's jobs do on worker threads, and what they tell; no Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from training.data.records import ImageRecord
from training.data.scanning import FolderScan, scan_folder
from training.progress import Progress
from uem_desktop.jobs.job import JobContext
from uem_desktop.retrieval.domain import DomainEmbeddings, EmbeddedChunk
from uem_desktop.retrieval.explorer_session import Side

if TYPE_CHECKING:  # what only the jobs need is imported by them, not by the window's start
    from training.checkpoint_info import CheckpointInfo
    from uem_desktop.retrieval.embedder_protocol import EmbeddedImages, Embedder, EncoderInfo


class Phase(Enum):
    """What the loader is doing."""

    IDLE = "idle"
    CHECKING = "checking"
    SCANNING = "scanning"
    STARTING = "starting"
    EMBEDDING = "embedding"
    STOPPING = "stopping"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class LoadingStatus:
    """What the status bar shows of the embedding."""

    phase: Phase = Phase.IDLE
    side: Side | None = None
    progress: Progress | None = None

    @property
    def is_busy(self) -> bool:
        """Whether something runs that can be cancelled."""
        return self.phase not in (Phase.IDLE, Phase.STOPPED, Phase.FAILED)


@dataclass(frozen=True, slots=True)
class EmbeddingTask:
    """The images of one domain that are still to be embedded."""

    embeddings: DomainEmbeddings
    records: tuple[ImageRecord, ...]
    folder: Path


@dataclass(frozen=True, slots=True)
class EncoderReady:
    """The encoder runs; where, and how one says that."""

    device_name: str
    device_text: str
    precision: str
    devices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedCheckpoint:
    """A checkpoint that can be used.

    Attributes:
        spec: As it was asked for.
        info: What is known of it.
        embedder: One that has loaded it; None where it was only looked at.
        encoder: Where that one runs.
    """

    spec: str
    info: CheckpointInfo
    embedder: Embedder | None = None
    encoder: EncoderReady | None = None


def scan(context: JobContext, folder: Path, domain: str) -> FolderScan:
    """Scan one folder, and make here what the window's thread would have to wait for."""
    found = scan_folder(folder, domain, should_stop=context.should_stop)
    _ = found.row_of_path, found.records.rows_by_category
    return found


def check_checkpoint(
    context: JobContext, spec: str, embedder: Embedder | None, known_fingerprint: str | None
) -> CheckedCheckpoint:
    """Look at a checkpoint and, where an embedder is given, let it load it."""
    from training.checkpoint_info import inspect_checkpoint

    info = inspect_checkpoint(spec)
    if embedder is None or info.fingerprint == known_fingerprint:
        return CheckedCheckpoint(spec, info)
    encoder = _ready(embedder.start(context.should_stop))
    return CheckedCheckpoint(spec, info, embedder, encoder)


def load_stored_rows(
    context: JobContext, embeddings: DomainEmbeddings, checkpoint: CheckpointInfo, precision: str
) -> EmbeddedChunk:
    """Read what was embedded before; needs no encoder."""
    from uem_desktop.retrieval.embedder import load_stored

    return load_stored(embeddings, checkpoint, precision)


def embed_tasks(
    context: JobContext, embedder: Embedder, tasks: Sequence[EmbeddingTask]
) -> str | None:
    """Embed what is missing and emit `(embeddings, chunk)` as it comes.

    Returns:
        Why the embeddings cannot be kept, in one sentence; None when they are.
    """
    context.emit(_ready(embedder.start(context.should_stop)))
    for task in tasks:
        context.check()
        embedder.embed_records(
            task.records,
            task.folder,
            on_chunk=_sender(context, task.embeddings),
            should_stop=context.should_stop,
        )
    return embedder.warning


def embed_images(
    context: JobContext, embedder: Embedder, paths: Sequence[Path]
) -> tuple[EncoderReady, EmbeddedImages]:
    """Embed images that belong to no domain."""
    return _ready(embedder.start(context.should_stop)), embedder.embed_images(list(paths))


def warm_up(context: JobContext, embedder: Embedder) -> EncoderReady:
    """Start the encoder before it is needed."""
    return _ready(embedder.start(context.should_stop))


def close_embedder(context: JobContext, embedder: Embedder) -> None:
    """End an encoder that is not needed any more."""
    embedder.close()


def _ready(info: EncoderInfo) -> EncoderReady:
    return EncoderReady(info.device_name, info.device_text, info.precision, info.devices)


def _sender(context: JobContext, embeddings: DomainEmbeddings) -> Callable[[EmbeddedChunk], None]:
    def send(chunk: EmbeddedChunk) -> None:
        context.emit((embeddings, chunk))

    return send
