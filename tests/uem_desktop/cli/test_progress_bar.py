"""Progress of work in steps, for a person and for a log, and Ctrl+C in each of them."""

from __future__ import annotations

import io
import signal
from pathlib import Path
from typing import Any

import pytest

from uem_desktop.cli import progress_bar
from uem_desktop.cli.progress_bar import shown_steps


class Terminal(io.StringIO):
    """A standard error that somebody looks at."""

    def isatty(self) -> bool:
        return True


class Clock:
    """A clock that only a test moves on."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(progress_bar, "time", clock)
    return clock


def test_a_log_has_a_line_now_and_then_with_the_time_left_of_each_step(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    with shown_steps("Ranking") as on_step:
        on_step("Ranking", 0.0)
        clock.now += 20
        on_step("Ranking", 0.25)
        on_step("Ranking", 0.26)
        clock.now += 20
        on_step("Finding prototypes", 0.0)
        clock.now += 20
        on_step("Finding near-duplicates", 0.0)
        clock.now += 30
        on_step("Finding near-duplicates", 0.1)
        clock.now += 30
        on_step("Finding near-duplicates", 1.0)
    assert capsys.readouterr().err.splitlines() == [
        "Ranking: 25 % · 1 min left",
        "Finding near-duplicates: 10 % · 4 min 30 s left",
    ]


def test_a_person_sees_a_bar_for_each_step(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "xterm")
    with shown_steps("Ranking") as on_step:
        on_step("Ranking", 0.0)
        clock.now += 3
        on_step("Ranking", 0.6)
        on_step("Helping [retrieval]", 0.0)
    shown = terminal.getvalue()
    assert "Helping [retrieval]" in shown
    assert shown.endswith("\x1b[2K"), "the bar leaves no trace"


@pytest.mark.parametrize(
    ("arguments", "steps"),
    [
        (["evaluate"], ["Ranking"]),
        (
            ["evaluate", "--setting", "as-is", "--retrieval-help"],
            [
                "Ranking",
                "Helping retrieval",
                "Ranking with help",
                "Clustering both domains",
                "Voting about counterparts",
            ],
        ),
        (
            ["evaluate", "--worst", "2", "--diagnostics"],
            ["Ranking", "Finding prototypes", "Finding near-duplicates"],
        ),
        (
            ["search", "--retrieval-help"],
            ["Looking for queries without a counterpart", "Helping retrieval", "Searching"],
        ),
    ],
)
def test_each_step_is_told_of_and_ends_at_ctrl_c_with_one_sentence(
    uem: Any,
    folders: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    steps: list[str],
) -> None:
    command, *options = arguments
    given = [command, "--query", folders[0], "--gallery", folders[1], *options]
    told: dict[str, list[float]] = {}

    def note(_: object, step: str, share: float) -> None:
        told.setdefault(step, []).append(share)
        if step == stop_at:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(progress_bar._Steps, "__call__", note)
    stop_at = ""
    assert uem(*given).code == 0
    assert list(told) == steps
    for step, shares in told.items():
        assert shares == sorted(shares)
        assert shares[-1] == (
            0.0 if step in ("Finding prototypes", "Clustering both domains") else 1.0
        )
    for stop_at in steps:
        outcome = uem(*given)
        assert (outcome.code, outcome.out) == (130, ""), stop_at
        assert outcome.err == "Stopped; what is embedded so far is kept.\n"
