"""Size and time of files: what tells a changed file from an unchanged one without reading it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_HAS_FOLDER_HANDLES = os.stat in os.supports_dir_fd
_LATEST_NS = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells a changed file from an unchanged one."""

    size: int
    mtime_ns: int


def stamp_of(path: Path) -> Stamp | None:
    """Return size and time of a file, None when it cannot be asked or is from after 2262."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return None if status.st_mtime_ns > _LATEST_NS else Stamp(status.st_size, status.st_mtime_ns)


def stamps_of(paths: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return sizes and times of many files, which is fastest where those of a folder are together.

    Args:
        paths: N files.

    Returns:
        Sizes and nanoseconds, both int64 (N,); -1 and 0 for a file that has no `stamp_of`.
    """
    sizes: list[int] = []
    times: list[int] = []
    with contextlib.ExitStack() as opened:
        folder, handle = None, None
        for path in paths:
            above, _, name = path.rpartition(os.sep)
            if above != folder:
                opened.close()
                folder, handle = above, _open_folder(above, opened)
            try:
                status = os.stat(path if handle is None else name, dir_fd=handle)
            except (OSError, ValueError):
                status = None
            if status is None or status.st_mtime_ns > _LATEST_NS:
                sizes.append(-1)
                times.append(0)
            else:
                sizes.append(status.st_size)
                times.append(status.st_mtime_ns)
    return np.array(sizes, np.int64), np.array(times, np.int64)


def _open_folder(folder: str, opened: contextlib.ExitStack) -> int | None:
    """Open a folder, so that the system need not find it again for each of its files."""
    if not _HAS_FOLDER_HANDLES:
        return None
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    opened.callback(os.close, handle)
    return handle
