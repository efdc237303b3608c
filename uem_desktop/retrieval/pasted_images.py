"""Pasted and browser-dropped pictures become files, so that a query is always a list of paths."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

KEPT_COUNT = 50


def keep_pasted_image(data: bytes, folder: Path, kept_count: int = KEPT_COUNT) -> Path:
    """Save the bytes of an image under their own hash and forget the oldest ones.

    Args:
        data: The encoded image, PNG as a rule.
        folder: Where pasted images are kept; made when missing.
        kept_count: How many files stay.

    Returns:
        The path of the file; the same picture gives the same path.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"pasted-{hashlib.sha256(data).hexdigest()[:12]}.png"
    draft = path.with_suffix(".part")
    draft.write_bytes(data)
    os.replace(draft, path)
    others = sorted(folder.glob("pasted-*.png"), key=lambda file: file.stat().st_mtime_ns)
    for old in others[: max(0, len(others) - kept_count)]:
        if old != path:
            old.unlink(missing_ok=True)
    return path
