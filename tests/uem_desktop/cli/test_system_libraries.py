from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest

from uem_desktop.cli import system_libraries
from uem_desktop.cli.system_libraries import (
    describe_library,
    find_missing_libraries,
    parse_ldd,
    pyside_folder,
)

LDD = """\
/venv/PySide6/Qt/lib/libQt6Gui.so.6:
\tlinux-vdso.so.1 (0x00007ffd)
\tlibQt6Core.so.6 => /venv/PySide6/Qt/lib/libQt6Core.so.6 (0x00007f01)
\tlibEGL.so.1 => not found
\tlibxkbcommon.so.0 => not found
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f00)
\t/lib64/ld-linux-x86-64.so.2 (0x00007f02)
/venv/PySide6/Qt/plugins/platforms/libqxcb.so:
\tlibEGL.so.1 => not found
\tlibxcb-cursor.so.0 => not found
"""

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux only")


def test_ldd_is_read() -> None:
    assert parse_ldd(LDD) == ("libEGL.so.1", "libxkbcommon.so.0", "libxcb-cursor.so.0")


def test_packages_are_named() -> None:
    cursor = describe_library("libxcb-cursor.so.0", "x11")
    assert (cursor.debian_package, cursor.fedora_package) == ("libxcb-cursor0", "xcb-util-cursor")
    assert describe_library("libnovel.so.1", "draw").debian_package is None


def test_everything_the_plugins_ask_for_has_a_package() -> None:
    """What Qt really needs on X11 is in the table, so that a bare machine gets all names."""
    folder = pyside_folder()
    assert folder is not None
    files = [folder / name for names in system_libraries._FILES.values() for name in names]
    assert all(file.is_file() for file in files)
    assert {name for names in system_libraries._KNOWN_NEEDS.values() for name in names} <= set(
        system_libraries._PACKAGES
    )
    needed: set[str] = set()
    for file in files:
        needed |= needed_names(file)
    libc = {"libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1"}
    ours = {name for name in needed if name.startswith(("libQt6", "libicu", "ld-linux"))}
    assert needed - libc - ours <= set(system_libraries._PACKAGES)


def needed_names(file: Path) -> set[str]:
    """The sonames in an ELF file's string table that end like libraries: a superset of NEEDED."""
    content = file.read_bytes()
    strings = re.findall(rb"\0(lib[A-Za-z0-9_.+-]+\.so(?:\.[0-9]+)+)(?=\0)", content)
    return {string.decode() for string in strings} - {file.name}


@pytest.mark.parametrize("has_ldd", [True, False])
def test_what_is_missing_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, has_ldd: bool
) -> None:
    if has_ldd:
        script = tmp_path / "ldd"
        script.write_text(f"#!/bin/sh\ncat <<'END'\n{LDD}END\n", encoding="utf-8")
        script.chmod(0o700)
        monkeypatch.setattr(shutil, "which", lambda name: str(script))
        expected = {"libEGL.so.1", "libxkbcommon.so.0", "libxcb-cursor.so.0"}
    else:
        monkeypatch.setattr(shutil, "which", lambda name: None)
        lost = {"libEGL.so.1", "libxcb-cursor.so.0"}
        monkeypatch.setattr(system_libraries, "_can_load", lambda name: name not in lost)
        expected = lost
    missing = find_missing_libraries()
    assert {library.soname for library in missing} == expected
    assert {lib.soname: lib.purpose for lib in missing}["libEGL.so.1"] == "draw"
    assert {lib.debian_package for lib in missing} >= {"libegl1", "libxcb-cursor0"}


def test_this_machine_agrees_with_its_loader() -> None:
    """`ldd` and the loader itself see the same, and drawing works here, as the tests need it."""
    missing = {library.soname for library in find_missing_libraries()}
    known = {name for names in system_libraries._KNOWN_NEEDS.values() for name in names}
    assert {name for name in known if not system_libraries._can_load(name)} >= missing & known
    assert not {lib.soname for lib in find_missing_libraries() if lib.purpose == "draw"}
