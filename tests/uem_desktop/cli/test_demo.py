from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from uem_desktop.cli import demo_steps

# stands for the window: notes how it was called and, when asked for a picture, writes one
WINDOW = """
import os, pathlib, sys
notes = pathlib.Path({notes!r})
with notes.open("a") as file:
    print(*sys.argv[1:], os.environ.get("QT_QPA_PLATFORM"), file=file)
if "--snapshot" in sys.argv:
    pathlib.Path(sys.argv[-1]).write_bytes(b"PNG")
"""
FAILURE = "import sys; print('first', file=sys.stderr); sys.exit('no such plugin')"


@pytest.fixture
def small_demo(
    folders: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., list[str]]:
    """Let the demo use the small folders and a window that only takes notes; return the notes."""
    notes = tmp_path / "notes.txt"
    monkeypatch.setattr(demo_steps, "sample_folders", lambda: folders)
    monkeypatch.setattr(
        demo_steps, "_WINDOW", (sys.executable, "-c", WINDOW.format(notes=str(notes)), "--demo")
    )
    monkeypatch.setenv("QT_QPA_PLATFORM", "as-it-was")
    monkeypatch.chdir(tmp_path)
    return lambda: notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []


def has_display(monkeypatch: pytest.MonkeyPatch, answer: bool) -> None:
    monkeypatch.setattr("uem_desktop.cli.display.has_display", lambda: answer)


def test_without_a_display_everything_is_written(
    uem: Any, small_demo: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_display(monkeypatch, False)
    outcome = uem("demo")
    assert outcome.code == 0
    assert small_demo() == [f"--demo --snapshot {Path('demo', 'explorer.png')} offscreen"]
    assert {path.name for path in (tmp_path / "demo").iterdir()} == {"report.html", "explorer.png"}
    report = (tmp_path / "demo" / "report.html").read_text(encoding="utf-8")
    assert "uem demo --out demo" in report
    assert "3 skipped files" in report
    assert outcome.out.count("✓") + outcome.out.count("✗") == 3 * 5
    assert "mAP@All, plain" in outcome.out
    assert outcome.err.count("\n") == 1  # the skipped files


def test_json_holds_everything_and_opens_nothing(
    uem: Any, small_demo: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_display(monkeypatch, True)
    outcome = uem("demo", "--json")
    assert outcome.code == 0
    found = json.loads(outcome.out)
    assert len(found["queries"]) == 3
    assert found["scores"]["map_at_all"]["plain"] > 0
    assert Path(found["report"]).is_file()
    assert Path(found["picture"]).is_file()
    assert len(found["skipped"]) == 3
    assert len(small_demo()) == 1, "the picture, and no window"


def test_with_a_display_the_window_opens_too(
    uem: Any, small_demo: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_display(monkeypatch, True)
    outcome = uem("demo", "--out", tmp_path / "out")
    assert outcome.code == 0
    assert sorted(small_demo()) == [
        f"--demo --snapshot {tmp_path / 'out' / 'explorer.png'} offscreen",
        "--demo as-it-was",
    ]
    assert "The window is open" in outcome.out


def test_no_window_when_none_is_wanted(
    uem: Any, small_demo: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_display(monkeypatch, True)
    assert uem("demo", "--no-window").code == 0
    assert len(small_demo()) == 1


@pytest.mark.usefixtures("small_demo")
@pytest.mark.parametrize("is_display", [False, True])
def test_a_window_that_fails_is_a_sentence_after_all_else(
    uem: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_display: bool
) -> None:
    has_display(monkeypatch, is_display)
    monkeypatch.setattr(demo_steps, "_WINDOW", (sys.executable, "-c", FAILURE))
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "explorer.png").write_bytes(b"of the last run")
    outcome = uem("demo")
    assert outcome.code == 1
    lines = outcome.err.splitlines()[1:]
    hint = "(no such plugin); 'uem doctor' says what is missing."
    expected = [f"The window could not be drawn {hint}"]
    if is_display:
        expected.append(f"The window could not be opened {hint}")
    assert lines == expected
    assert [path.name for path in (tmp_path / "demo").iterdir()] == ["report.html"]


def test_a_window_that_never_answers(
    small_demo: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        demo_steps, "_WINDOW", (sys.executable, "-c", "import time; time.sleep(60)")
    )
    monkeypatch.setattr(demo_steps, "_PICTURE_LIMIT_S", 1)
    problem = demo_steps.write_picture(tmp_path / "explorer.png")
    assert problem is not None
    assert "no answer within 1 s" in problem


def test_the_sample_collection_is_there() -> None:
    query, gallery = demo_steps.sample_folders()
    assert (query.name, gallery.name) == ("clipart", "render")
