"""Embed a whole folder, and ask the store what it already has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard, cast

from training.data.scanning import scan_folder
from training.progress import Progress
from uem_desktop.retrieval.domain import DomainEmbeddings, EmbeddedChunk
from uem_desktop.retrieval.embedder_protocol import (
    BYTES_LABEL,
    EmbeddedImages,
    Embedder,
    EncoderInfo,
    PositionEmbeddings,
)
from uem_desktop.retrieval.local_embedder import LocalEmbedder, load_embedder
from uem_desktop.retrieval.store import EmbeddingStore, default_store_root

if TYPE_CHECKING:
    from training.checkpoint_info import CheckpointInfo
    from training.encoders.encoder import Encoder

__all__ = [
    "BYTES_LABEL",
    "EmbeddedImages",
    "Embedder",
    "EncoderInfo",
    "LocalEmbedder",
    "PositionEmbeddings",
    "embed_folder",
    "load_stored",
    "make_embedder",
]


def embed_folder(
    folder: str | Path,
    encoder: Encoder | Embedder | str | Path = "pretrained",
    *,
    domain: str = "query",
    device: str = "auto",
    use_store: bool = True,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> DomainEmbeddings:
    """Embed all images of a folder.

    Args:
        folder: First-level sub-folders are categories.
        encoder: A loaded encoder, an embedder, or a checkpoint: a file or a name such as
            `pretrained`.
        domain: Name of the domain for the records.
        device: Where a checkpoint is loaded to; `auto` takes the best there is.
        use_store: Whether embeddings are kept and found again; an embedder has its own.
        on_progress: Called after each batch.
        should_stop: Asked often; True ends the work, what is finished is kept in the store.

    Returns:
        The embeddings; images that could not be read are in its `failures`.

    Raises:
        UserError: The folder or the checkpoint cannot be used.
        Cancelled: `should_stop` said so.
    """
    embeddings = DomainEmbeddings(scan_folder(Path(folder), domain, should_stop=should_stop))
    embedder = make_embedder(encoder, device=device, use_store=use_store)

    def take(chunk: EmbeddedChunk) -> None:
        embeddings.apply(chunk)
        if on_progress is not None:
            on_progress(chunk.progress)

    embedder.embed_records(embeddings.records, Path(folder), on_chunk=take, should_stop=should_stop)
    return embeddings


def make_embedder(
    encoder: Encoder | Embedder | str | Path, *, device: str = "auto", use_store: bool = True
) -> Embedder:
    """Return an embedder for a checkpoint or an encoder; an embedder is returned as it is.

    Raises:
        UserError: The checkpoint or the device cannot be used.
    """
    if isinstance(encoder, str | Path):
        return load_embedder(encoder, device, use_store=use_store)
    if _is_embedder(encoder):
        return encoder
    return LocalEmbedder(cast("Encoder", encoder), use_store=use_store)


def _is_embedder(encoder: Encoder | Embedder) -> TypeGuard[Embedder]:
    return hasattr(encoder, "embed_records")


def load_stored(
    domain: DomainEmbeddings,
    checkpoint: CheckpointInfo,
    precision: str = "float32",
    *,
    store_root: Path | None = None,
) -> EmbeddedChunk:
    """Return what the store has of a domain; needs no encoder and no torch.

    Args:
        domain: A scanned folder.
        checkpoint: What the embeddings were made with.
        precision: What they were computed in: `float32` on a CPU.
        store_root: Folder of all stores; None is the default one.

    Returns:
        A chunk for `domain.apply`; empty when nothing is stored.
    """
    store = EmbeddingStore(
        store_root or default_store_root(), checkpoint.fingerprint, precision, domain.scan.folder
    )
    found = store.load(domain.records)
    count = len(found.rows)
    progress = Progress(count, len(domain.records), stored=count)
    return EmbeddedChunk(found.rows, found.embeddings, (), progress)
