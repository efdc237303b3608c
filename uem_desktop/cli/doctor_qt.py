"""Whether Qt finds the libraries of the system and can draw, asked without importing Qt here."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from uem_desktop.cli.display import has_wayland, has_x11
from uem_desktop.cli.doctor_checks import Check
from uem_desktop.cli.system_libraries import MissingLibrary, has_fonts

_FONT_PACKAGE = "fonts-dejavu-core"
_DRAW = "from PySide6.QtWidgets import QApplication; QApplication([]); print('drawn')"
_DEVICES = """
import json
from training.device import available_devices
print(json.dumps(available_devices()))
"""
_LIMIT_S = 180


def relevant_libraries(missing: Sequence[MissingLibrary]) -> tuple[MissingLibrary, ...]:
    """Leave out what only a Wayland desktop needs where there is none."""
    is_wayland = has_wayland(os.environ)
    return tuple(library for library in missing if library.purpose != "wayland" or is_wayland)


def debian_packages(missing: Sequence[MissingLibrary]) -> tuple[str, ...]:
    """Name the packages of Debian and Ubuntu that bring what is missing, fonts included."""
    names = {library.debian_package for library in missing if library.debian_package}
    if sys.platform.startswith("linux") and not has_fonts():
        names.add(_FONT_PACKAGE)
    return tuple(sorted(names))


def fedora_packages(missing: Sequence[MissingLibrary]) -> tuple[str, ...]:
    """Name the packages of Fedora that bring what is missing."""
    return tuple(sorted({lib.fedora_package for lib in missing if lib.fedora_package}))


def check_libraries(missing: Sequence[MissingLibrary]) -> Iterator[Check]:
    """The shared libraries of the system that Qt needs."""
    if not sys.platform.startswith("linux"):
        return
    is_x11 = has_x11(os.environ) and not has_wayland(os.environ)
    for library in missing:
        uses = {"draw": "to draw", "x11": "for a window on X11", "wayland": "on Wayland"}
        is_essential = library.purpose == "draw" or (library.purpose == "x11" and is_x11)
        detail = f"missing; Qt needs it {uses[library.purpose]}"
        yield Check("Window", library.soname, False, is_essential, detail, _remedy(library))
    if not missing:
        yield Check("Window", "System libraries", True, False, "Qt finds all it needs")
    if not has_fonts():
        detail = "none; names in other scripts show as boxes"
        yield Check("Window", "Fonts", False, False, detail, f"apt-get install {_FONT_PACKAGE}")


def _remedy(library: MissingLibrary) -> str:
    if _is_fedora_like() and library.fedora_package:
        return f"dnf install {library.fedora_package}"
    if library.debian_package:
        return f"apt-get install {library.debian_package}"
    return f"install the package of your system that holds {library.soname}"


def _is_fedora_like() -> bool:
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return Path("/etc/redhat-release").exists()
    names = {release.get("ID", ""), *release.get("ID_LIKE", "").split()}
    return bool(names & {"fedora", "rhel", "centos"})


def start_child(code: str) -> subprocess.Popen[str]:
    """Start a Python that runs ``code`` without a display; it may import what it likes."""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )


def check_by_running() -> Iterator[Check]:
    """Let Qt draw and torch list its devices, each in a process of its own at the same time."""
    drawing, devices = start_child(_DRAW), start_child(_DEVICES)
    code, _, error = finish(drawing)
    if code == 0:
        yield Check("Window", "Qt", True, False, "starts and draws")
    else:
        yield Check("Window", "Qt", False, True, f"does not start: {error}", "see the lines above")
    code, output, error = finish(devices)
    if code != 0:
        yield Check("Devices", "torch", False, True, f"cannot be used: {error}", "install it again")
        return
    import json

    for name, description in json.loads(output):
        yield Check("Devices", name, True, False, description)


def finish(child: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Wait for a child; return its exit code, its output and the last line of its complaint."""
    try:
        output, complaint = child.communicate(timeout=_LIMIT_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        return 1, "", f"no answer within {_LIMIT_S} s"
    lines = [line for line in complaint.splitlines() if line.strip()]
    return child.returncode, output, lines[-1].strip() if lines else f"code {child.returncode}"
