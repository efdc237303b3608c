"""Whether a window can be shown here, found out without Qt."""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Mapping
from pathlib import Path


def has_display(environment: Mapping[str, str] | None = None) -> bool:
    """Whether this process can put a window where a person sees it.

    On Linux a display server has to answer: a left-over ``DISPLAY`` of a server that has gone
    counts as none. On macOS and Windows there is always one, except over a plain ssh login.

    Args:
        environment: The variables to look at; those of this process when ``None``.
    """
    variables = os.environ if environment is None else environment
    if sys.platform in ("darwin", "win32"):
        return "SSH_CONNECTION" not in variables
    return has_wayland(variables) or has_x11(variables)


def has_wayland(variables: Mapping[str, str]) -> bool:
    """Whether the Wayland server that the variables name answers."""
    name = variables.get("WAYLAND_DISPLAY")
    if not name:
        return False
    return _answers(Path(variables.get("XDG_RUNTIME_DIR", "/run")) / name)


def has_x11(variables: Mapping[str, str]) -> bool:
    """Whether the X server that the variables name answers."""
    match = re.fullmatch(r"(?P<host>.*):(?P<number>\d+)(\.\d+)?", variables.get("DISPLAY", ""))
    if match is None:
        return False
    host, number = match["host"], int(match["number"])
    if host in ("", "unix"):
        path = f"/tmp/.X11-unix/X{number}"
        return _answers(Path(path)) or _answers(f"\0{path}")
    if host.startswith("/"):  # XQuartz and the like name a socket
        return _answers(Path(variables["DISPLAY"])) or _answers(Path(host))
    try:
        socket.create_connection((host, 6000 + number), timeout=2).close()
    except OSError:
        return False
    return True


def _answers(address: Path | str) -> bool:
    """Whether something listens at a local socket (a leading NUL: an abstract one)."""
    family = getattr(socket, "AF_UNIX", None)
    if family is None:
        return False
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(2)
        try:
            probe.connect(str(address))
        except (OSError, ValueError):
            return False
    return True
