"""Runs in fake child processes and recorded event files, seen from an event loop."""

from __future__ import annotations

import json
import os
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from training.events import (
    CheckpointSaved,
    Event,
    PreparationAdvanced,
    RunContinued,
    RunEnded,
    RunPaused,
    StepLogged,
    event_line,
)
from uem_desktop.jobs.training_thread import INTERVAL_S, MOST_AT_ONCE, TrainingThread
from uem_desktop.retrieval.run_ending import ending_of_process

PRELUDE = """
import json, os, sys, time
from training.events import *

def say(event):
    sys.stdout.write(event_line(event) + "\\n")
    sys.stdout.flush()

def step(number):
    say(StepLogged("IDSE", 0, number, number, {"INCE A": 1.5, "INCE B": 2.5}, 4.0, 0.1))
"""

Train = Callable[..., tuple[TrainingThread, "Listener"]]


class Listener(QObject):
    """Notes what arrives, when and on which thread."""

    def __init__(self, thread: TrainingThread) -> None:
        super().__init__()
        self.batches: list[list[Event]] = []
        self.times: list[float] = []
        self.endings: list[tuple[str, str]] = []
        self.threads: set[threading.Thread] = set()
        thread.events_arrived.connect(self.on_events)
        thread.run_ended.connect(self.on_end)

    @property
    def events(self) -> list[Event]:
        return [event for batch in self.batches for event in batch]

    def on_events(self, events: list[Event]) -> None:
        self.threads.add(threading.current_thread())
        self.times.append(time.monotonic())
        self.batches.append(events)

    def on_end(self, outcome: str, message: str) -> None:
        self.threads.add(threading.current_thread())
        self.endings.append((outcome, message))


@pytest.fixture
def open_thread(qtbot: QtBot) -> Iterator[Callable[[TrainingThread], Listener]]:
    """Listen to a thread that is closed at the end, and see that nothing is left."""
    before = set(threading.enumerate())
    threads: list[TrainingThread] = []

    def open_it(thread: TrainingThread) -> Listener:
        threads.append(thread)
        return Listener(thread)

    yield open_it
    for thread in threads:
        thread.close()
        assert thread.isFinished()
    deadline = time.monotonic() + 2
    while set(threading.enumerate()) - before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert set(threading.enumerate()) <= before | {threading.main_thread()}


@pytest.fixture
def train(tmp_path: Path, open_thread: Callable[[TrainingThread], Listener]) -> Train:
    """Start a fake training process with this body."""

    def start(body: str, resume: bool = False) -> tuple[TrainingThread, Listener]:
        script = tmp_path / "child.py"
        script.write_text(PRELUDE + textwrap.dedent(body), encoding="utf-8")
        run = tmp_path / "run"
        run.mkdir(exist_ok=True)
        command = [sys.executable, "-P", str(script)]
        thread = TrainingThread.training(run, resume, command=command)
        return thread, open_thread(thread)

    return start


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


OBEDIENT = """
step(0)
number = 1
for line in sys.stdin:
    command = json.loads(line)
    if command["command"] == "pause":
        say(RunPaused())
    elif command["command"] == "continue":
        say(RunContinued())
    elif command["command"] == "pin":
        say(PreparationAdvanced(json.dumps(command["queries"]), 0, 1, 0.0, None))
    elif command["command"] == "stop":
        break
say(CheckpointSaved("IDSE", 0, 1, "checkpoints/x.pt", ""))
say(RunEnded("stopped", "", 1.0))
"""


def test_events_arrive_in_order_at_a_measured_pace_and_the_end_comes_once(
    train: Train, qtbot: QtBot
) -> None:
    thread, heard = train(
        """
        for number in range(3000):
            step(number)
            if number % 300 == 0:
                time.sleep(0.05)
        say(RunEnded("finished", "", 1.0, "encoder.safetensors"))
        """
    )
    qtbot.waitUntil(lambda: bool(heard.endings), timeout=15000)
    qtbot.wait(80)
    *steps, end = heard.events
    assert [step.global_step for step in steps if isinstance(step, StepLogged)] == [*range(3000)]
    assert isinstance(end, RunEnded)
    assert heard.endings == [("finished", "")]
    assert heard.threads == {threading.main_thread()}
    gaps = [after - before for before, after in pairwise(heard.times)]
    assert min(gaps) > INTERVAL_S * 0.95
    assert thread.is_over
    assert thread.is_own


def test_a_flood_comes_in_portions(train: Train, qtbot: QtBot) -> None:
    _, heard = train(
        """
        for number in range(5000):
            step(number)
        say(RunEnded("finished", "", 1.0))
        """
    )
    qtbot.waitUntil(lambda: bool(heard.endings), timeout=15000)
    assert len(heard.events) == 5001
    assert max(len(batch) for batch in heard.batches) <= MOST_AT_ONCE


