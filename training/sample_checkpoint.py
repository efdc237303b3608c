"""Build the sample checkpoint: the bundled backbone with a PCA of the sample collection behind it.

    python -m training.sample_checkpoint [TARGET.safetensors]

It is a stand-in that needs no training: a linear projector 1280 -> 128 whose directions are the
principal components of the collection after each domain's own mean was taken from its features.
Categories are not looked at.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.checkpoint import load_encoder, save_encoder
from training.data.decoding import decode_image
from training.data.scanning import scan_folder
from training.data.views import eval_view
from training.encoders.encoder import Encoder
from training.encoders.pca import pca_projector
from training.resources import resource_path

NAME = "sample checkpoint (PCA, not trained)"
EMBEDDING_SIZE = 128


def build_sample_encoder(folders: Sequence[Path]) -> Encoder:
    """Fit the projector to two or more domains and return it behind the bundled backbone.

    Args:
        folders: One folder of images a domain.
    """
    bundled = load_encoder("pretrained")
    domains = [domain_features(bundled, folder) for folder in folders]
    projector = pca_projector(domains, EMBEDDING_SIZE)
    return Encoder(bundled.backbone, projector, bundled.preprocessing, NAME)


def domain_features(encoder: Encoder, folder: Path) -> NDArray[np.float64]:
    """Return the pooled features (N, D) of all images of a folder, in path order."""
    preprocessing = encoder.preprocessing
    views = [
        eval_view(decode_image(record.path), preprocessing)
        for record in scan_folder(folder, folder.name).records
    ]
    return encoder.encode_features(np.stack(views)).astype(np.float64)


def main() -> None:
    """Build the checkpoint and write it to its place or to a given path."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "target",
        type=Path,
        nargs="?",
        default=resource_path("checkpoints", "sample.safetensors"),
        metavar="TARGET.safetensors",
    )
    target: Path = parser.parse_args().target
    folders = [resource_path("sample", domain) for domain in ("clipart", "render")]
    save_encoder(build_sample_encoder(folders), target)


if __name__ == "__main__":
    main()
