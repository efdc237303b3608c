"""Lists of files, one a line, with the exact bytes of their names."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from training.atomic_file import atomic_file
from training.data.file_access import write_error_phrase
from training.errors import UserError
from uem_desktop.retrieval.display_text import display_text


def write_file_list(path: Path, files: Iterable[Path], *, is_null_separated: bool = False) -> int:
    """Write the absolute path of each file and a line feed, or a zero byte, after it.

    Returns:
        How many there are.

    Raises:
        UserError: A name has a line feed and lines cannot hold it, or the list cannot be written.
    """
    names = [os.fsencode(os.path.abspath(file)) for file in files]
    torn = [name for name in names if b"\n" in name]
    if torn and not is_null_separated:
        others = f" and {len(torn) - 1:,} more" if len(torn) > 1 else ""
        raise UserError(
            f"The name of {display_text(os.fsdecode(torn[0]))}{others} has a line break, which a"
            " list of lines cannot hold; write the list with zero bytes between the names"
            " (--null, or a list whose name ends in .list0)."
        )
    end = b"\0" if is_null_separated else b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(path) as temporary:
            temporary.write_bytes(b"".join(name + end for name in names))
    except OSError as error:
        raise UserError(
            f"{display_text(path)} cannot be written: {write_error_phrase(error)}."
        ) from error
    return len(names)
