"""Text lists that say which images belong to a domain: a path and a label on each line."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from training.data.file_access import os_error_phrase, printable
from training.errors import UserError

_PARTS = ("train", "test")


def lists_of(root: Path, domain: str) -> tuple[Path, ...]:
    """Return the lists of a domain, ``DOMAIN_train.txt`` and ``DOMAIN_test.txt``, that exist."""
    paths = (root / f"{domain}_{part}.txt" for part in _PARTS)
    return tuple(path for path in paths if path.is_file())


def listed_files(root: Path, lists: Iterable[Path]) -> frozenset[str]:
    """Return the files that lists name.

    Paths in a list are relative to the root and have forward slashes; a line ends with the label,
    which is not needed: the folder of an image is its category. Empty lines count nothing.

    Raises:
        UserError: A list cannot be read, or a line is none of a path and a label.
    """
    found: set[str] = set()
    for path in lists:
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except OSError as error:
            raise UserError(
                f"The list {printable(path)} cannot be used: {os_error_phrase(error, path)}."
            ) from error
        except UnicodeDecodeError as error:
            raise UserError(f"The list {printable(path)} is no text.") from error
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            name, _, label = line.strip().rpartition(" ")
            if not name or not label.isdecimal():
                raise UserError(
                    f"Line {number} of {printable(path)} is not a path and a label: {line.strip()}"
                )
            found.add(os.path.join(root, *name.strip().split("/")))
    return frozenset(found)
