"""Files that are whole or not there."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


@contextlib.contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path` that takes its place when the block ends well."""
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.tmp")
    try:
        yield temporary
        os.replace(temporary, path)
    except BaseException:
        remove_quietly(temporary)
        raise


@contextlib.contextmanager
def durable_file(path: Path) -> Iterator[BinaryIO]:
    """Give an open file that takes the place of `path`, safe on the disk, if all goes well."""
    with atomic_file(path) as temporary, temporary.open("xb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def remove_quietly(path: Path) -> None:
    """Delete a file; another process may have done so, or may be reading it."""
    with contextlib.suppress(OSError):
        path.unlink()
