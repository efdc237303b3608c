from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path

import pytest
import recorded_run
from filelock import FileLock

from training.events import Event, RunEnded, RunPaused, event_line
from training.run_folder import EventWriter, RunFolder
from uem_desktop.retrieval import known_runs
from uem_desktop.retrieval.known_runs import KnownRuns
from uem_desktop.retrieval.run_draft import RunDraft
from uem_desktop.retrieval.runs import (
    RunState,
    default_run_path,
    default_runs_folder,
    find_runs,
    read_domains,
    summarise,
)


@pytest.fixture
def events(sample_root) -> list[Event]:
    a, b = sample_root / "clipart", sample_root / "render"
    return list(recorded_run.recorded_events(a, b, epochs=(3, 2)))


def make_run(path: Path, events: list[Event], age: float = 0.0) -> Path:
    run = RunFolder(path)
    run.create(RunDraft.of().with_value("data.domain_a", "/a").config)
    writer = EventWriter(run.events_path)
    for event in events:
        writer.write(event)
    writer.close()
    os.utime(run.events_path, (time.time() - age,) * 2)
    return path


@pytest.mark.parametrize(
    ("last", "state"),
    [
        (RunEnded("finished", "", 1.0), RunState.FINISHED),
        (RunEnded("stopped", "", 1.0), RunState.STOPPED),
        (RunEnded("failed", "No room.", 1.0), RunState.FAILED),
    ],
)
def test_an_end_is_the_state(tmp_path, events, last, state) -> None:
    run = summarise(make_run(tmp_path / "run", [*events[:-1], last]))
    assert run.state is state
    assert (run.method, run.trainable, run.message) == ("uem", "head", last.message)
    assert 50 < run.last_map < 60


def test_without_an_end_the_lock_and_the_clock_tell(tmp_path, events) -> None:
    quiet = make_run(tmp_path / "quiet", events[:30], age=500)
    assert summarise(quiet).state is RunState.BROKEN_OFF
    lively = make_run(tmp_path / "lively", events[:30])
    assert summarise(lively).state is RunState.RUNNING
    assert summarise(lively, has_ended=True).state is RunState.BROKEN_OFF
    assert summarise(quiet, is_own=True).state is RunState.RUNNING
    with FileLock(RunFolder(quiet).lock_path):
        assert summarise(quiet).state is RunState.RUNNING
    paused = make_run(tmp_path / "paused", [*events[:30], RunPaused()])
    assert summarise(paused).state is RunState.PAUSED


def test_a_folder_without_a_run_is_missing_and_one_without_events_is_new(tmp_path) -> None:
    assert summarise(tmp_path / "nowhere").state is RunState.MISSING
    assert summarise(make_run(tmp_path / "new", [])).state is RunState.NEW
    assert summarise(tmp_path / "new").state.can_go_on
    assert read_domains(tmp_path / "new") == (Path("/a"), None)
    assert read_domains(tmp_path) == (None, None)


def test_a_long_run_is_read_from_both_ends(tmp_path, events) -> None:
    path = make_run(tmp_path / "long", [*events[:20], *events[8:14] * 2000, *events[20:]])
    assert RunFolder(path).events_path.stat().st_size > 2_000_000
    began = time.perf_counter()
    run = summarise(path)
    assert time.perf_counter() - began < 1.0
    assert run.state is RunState.FINISHED
    assert run.started_at == pytest.approx(1_764_000_008)


def test_a_damaged_file_of_settings_does_not_hide_the_run(tmp_path, events) -> None:
    path = make_run(tmp_path / "run", events)
    RunFolder(path).config_path.write_text("[[")
    assert summarise(path).method == "uem"
    assert find_runs(tmp_path) == [path]


def test_a_new_run_gets_a_folder_of_its_own(monkeypatch, tmp_path) -> None:
    now = datetime(2026, 11, 25)
    first = default_run_path(Path("/x/My sketches"), Path("/y/фото"), now=now)
    assert first == default_runs_folder() / "My-sketches-фото-2026-11-25"
    first.mkdir(parents=True)
    second = default_run_path(Path("/x/My sketches"), Path("/y/фото"), now=now)
    assert second.name == "My-sketches-фото-2026-11-25-2"
    assert default_run_path(None, None, now=now).name == "run-2026-11-25"


def test_known_runs_are_found_followed_and_removed(tmp_path, events) -> None:
    known = KnownRuns()
    found = make_run(default_runs_folder() / "mine", events)
    theirs = make_run(tmp_path / "theirs", events)
    assert known.paths() == [found]
    known.add(theirs)
    assert set(KnownRuns().paths()) == {found, theirs}
    known.remove(found)
    known.remove(theirs)
    assert KnownRuns().paths() == []
    assert RunFolder(found).is_run
    known.add(found)
    assert [run.path for run in known.summaries()] == [found]


def test_a_damaged_list_is_an_empty_one(tmp_path) -> None:
    (tmp_path / "runs.json").write_text("{]")
    known = KnownRuns(tmp_path)
    assert known.paths() == []
    known.add(tmp_path / "run")
    assert known.paths() == [tmp_path / "run"]


def test_a_run_that_is_over_is_read_once(tmp_path, events, monkeypatch) -> None:
    read: list[Path] = []
    monkeypatch.setattr(
        known_runs, "summarise", lambda path, **more: read.append(path) or summarise(path, **more)
    )
    known = KnownRuns()
    over = make_run(default_runs_folder() / "over", events)
    live = make_run(default_runs_folder() / "live", events[:30])
    for _ in range(3):
        known.summaries()
    assert read.count(over) == 1
    assert read.count(live) == 3
    with RunFolder(over).events_path.open("a") as file:
        file.write(event_line(events[0]) + "\n")
    assert {run.name: run.state for run in known.summaries()}["over"] is RunState.RUNNING


def test_a_line_that_is_being_written_does_not_matter(tmp_path, events) -> None:
    path = make_run(tmp_path / "run", [*events[:30], RunPaused()])
    with RunFolder(path).events_path.open("a") as file:
        file.write('{"event":"StepLo')
    assert summarise(path).state is RunState.PAUSED
