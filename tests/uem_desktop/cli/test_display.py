from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from uem_desktop.cli.display import has_display

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux sockets")


@pytest.fixture
def short_folder(tmp_path: Path) -> Iterator[Path]:
    """A path that is short enough for a local socket."""
    link = Path("/tmp") / f"uem-{os.getpid()}"
    link.symlink_to(tmp_path)
    yield link
    link.unlink()


def listening(family: int, address: str | tuple[str, int]) -> socket.socket:
    server = socket.socket(family)
    server.bind(address)
    server.listen()
    return server


@linux_only
@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"DISPLAY": ""},
        {"DISPLAY": ":4711"},
        {"DISPLAY": "localhost:4712.0"},
        {"DISPLAY": "nonsense"},
        {"DISPLAY": "/no/such/socket:0"},
        {"WAYLAND_DISPLAY": "wayland-4711", "XDG_RUNTIME_DIR": "/no/such/folder"},
        {"WAYLAND_DISPLAY": "x" * 500},
    ],
)
def test_nobody_answers(variables: dict[str, str]) -> None:
    assert not has_display(variables)


@linux_only
def test_wayland_answers(short_folder: Path) -> None:
    variables = {"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(short_folder)}
    with listening(socket.AF_UNIX, str(short_folder / "wayland-7")):
        assert has_display(variables)
    assert not has_display(variables)  # the file is left, the server has gone


@linux_only
@pytest.mark.parametrize("display", [":47{}", "unix:47{}", ":47{}.0"])
def test_x11_answers_on_an_abstract_socket(display: str) -> None:
    number = f"{os.getpid() % 10000:04}"
    with listening(socket.AF_UNIX, f"\0/tmp/.X11-unix/X{int('47' + number)}"):
        assert has_display({"DISPLAY": display.format(number)})


@linux_only
def test_x11_answers_over_the_loopback_as_ssh_forwards_it() -> None:
    for number in range(500, 600):
        try:
            server = listening(socket.AF_INET, ("127.0.0.1", 6000 + number))
        except OSError:
            continue
        with server:
            assert has_display({"DISPLAY": f"127.0.0.1:{number}.0"})
        return
    pytest.fail("no free port")


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_only_ssh_has_none(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert has_display({})
    assert not has_display({"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"})
