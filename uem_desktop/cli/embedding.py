"""What every command that embeds does: check the folders, show progress, say what was skipped."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.data.records import DecodeFailure
from training.data.views import Preprocessing
from training.errors import Cancelled, UserError
from uem_desktop.cli.options import EngineOptions
from uem_desktop.cli.progress_bar import shown_progress, shown_status, stop_on_interrupt
from uem_desktop.cli.streams import say
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.embedder import LocalEmbedder, embed_folder
from uem_desktop.retrieval.embedder_protocol import EncoderInfo
from uem_desktop.retrieval.local_embedder import load_embedder

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class OpenEncoder:
    """A loaded encoder, ready to embed.

    Attributes:
        embedder: What embeds.
        info: What is known of the encoder.
        preprocessing: How images become its input.
    """

    embedder: LocalEmbedder
    info: EncoderInfo
    preprocessing: Preprocessing


@contextlib.contextmanager
def opened_encoder(options: EngineOptions) -> Iterator[OpenEncoder]:
    """Load the encoder that a command asks for and give it back at the end."""
    with shown_status("Loading the encoder"):
        embedder = load_embedder(options.checkpoint, options.device, use_store=options.use_store)
    try:
        yield OpenEncoder(embedder, embedder.info, embedder.preprocessing)
    finally:
        embedder.close()
    if embedder.warning:
        say(embedder.warning)


def embed_domain(
    folder: Path, domain: str, encoder: OpenEncoder, options: EngineOptions
) -> DomainEmbeddings:
    """Embed a folder with progress.

    Raises:
        UserError: The folder is missing or holds no image that can be used.
        Cancelled: Ctrl+C.
    """
    check_folder(folder)
    title = f"Embedding {folder.name or folder}"
    with shown_progress(title) as show, stop_on_interrupt() as should_stop:
        try:
            embedded = embed_folder(
                folder,
                encoder.embedder,
                domain=domain,
                on_progress=show,
                should_stop=should_stop,
            )
        except Cancelled:
            if options.use_store:
                raise
            raise Cancelled("Stopped; with --no-store nothing is kept.") from None
    _require_images(embedded)
    return embedded


def check_folder(folder: Path) -> None:
    """Raise a UserError unless the folder is there."""
    if not os.path.lexists(folder):
        raise UserError(f"There is no folder {folder}.")
    if not os.path.isdir(folder):
        raise UserError(f"{folder} is not a folder.")


def _require_images(domain: DomainEmbeddings) -> None:
    if domain.ready_count:
        return
    folder = domain.scan.folder
    failures = domain.failures
    if not failures:
        raise UserError(f"There is no image in {folder}.")
    first = failures[0]
    files = "the only file" if len(failures) == 1 else f"any of the {len(failures):,} files"
    raise UserError(
        f"No image in {folder} can be used: {files} could not be read,"
        f" for example {first.path.name}: {first.reason}."
    )


def encoder_text(info: EncoderInfo) -> str:
    """Name an encoder for people: its title and the beginning of its fingerprint."""
    return f"{info.title} ({info.fingerprint[:12]})"


def skipped_json(failures: Sequence[DecodeFailure]) -> list[dict[str, Any]]:
    """List what was skipped, as every ``--json`` has it."""
    return [{"path": str(failure.path), "reason": failure.reason} for failure in failures]


def say_skipped(failures: Sequence[DecodeFailure], where: str) -> None:
    """Say on standard error how many files were skipped and why the first ones were.

    Args:
        failures: What was skipped.
        where: Where the whole list is.
    """
    if not failures:
        return
    examples = "; ".join(f"{one.path.name}: {one.reason}" for one in failures[:_EXAMPLES])
    if len(failures) == 1:
        say(f"1 file was skipped: {examples}.")
    elif len(failures) <= _EXAMPLES:
        say(f"{len(failures)} files were skipped: {examples}.")
    else:
        say(f"{len(failures):,} files were skipped, {where} lists them all: {examples}; …")
