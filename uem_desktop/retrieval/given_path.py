"""What a person writes on a command line where a path or a checkpoint is wanted."""

from __future__ import annotations

import os
import re
from pathlib import Path

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def given_path(text: str, what: str = "file") -> Path:
    """Return the path that a text stands for.

    Args:
        text: As it was written.
        what: What is wanted, for the words of the error.

    Raises:
        ValueError: Says in words for people what is wrong: the text is empty, which would otherwise
            be the current folder, or an address in the network.
    """
    if not text:
        raise ValueError("the path is empty; the current folder is written as a dot")
    _check_no_address(text, what)
    return Path(text)


def given_checkpoint(text: str) -> str:
    """Return the text, which is a file or a name.

    Raises:
        ValueError: Says in words for people what is wrong: it is empty or an address.
    """
    if not text:
        raise ValueError("the checkpoint is empty; give a file or a name such as 'pretrained'")
    _check_no_address(text, "file")
    return text


def _check_no_address(text: str, what: str) -> None:
    if not _ADDRESS.match(text) or os.path.lexists(text):
        return
    if text.lower().startswith("file:"):
        raise ValueError(f"{text} is an address; give the path of the {what} instead")
    raise ValueError(
        f"{text} is an address, and nothing is fetched from the network; save the {what} first"
    )
