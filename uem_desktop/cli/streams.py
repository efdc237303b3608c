"""Standard output and standard error: results go to one, everything else to the other."""

from __future__ import annotations

import io
import json
import os
import sys
from typing import Any

import click

from uem_desktop.retrieval.display_text import display_text


def prepare_streams() -> None:
    """Let a character that a terminal cannot show become an escape, not an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def drop_stdout() -> None:
    """Send what is still to be written to nowhere: the reader (``head``) has left."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


def say(sentence: str) -> None:
    """Print one line on standard error; a line break in it (a file name's) becomes an escape."""
    click.echo(display_text(sentence.strip()), err=True)


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object, and nothing else, on standard output.

    File names that are no UTF-8 come out as escaped lone surrogates, which Python's own ``json``
    reads and ``os.fsencode`` turns back into the exact bytes.
    """
    click.echo(json.dumps(value, ensure_ascii=True, allow_nan=False))


def can_show(characters: str) -> bool:
    """Whether standard output can encode these characters."""
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    try:
        characters.encode(encoding)
    except (LookupError, UnicodeEncodeError):
        return False
    return True