def test_a_slow_listener_loses_nothing(train: Train, qtbot: QtBot) -> None:
    thread, heard = train(
        """
        for number in range(12000):
            step(number)
        """
    )
    thread.events_arrived.connect(lambda events: time.sleep(0.05))
    qtbot.waitUntil(lambda: bool(heard.endings), timeout=30000)
    numbers = [step.global_step for step in heard.events if isinstance(step, StepLogged)]
    assert numbers == [*range(12000)]


def test_commands_reach_the_run(train: Train, qtbot: QtBot) -> None:
    thread, heard = train(OBEDIENT)
    qtbot.waitUntil(lambda: bool(heard.events), timeout=10000)
    thread.pause()
    thread.go_on()
    thread.pin([("a", Path("/pictures/ä.png")), ("b", Path("x"))])
    thread.stop()
    qtbot.waitUntil(lambda: bool(heard.endings), timeout=10000)
    kinds = [type(event) for event in heard.events]
    assert kinds == [
        StepLogged,
        RunPaused,
        RunContinued,
        PreparationAdvanced,
        CheckpointSaved,
        RunEnded,
    ]
    (pinned,) = (event for event in heard.events if isinstance(event, PreparationAdvanced))
    assert json.loads(pinned.task) == [
        {"domain": "a", "path": str(Path("/pictures/ä.png"))},
        {"domain": "b", "path": "x"},
    ]
    assert heard.endings == [("stopped", "")]
    thread.pause()  # too late, and no harm


def test_the_folder_and_resume_are_handed_over(train: Train, qtbot: QtBot, tmp_path: Path) -> None:
    _, heard = train("say(RunEnded('failed', ' '.join(sys.argv[1:]), 0.0))", resume=True)
    qtbot.waitUntil(lambda: bool(heard.endings), timeout=10000)
    assert heard.endings == [("failed", f"{tmp_path / 'run'} --resume")]


@pytest.mark.skipif(os.name == "nt", reason="signals as on POSIX")
def test_a_killed_child_is_told_in_one_sentence(train: Train, qtbot: QtBot) -> None:
    thread, heard = train("step(0)\nos.kill(os.getpid(), 9)")
    (thread.folder / "checkpoints").mkdir()
    (thread.folder / "checkpoints" / "idse-0001.pt").touch()
    qtbot.waitUntil(lambda: bool(heard.endings), timeout=10000)
    sentence = (
        "The training process was stopped by the system, often for lack of memory; "
        "it can go on from its last checkpoint."
    )
    assert heard.endings == [("failed", sentence)]
    assert len(heard.events) == 1


