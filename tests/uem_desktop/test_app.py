"""The command `uem-desktop` as a shell starts it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

ENVIRONMENT = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}


def start(*arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "uem_desktop.app", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=90,
        env={
            **ENVIRONMENT,
            **{k: os.environ[k] for k in os.environ if k.startswith("UEM")},
            **more,
        },
    )


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--query", "/not/there"], "not there"),
        (["/not/there"], "no file or folder"),
        (["--project", "/not/there.uem"], "no project file"),
        (["--frobnicate"], "--help"),
        (["--theme", "pink"], "theme"),
        ([""], "the path is empty"),
        (["--gallery", ""], "--gallery: the path is empty"),
        (["--project="], "--project: the path is empty"),
        (["--checkpoint", ""], "--checkpoint: the checkpoint is empty"),
        (["https://example.com/x.png"], "https://example.com/x.png is an address, and nothing"),
    ],
)
def test_what_a_person_can_mend_is_one_sentence(arguments: list[str], word: str) -> None:
    done = start(*arguments, QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 2
    assert word in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
def test_no_display_is_a_sentence_and_no_abort() -> None:
    environment = {k: v for k, v in ENVIRONMENT.items() if k != "QT_QPA_PLATFORM"}
    done = subprocess.run(
        [sys.executable, "-m", "uem_desktop.app", "--demo"],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
    )
    assert done.returncode == 2
    assert "no display" in done.stderr


def test_version() -> None:
    assert start("--version").stdout.startswith("uem-desktop ")


def test_a_picture_of_the_whole_window(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "window.png"
    done = start("--demo", "--snapshot", target, "--theme", "dark", QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    with Image.open(target) as image:
        assert image.size == (1440, 900)
        assert len(image.convert("RGB").getcolors(1_000_000) or range(10**6)) > 5000


def test_no_type_of_qt_is_left_for_two_threads_to_make_at_once() -> None:
    code = (
        "from uem_desktop.app import main\n"
        "try: main(['--version'])\n"
        "except SystemExit: pass\n"
        "from PySide6 import QtWidgets\n"
        "print('QWizard' in vars(QtWidgets))\n"
    )
    environment = {k: v for k, v in ENVIRONMENT.items() if k != "PYSIDE6_OPTION_LAZY"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=environment
    )
    assert done.stdout.splitlines()[-1] == "True", done.stderr


def test_the_window_is_there_within_a_second() -> None:
    began = time.time()
    with subprocess.Popen(
        [sys.executable, "-m", "uem_desktop.app"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "UEM_TIMING": "1"},
    ) as window:
        assert window.stderr is not None
        line = window.stderr.readline()
        window.terminate()
    assert line.startswith("window shown at")
    assert float(line.split()[-1]) - began < 3, "under a second on an idle machine"
