"""The encoders that runs saved, epoch by epoch, as their folders show them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from training.run_folder import RunFolder

_NAME = re.compile(r"(?P<stage>.+)-(?P<epoch>\d{4})\.safetensors")


@dataclass(frozen=True, slots=True)
class SavedEncoder:
    """One encoder of a run.

    Attributes:
        place: ``IDSE, epoch 5``, or ``the whole run``.
        path: The file.
    """

    place: str
    path: Path


@dataclass(frozen=True, slots=True)
class RunEncoders:
    """The encoders of one run.

    Attributes:
        run: The folder.
        encoders: The finished one first, then the last saved one first.
    """

    run: Path
    encoders: tuple[SavedEncoder, ...]


def encoders_of(run: Path) -> RunEncoders:
    """List what a run has saved; nothing where its folder cannot be read."""
    folder = RunFolder(run)
    found: list[tuple[float, SavedEncoder]] = []
    try:
        for path in folder.checkpoints.iterdir():
            name = _NAME.fullmatch(path.name)
            if name is not None:
                place = f"{name['stage'].upper()}, epoch {int(name['epoch']):,}"
                found.append((path.stat().st_mtime, SavedEncoder(place, path)))
    except OSError:
        pass
    found.sort(key=lambda entry: (entry[0], entry[1].path.name), reverse=True)
    encoders = [encoder for _, encoder in found]
    if folder.encoder_path.is_file():
        encoders.insert(0, SavedEncoder("the whole run", folder.encoder_path))
    return RunEncoders(run, tuple(encoders))