def test_a_bug_is_told_and_logged(
    train: Train, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    _, heard = train("print('no event', flush=True)\nraise ZeroDivisionError('seven by nothing')")
    qtbot.waitUntil(lambda: bool(heard.endings), timeout=10000)
    ((outcome, message),) = heard.endings
    assert outcome == "failed"
    assert "ZeroDivisionError: seven by nothing" in message
    assert "starts from the beginning" in message
    assert "Traceback" in caplog.text


def test_the_sentence_of_a_child_that_cannot_begin_is_shown_as_it_is(tmp_path: Path) -> None:
    lines = ["a warning", "There is no run in /x.", ""]
    ending = ending_of_process(2, lines, tmp_path, was_killed=False)
    assert (ending.outcome, ending.message) == ("failed", "There is no run in /x.")
    assert "SIGSEGV" in ending_of_process(-11, [], tmp_path, was_killed=False).message
    assert "exit code 77" in ending_of_process(77, [], tmp_path, was_killed=False).message
    assert "without saying why" in ending_of_process(0, [], tmp_path, was_killed=False).message


def test_a_program_that_is_not_there_fails_in_one_sentence(
    open_thread: Callable[[TrainingThread], Listener], tmp_path: Path, qtbot: QtBot
) -> None:
    thread = TrainingThread.training(tmp_path, command=[str(tmp_path / "nothing")])
    heard = open_thread(thread)
    qtbot.waitUntil(lambda: bool(heard.endings), timeout=10000)
    assert heard.endings == [
        ("failed", "The training process cannot be started: no such file or directory.")
    ]
    thread.stop()
    thread.kill()


DEAF = """
step(0)
import subprocess
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
say(PreparationAdvanced("", grandchild.pid, 1, 0.0, None))
time.sleep(60)
"""


def test_kill_ends_a_deaf_child_and_what_it_started(train: Train, qtbot: QtBot) -> None:
    thread, heard = train(DEAF)
    qtbot.waitUntil(lambda: len(heard.events) == 2, timeout=10000)
    (grandchild,) = (event.done for event in heard.events if isinstance(event, PreparationAdvanced))
    before = time.monotonic()
    for _ in range(3000):  # more than a pipe holds
        thread.pin([("a", Path("x" * 100))])
    thread.stop()
    assert time.monotonic() - before < 0.5, "a full pipe must not hold the window up"
    assert thread.pid is not None
    thread.kill()
    qtbot.waitUntil(lambda: bool(heard.endings), timeout=10000)
    ((outcome, message),) = heard.endings
    assert outcome == "stopped"
    assert message.startswith("Training was ended at once")
    assert not is_alive(thread.pid)
    if os.name != "nt":
        qtbot.waitUntil(lambda: not is_alive(grandchild) or is_zombie(grandchild), timeout=5000)


def is_zombie(pid: int) -> bool:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return True
    return text.rpartition(")")[2].split()[0] == "Z"


def test_close_lets_the_run_save_its_checkpoint(train: Train, qtbot: QtBot, tmp_path: Path) -> None:
    thread, heard = train(OBEDIENT + f"\nopen({str(tmp_path / 'saved')!r}, 'w').close()")
    qtbot.waitUntil(lambda: bool(heard.events), timeout=10000)
    assert thread.close()
    assert (tmp_path / "saved").exists()
    qtbot.wait(50)
    assert heard.endings == [], "nothing is delivered after close"
    assert len(heard.events) == 1


def test_close_kills_a_deaf_child(train: Train, qtbot: QtBot) -> None:
    thread, heard = train(DEAF)
    qtbot.waitUntil(lambda: bool(heard.events), timeout=10000)
    pid = thread.pid
    assert not thread.close(0.2)
    assert thread.isFinished()
    assert pid is not None
    assert not is_alive(pid)


def test_close_right_after_the_start(train: Train) -> None:
    thread, heard = train("for number in range(100000): step(number)")
    thread.close(0.0)
    assert heard.batches == []


# ---- runs of somebody else


def steps(first: int, last: int) -> list[Event]:
    return [
        StepLogged("IDSE", 0, number, number, {"INCE A": 1.0}, 1.0, 0.1)
        for number in range(first, last)
    ]


def append(folder: Path, events: list[Event], end: str = "\n") -> None:
    with (folder / "events.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n".join(event_line(event) for event in events) + end)


def test_a_run_is_followed_from_before_its_first_event_to_its_end(
    open_thread: Callable[[TrainingThread], Listener], tmp_path: Path, qtbot: QtBot
) -> None:
    thread = TrainingThread.following(tmp_path)
    heard = open_thread(thread)
    qtbot.wait(20)
    append(tmp_path, steps(0, 500))
    qtbot.waitUntil(lambda: len(heard.events) == 500, timeout=10000)
    append(tmp_path, steps(500, 501), end="")  # a line in the middle of being written
    qtbot.wait(20)
    append(tmp_path, [], end="\n")
    qtbot.waitUntil(lambda: len(heard.events) == 501, timeout=10000)
    thread.stop()
    thread.kill()
    assert not thread.is_own
    assert thread.pid is None
    assert thread.quiet_seconds < 60
    append(tmp_path, [RunEnded("failed", "The disk is full.", 1.0)])
    qtbot.waitUntil(lambda: bool(heard.endings), timeout=10000)
    assert heard.endings == [("failed", "The disk is full.")]


def test_a_run_that_went_on_after_its_end_is_still_followed(
    open_thread: Callable[[TrainingThread], Listener], tmp_path: Path, qtbot: QtBot
) -> None:
    append(tmp_path, [*steps(0, 10), RunEnded("stopped", "", 1.0), *steps(10, 20)])
    heard = open_thread(TrainingThread.following(tmp_path))
    qtbot.waitUntil(lambda: len(heard.events) == 21, timeout=10000)
    qtbot.wait(50)
    assert heard.endings == []
    append(tmp_path, [RunEnded("finished", "", 2.0)])
    qtbot.waitUntil(lambda: bool(heard.endings), timeout=10000)
    assert heard.endings == [("finished", "")]


def test_following_can_be_left_at_any_time(
    open_thread: Callable[[TrainingThread], Listener], tmp_path: Path
) -> None:
    thread = TrainingThread.following(tmp_path / "not there")
    open_thread(thread)
    before = time.monotonic()
    assert thread.close()
    assert time.monotonic() - before < 1


def test_the_window_stays_smooth_under_two_thousand_events_a_second(
    train: Train, qtbot: QtBot
) -> None:
    from uem_desktop.retrieval.run_curves import RunCurves

    curves = RunCurves()
    thread, heard = train(
        """
        start = time.monotonic()
        for number in range(3000):
            step(number)
            time.sleep(max(0.0, start + number / 2000 - time.monotonic()))
        say(RunEnded("finished", "", 1.0))
        """
    )
    thread.events_arrived.connect(lambda events: [curves.add(event) for event in events])
    ticks: list[float] = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    timer.start(1)
    qtbot.waitUntil(lambda: bool(heard.endings), timeout=20000)
    timer.stop()
    gaps = sorted(after - before for before, after in pairwise(ticks))
    assert len(curves.group("losses")[0]) == 3000
    # 16 ms on cores that do nothing else
    assert gaps[int(len(gaps) * 0.99)] < 0.064
