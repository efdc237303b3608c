"""The files that ``uem embed`` writes."""

from __future__ import annotations

import csv
import datetime
import json
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from training.atomic_file import atomic_file
from training.data.file_access import write_error_phrase
from training.errors import UserError
from uem_desktop import __version__
from uem_desktop.cli.embedding import OpenEncoder, skipped_json
from uem_desktop.retrieval.chunk_files import save_array
from uem_desktop.retrieval.domain import DomainEmbeddings


def prepare_out(out: Path) -> None:
    """Make the folder for the files and try it, before the long work.

    Raises:
        UserError: It cannot be made or written to, or is a file.
    """
    if out.exists() and not out.is_dir():
        raise UserError(f"{out} is a file; --out needs a folder.")
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise cannot_write(out, error) from error


def cannot_write(path: Path, error: OSError) -> UserError:
    """Say that a file or folder cannot be written and why."""
    return UserError(f"{path} cannot be written: {write_error_phrase(error)}.")


def write_embedding_files(
    out: Path, domain: DomainEmbeddings, encoder: OpenEncoder, checkpoint: str
) -> dict[str, Any]:
    """Write ``embeddings.npy``, ``images.csv``, ``skipped.csv`` and ``manifest.json``.

    Each file is whole or not there; the manifest comes last. File names that are no UTF-8 keep
    their bytes.

    Args:
        out: An existing folder.
        domain: The embedded folder.
        encoder: What embedded it.
        checkpoint: The checkpoint as the person gave it.

    Returns:
        The manifest.

    Raises:
        UserError: The disk does not take the files.
    """
    rows = domain.ready_rows()
    embeddings = np.ascontiguousarray(domain.embeddings[rows], np.float32)
    manifest = _manifest(domain, encoder, checkpoint)
    images = (
        (place, domain.records[row].path, domain.records[row].category or "")
        for place, row in enumerate(rows.tolist())
    )
    failures = ((failure.path, failure.reason) for failure in domain.failures)
    try:
        with atomic_file(out / "embeddings.npy") as temporary, temporary.open("wb") as file:
            save_array(file, embeddings)
        _write_csv(out / "images.csv", ("row", "path", "category"), images)
        _write_csv(out / "skipped.csv", ("path", "reason"), failures)
        with atomic_file(out / "manifest.json") as temporary:
            temporary.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise cannot_write(out, error) from error
    return manifest


def _manifest(domain: DomainEmbeddings, encoder: OpenEncoder, checkpoint: str) -> dict[str, Any]:
    info = encoder.info
    return {
        "format": "uem-embeddings",
        "format_version": 1,
        "folder": str(domain.scan.folder),
        "checkpoint": {
            "spec": checkpoint,
            "title": info.title,
            "fingerprint": info.fingerprint,
        },
        "dimension": info.dimension,
        "device": info.device_text,
        "precision": info.precision,
        "preprocessing": asdict(encoder.preprocessing),
        "num_images": domain.ready_count,
        "num_skipped": len(domain.failures),
        "num_other_files": domain.scan.other_file_count,
        "categories": list(domain.scan.categories),
        "version": __version__,
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "skipped": skipped_json(domain.failures),
    }


def _write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with (
        atomic_file(path) as temporary,
        temporary.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
