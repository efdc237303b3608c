"""Embeddings as files: written whole or not at all, and checked when they are read."""

from __future__ import annotations

import contextlib
import os
import time
import uuid
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

import numpy as np

from training.atomic_file import durable_file, remove_quietly

_LEFTOVER_AGE_SECONDS = 24 * 3600


class DamagedChunkError(Exception):
    """A chunk file that is missing, cut off or holds something else than unit rows."""


def write_chunk(folder: Path, embeddings: np.ndarray) -> str:
    """Write embeddings to a new file that appears complete or not at all.

    Args:
        folder: An existing folder.
        embeddings: (n, D) float32.

    Returns:
        The file's name, unlike that of any other chunk of any process.

    Raises:
        OSError: The disk is full or the folder cannot be written.
    """
    name = f"{time.time_ns():016x}-{uuid.uuid4().hex[:8]}.npy"
    with durable_file(folder / name) as file:
        save_array(file, np.ascontiguousarray(embeddings, dtype=np.float32))
    return name


def save_array(file: BinaryIO, array: np.ndarray) -> None:
    """Write an array as `numpy.save` does, so that a full disk can be told from other troubles.

    Raises:
        OSError: With the number of the error, which numpy loses where it writes past Python to
            what it knows as a file.
    """
    np.save(_PlainWriter(file), array, allow_pickle=False)


class _PlainWriter:
    """The one method of a file that numpy needs."""

    def __init__(self, file: BinaryIO) -> None:
        self.write = file.write


def read_chunk(path: Path, expected_rows: int) -> np.ndarray:
    """Read a chunk of unit rows.

    Args:
        path: The chunk file.
        expected_rows: How many rows the index says that it has.

    Returns:
        (expected_rows, D) float32.

    Raises:
        DamagedChunkError: The file is not what was written.
    """
    try:
        embeddings = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError, MemoryError) as error:
        raise DamagedChunkError(str(error)) from error
    is_whole = (
        isinstance(embeddings, np.ndarray)
        and embeddings.dtype == np.float32
        and embeddings.ndim == 2
        and len(embeddings) == expected_rows
        and bool(unit_rows(embeddings).all())
    )
    if not is_whole:
        raise DamagedChunkError(f"{path.name} holds something else than it should")
    return np.asarray(embeddings)


def unit_rows(embeddings: np.ndarray) -> np.ndarray:
    """Tell which rows of (n, D) are finite and of unit length; (n,) bool."""
    squares = np.einsum("ij,ij->i", embeddings, embeddings)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.abs(squares - 1.0) < 1e-2)


def remove_leftovers(folder: Path, known_names: Collection[str]) -> None:
    """Delete files of crashed writers: a day old and in no index."""
    oldest = time.time() - _LEFTOVER_AGE_SECONDS
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name not in known_names and entry.stat().st_mtime < oldest:
                remove_quietly(Path(entry.path))
