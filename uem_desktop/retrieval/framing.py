"""Messages through a pipe: one line of JSON, then as many raw bytes as the line says."""

from __future__ import annotations

import json
from typing import IO, Any, NamedTuple


class Message(NamedTuple):
    """A header that JSON can hold, and bytes that need not be text."""

    header: dict[str, Any]
    payload: bytes


def write_message(stream: IO[bytes], header: dict[str, Any], payload: bytes = b"") -> None:
    """Write one message and flush; file names that are no UTF-8 survive as escapes.

    Raises:
        OSError: Nobody reads any more.
    """
    line = json.dumps({**header, "bytes": len(payload)}).encode("ascii")
    stream.write(line + b"\n")
    if payload:
        stream.write(payload)
    stream.flush()


def read_message(stream: IO[bytes]) -> Message | None:
    """Read one message; None when the other side has ended, even in the middle of one."""
    try:
        line = stream.readline()
        if not line.endswith(b"\n"):
            return None
        header = json.loads(line)
        size = header.pop("bytes")
        payload = stream.read(size) if size else b""
    except (OSError, ValueError):
        return None
    return Message(header, payload) if len(payload) == size else None
