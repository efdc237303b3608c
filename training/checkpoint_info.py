"""What can be said about a checkpoint without loading it; needs no torch and takes milliseconds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from training.checkpoint_format import EMBEDDED, is_uem_checkpoint, parse_metadata
from training.encoders.weight_files import (
    SAFETENSORS,
    kind_of_weight_file,
    read_safetensors_header,
)
from training.encoders.weight_sources import embedded_weights, find_weights
from training.errors import UserError


@dataclass(frozen=True, slots=True)
class CheckpointInfo:
    """A checkpoint as it is shown and remembered.

    Attributes:
        spec: What `load_encoder` takes, valid from any folder.
        title: Short name for people.
        fingerprint: SHA-256 in hexadecimal digits: of the file; for a checkpoint that stores its
            projector only, of the fingerprints of the file and of the bundled backbone.
    """

    spec: str
    title: str
    fingerprint: str


def inspect_checkpoint(spec: str | Path) -> CheckpointInfo:
    """Find a checkpoint and identify it by its content.

    Args:
        spec: ``"pretrained"``, ``"pretrained:NAME"``, ``"sample"`` or the path of a file.

    Raises:
        UserError: If the file is missing, no weight file, cut off, or from a newer version.
    """
    source = find_weights(spec)
    title = source.title
    is_head_only = False
    if kind_of_weight_file(source.path) == SAFETENSORS:
        metadata = read_safetensors_header(source.path).metadata
        if is_uem_checkpoint(metadata):
            described = parse_metadata(metadata, source.path.name)
            title = described.name
            is_head_only = described.backbone_weights == EMBEDDED
    fingerprint = file_fingerprint(source.path)
    if is_head_only:
        both = f"{fingerprint} {file_fingerprint(embedded_weights())}"
        fingerprint = hashlib.sha256(both.encode("ascii")).hexdigest()
    return CheckpointInfo(source.spec, title, fingerprint)


def file_fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits.

    Raises:
        UserError: If the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        reason = error.strerror or error
        raise UserError(f"The checkpoint {path} cannot be read: {reason}.") from error
