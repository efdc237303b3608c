"""What is known about an image file before and after somebody tried to read it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """One image of a domain.

    Attributes:
        id: Row in its domain, counted from 0 in path order.
        path: The file.
        domain: The domain it belongs to, for example ``"query"``.
        category: First-level sub-folder, or None for a file directly in the folder.
    """

    id: int
    path: Path
    domain: str
    category: str | None


@dataclass(frozen=True, slots=True)
class DecodeFailure:
    """A file or folder that could not be read as an image.

    Attributes:
        path: The file or folder.
        reason: A plain phrase for a person, for example ``"the file is empty"``.
    """

    path: Path
    reason: str
