"""Which shared libraries of the system Qt needs and cannot find, and which packages bring them."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# soname: (package of Debian and Ubuntu, package of Fedora)
_PACKAGES = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl"),
    "libGL.so.1": ("libgl1", "libglvnd-glx"),
    "libGLX.so.0": ("libglx0", "libglvnd-glx"),
    "libOpenGL.so.0": ("libopengl0", "libglvnd-opengl"),
    "libGLdispatch.so.0": ("libglvnd0", "libglvnd"),
    "libX11.so.6": ("libx11-6", "libX11"),
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig"),
    "libfreetype.so.6": ("libfreetype6", "freetype"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libgthread-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libgio-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libgobject-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libz.so.1": ("zlib1g", "zlib"),
    "libzstd.so.1": ("libzstd1", "libzstd"),
    "libbrotlidec.so.1": ("libbrotli1", "libbrotli"),
    "libbrotlicommon.so.1": ("libbrotli1", "libbrotli"),
    "libstdc++.so.6": ("libstdc++6", "libstdc++"),
    "libgcc_s.so.1": ("libgcc-s1", "libgcc"),
    "libgssapi_krb5.so.2": ("libgssapi-krb5-2", "krb5-libs"),
    "libxcb.so.1": ("libxcb1", "libxcb"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-glx.so.0": ("libxcb-glx0", "libxcb"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb"),
    "libxcb-render.so.0": ("libxcb-render0", "libxcb"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb"),
    "libxcb-shm.so.0": ("libxcb-shm0", "libxcb"),
    "libxcb-sync.so.1": ("libxcb-sync1", "libxcb"),
    "libxcb-util.so.1": ("libxcb-util1", "xcb-util"),
    "libxcb-xfixes.so.0": ("libxcb-xfixes0", "libxcb"),
    "libxcb-xinerama.so.0": ("libxcb-xinerama0", "libxcb"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb"),
    "libwayland-client.so.0": ("libwayland-client0", "libwayland-client"),
    "libwayland-cursor.so.0": ("libwayland-cursor0", "libwayland-cursor"),
    "libwayland-egl.so.1": ("libwayland-egl1", "libwayland-egl"),
}

# what a library is for: files of PySide6 that ask for it
_FILES = {
    "draw": (
        "Qt/lib/libQt6Core.so.6",
        "Qt/lib/libQt6Gui.so.6",
        "Qt/lib/libQt6Widgets.so.6",
        "Qt/plugins/platforms/libqoffscreen.so",
    ),
    "x11": ("Qt/plugins/platforms/libqxcb.so",),
    "wayland": ("Qt/plugins/platforms/libqwayland.so",),
}

# what ctypes is asked for where there is no ldd
_KNOWN_NEEDS = {
    "draw": (
        *("libEGL.so.1", "libGL.so.1", "libxkbcommon.so.0", "libfontconfig.so.1", "libX11.so.6"),
        *("libfreetype.so.6", "libdbus-1.so.3", "libglib-2.0.so.0", "libzstd.so.1", "libz.so.1"),
    ),
    "x11": (
        *("libX11-xcb.so.1", "libxkbcommon-x11.so.0", "libxcb.so.1", "libxcb-cursor.so.0"),
        *("libxcb-icccm.so.4", "libxcb-image.so.0", "libxcb-keysyms.so.1", "libxcb-randr.so.0"),
        *("libxcb-render.so.0", "libxcb-render-util.so.0", "libxcb-shape.so.0", "libxcb-shm.so.0"),
        *("libxcb-sync.so.1", "libxcb-util.so.1", "libxcb-xfixes.so.0", "libxcb-xkb.so.1"),
    ),
    "wayland": ("libwayland-client.so.0", "libwayland-cursor.so.0"),
}


@dataclass(frozen=True, slots=True)
class MissingLibrary:
    """A shared library that Qt asks for and the system does not have.

    Attributes:
        soname: Its file name, for example ``libEGL.so.1``.
        purpose: ``draw`` (nothing works without it), ``x11`` or ``wayland`` (a window there).
        debian_package: The package of Debian and Ubuntu, ``None`` where unknown.
        fedora_package: The package of Fedora, ``None`` where unknown.
    """

    soname: str
    purpose: str
    debian_package: str | None
    fedora_package: str | None


def find_missing_libraries() -> tuple[MissingLibrary, ...]:
    """Look up every library Qt needs, without starting Qt; empty except on Linux."""
    folder = pyside_folder()
    if not sys.platform.startswith("linux") or folder is None:
        return ()
    missing: dict[str, str] = {}
    for purpose, names in _FILES.items():
        files = [folder / name for name in names if (folder / name).is_file()]
        for soname in _missing_of(purpose, files):
            missing.setdefault(soname, purpose)
    return tuple(describe_library(soname, purpose) for soname, purpose in missing.items())


def describe_library(soname: str, purpose: str) -> MissingLibrary:
    """Look up the packages that bring a library."""
    debian, fedora = _PACKAGES.get(soname, (None, None))
    return MissingLibrary(soname, purpose, debian, fedora)


def pyside_folder() -> Path | None:
    """The installed PySide6, found without importing it."""
    spec = importlib.util.find_spec("PySide6")
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]) if places else None


def parse_ldd(output: str) -> tuple[str, ...]:
    """Read the names that ``ldd`` could not find, each once, in its order."""
    return tuple(dict.fromkeys(re.findall(r"^\s*(\S+) => not found", output, re.MULTILINE)))


def has_fonts() -> bool:
    """Whether the system has any font; without one, Qt shows names it cannot write as boxes."""
    places = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
    for place in places:
        for _, _, files in os.walk(Path(place).expanduser()):
            if any(name.lower().endswith((".ttf", ".otf", ".ttc")) for name in files):
                return True
    return False


def _missing_of(purpose: str, files: list[Path]) -> Iterable[str]:
    if not files:
        return ()
    ldd = shutil.which("ldd")
    if ldd is not None:
        environment = {**os.environ, "LC_ALL": "C"}
        done = subprocess.run(
            [ldd, *files], capture_output=True, text=True, env=environment, check=False
        )
        if "=>" in done.stdout:
            return [name for name in parse_ldd(done.stdout) if not name.startswith("libQt6")]
    return [name for name in _KNOWN_NEEDS[purpose] if not _can_load(name)]


def _can_load(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True
