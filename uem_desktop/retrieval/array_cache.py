"""Arrays that were computed from embeddings once and are found again: layouts, prototypes, tables.

The name of a file is a hash of the embeddings and of the settings, so that nothing has to be told
when either changes. The cache only saves time: what cannot be read or written is computed again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from training.atomic_file import atomic_file, remove_quietly
from training.errors import Cancelled
from training.user_folders import cache_dir
from uem_desktop.retrieval.domain import DomainEmbeddings

_BLOCK_ROWS = 65_536
_MOST_FILES = 64

Arrays = dict[str, NDArray[np.generic]]


def fingerprint(
    settings: str, *domains: DomainEmbeddings, should_stop: Callable[[], bool] | None = None
) -> str:
    """Return a hash of the ready embeddings of some domains, in this order, and of settings.

    Args:
        settings: Everything else that a result depends on, in words.
        *domains: Their rows count, their files do not.
        should_stop: Asked between blocks.

    Raises:
        Cancelled: ``should_stop`` said so.
    """
    digest = hashlib.blake2b(settings.encode(), digest_size=16)
    for domain in domains:
        rows = domain.ready_rows()
        vectors = domain.embeddings
        digest.update(f"|{vectors.shape}".encode())
        digest.update(rows.tobytes())
        for start in range(0, len(rows), _BLOCK_ROWS):
            if should_stop is not None and should_stop():
                raise Cancelled
            digest.update(vectors[rows[start : start + _BLOCK_ROWS]].tobytes())
    return digest.hexdigest()


class ArrayCache:
    """A folder of such arrays; the ones used longest ago make room for new ones.

    Attributes:
        root: The folder; it is made when something is kept.
    """

    def __init__(self, root: Path | None = None, *, most_files: int = _MOST_FILES) -> None:
        """Use a folder: by default `maps` in the user's cache, which ``UEM_CACHE_DIR`` moves."""
        self.root = cache_dir() / "maps" if root is None else root
        self._most_files = most_files

    def load(self, name: str) -> Arrays | None:
        """Return what was kept under a name; None where there is nothing to be read."""
        path = self._path(name)
        try:
            with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                arrays = {key: file[key] for key in file.files}
            os.utime(path)
        except (OSError, ValueError, EOFError, BadZipFile):
            return None
        return arrays

    def keep(self, name: str, arrays: Arrays) -> None:
        """Keep arrays under a name where the disk takes them."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            with atomic_file(self._path(name)) as temporary, temporary.open("wb") as file:
                np.savez(file, allow_pickle=False, **arrays)
            files = sorted(self.root.glob("*.npz"), key=lambda path: path.stat().st_mtime_ns)
        except OSError:
            return
        for path in files[: -self._most_files]:
            remove_quietly(path)

    def _path(self, name: str) -> Path:
        return self.root / f"{name}.npz"
