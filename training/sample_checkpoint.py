"""Train the sample checkpoint: UEM+ on the sample collection, as `quick` has it.

    python -m training.sample_checkpoint [TARGET.safetensors]

It is what `uem train --method uem+` makes of the collection's two folders in half a minute, without
a look at categories, so that the first thing a person sees is a trained encoder.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from training.checkpoint import load_encoder, save_encoder
from training.config_files import preset_config, with_words
from training.control import TrainingControl
from training.encoders.encoder import Encoder
from training.resources import resource_path
from training.run import run_training
from training.run_folder import RunFolder

NAME = "sample checkpoint (UEM+, quick)"
_WORDS = ("method=uem+", "device=cpu", "evaluate_every=0")


def train_sample_encoder(
    folders: tuple[Path, Path], *, words: Sequence[str] = (), cache_root: Path | None = None
) -> Encoder:
    """Train on the two domains and return the encoder, named for people.

    Args:
        folders: One folder of images a domain.
        words: Settings that differ, as ``NAME=VALUE``.
        cache_root: Where features are kept; the user's cache when ``None``.
    """
    places = [f"domain_{name}={folder}" for name, folder in zip("ab", folders, strict=True)]
    with tempfile.TemporaryDirectory() as kept:
        run = RunFolder(Path(kept))
        run.create(with_words(preset_config("quick"), [*places, *_WORDS, *words]))
        run_training(
            run,
            resume=False,
            emit=lambda event: None,
            control=TrainingControl(),
            cache_root=cache_root,
        )
        encoder = load_encoder(str(run.encoder_path))
    encoder.name = NAME
    return encoder


def main() -> None:
    """Train the checkpoint and write it to its place or to a given path."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "target",
        type=Path,
        nargs="?",
        default=resource_path("checkpoints", "sample.safetensors"),
        metavar="TARGET.safetensors",
    )
    target: Path = parser.parse_args().target
    folders = (resource_path("sample", "clipart"), resource_path("sample", "render"))
    save_encoder(train_sample_encoder(folders), target)


if __name__ == "__main__":
    main()
