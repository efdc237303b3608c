"""The metadata of a UEM checkpoint: a safetensors file that says how to use its tensors.

Tensors are called ``backbone.*`` and ``projector.*``. Where the backbone is the bundled one, only
the projector is stored, with the fingerprint of the bundled weights.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from training.data.views import Preprocessing
from training.errors import UserError

FORMAT = "uem-checkpoint"
VERSION = 1

EMBEDDED = "embedded"
STORED = "stored"


@dataclass(frozen=True, slots=True)
class CheckpointMetadata:
    """What a UEM checkpoint says about itself.

    Attributes:
        name: Short name for people.
        backbone: Architecture, ``"efficientnet_lite0"`` for example.
        backbone_weights: `EMBEDDED` (the bundled ones) or `STORED` (in this file).
        backbone_fingerprint: SHA-256 of the bundled weights' file; empty where they are stored.
        projector_kind: ``"none"``, ``"linear"`` or ``"mlp"``.
        projector_sizes: Widths from the features to the embedding.
        preprocessing: The views the encoder wants.
    """

    name: str
    backbone: str
    backbone_weights: str
    backbone_fingerprint: str
    projector_kind: str
    projector_sizes: tuple[int, ...]
    preprocessing: Preprocessing

    def to_metadata(self) -> dict[str, str]:
        """Return the texts that `parse_metadata` reads back."""
        projector = {"kind": self.projector_kind, "sizes": list(self.projector_sizes)}
        return {
            "format": FORMAT,
            "version": str(VERSION),
            "name": self.name,
            "backbone": self.backbone,
            "backbone_weights": self.backbone_weights,
            "backbone_fingerprint": self.backbone_fingerprint,
            "projector": json.dumps(projector),
            "preprocessing": self.preprocessing.to_json(),
        }


def is_uem_checkpoint(metadata: Mapping[str, str]) -> bool:
    """Tell whether the metadata of a safetensors file are those of a UEM checkpoint."""
    return metadata.get("format") == FORMAT


def parse_metadata(metadata: Mapping[str, str], file: str) -> CheckpointMetadata:
    """Read the metadata of a UEM checkpoint.

    Raises:
        UserError: If a newer version of the application wrote the file, or an entry makes no sense.
    """
    try:
        version = int(metadata["version"])
        if version > VERSION:
            raise UserError(
                f"The checkpoint {file} was written by a newer version of this application: it has "
                f"format {version}, and this version reads up to {VERSION}."
            )
        projector = json.loads(metadata["projector"])
        if metadata["backbone_weights"] not in (EMBEDDED, STORED):
            raise ValueError("backbone_weights")
        return CheckpointMetadata(
            name=metadata["name"],
            backbone=metadata["backbone"],
            backbone_weights=metadata["backbone_weights"],
            backbone_fingerprint=metadata.get("backbone_fingerprint", ""),
            projector_kind=str(projector["kind"]),
            projector_sizes=tuple(int(size) for size in projector["sizes"]),
            preprocessing=Preprocessing.from_json(metadata["preprocessing"]),
        )
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else error
        raise UserError(
            f"The checkpoint {file} has a damaged description of itself ({reason})."
        ) from error
