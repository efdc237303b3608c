"""Whether two folders can be the domains of a run; needs no torch."""

from __future__ import annotations

from pathlib import Path

from training.config import TrainConfig
from training.errors import UserError


def checked_folders(config: TrainConfig) -> tuple[Path, Path]:
    """Return the folders of both domains.

    Raises:
        UserError: If one is missing, or they overlap.
    """
    folders = []
    for name, text in (("A", config.data.domain_a), ("B", config.data.domain_b)):
        if not text:
            raise UserError(f"Domain {name} has no folder; training needs two.")
        folder = Path(text).expanduser()
        if not folder.is_dir():
            what = "is no folder" if folder.exists() else "does not exist"
            raise UserError(f"The folder of domain {name}, {folder}, {what}.")
        folders.append(folder)
    a, b = (folder.resolve() for folder in folders)
    if a == b:
        raise UserError("Both domains are the same folder; training needs two different ones.")
    for inner, outer in ((a, b), (b, a)):
        if outer in inner.parents:
            raise UserError(f"{inner} lies inside {outer}; the two domains must not overlap.")
    return folders[0], folders[1]
