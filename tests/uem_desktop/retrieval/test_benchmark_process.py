"""A benchmark in a child process: what it tells, how it stops, goes on, and is followed."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from made_results import made_result, write_made_results
from toy_root import make_root, short_plan

from training.benchmark.events import BenchmarkEnded, Measured, TrainingAdvanced
from training.benchmark.results import ResultsFile
from training.events import UnknownEventError
from uem_desktop.retrieval.benchmark_process import FOLLOW, BenchmarkProcess, run_request
from uem_desktop.retrieval.benchmark_standing import Standing
from uem_desktop.retrieval.benchmark_wire import FileRead, ResultsRead, TablesWritten, parse_line

PAIR = ("drawings", "renders")


def follow_until(process: BenchmarkProcess, standing: Standing, is_there: Callable) -> list:
    """Take events until one is there, or there are no more."""
    events = []
    while taken := process.feed.take(1):
        events += taken
        standing.take(taken[0])
        if is_there(taken[0]):
            break
    return events


def to_the_end(process: BenchmarkProcess, standing: Standing) -> list:
    events = follow_until(process, standing, lambda event: False)
    process.close(time.monotonic() + 5)
    return events


def test_a_benchmark_is_told_line_by_line_and_goes_on_after_a_stop(tmp_path: Path) -> None:
    root, out = make_root(tmp_path / "set"), tmp_path / "out"
    plan = short_plan(root, "frozen", "uem", words=("idse_epochs=400",))
    standing = Standing(plan.methods)
    process = BenchmarkProcess(out, run_request(plan, resume=False))
    follow_until(process, standing, lambda event: isinstance(event, TrainingAdvanced))
    assert standing.now.startswith("close-set clipart ↔ render, UEM, seed 1, IDSE epoch 1 of 400")
    assert 0 < standing.share < 0.5
    assert (standing.done, standing.total) == (1, 2)
    process.send({"command": "stop"})
    to_the_end(process, standing)
    assert process.ending.outcome == "stopped"
    assert standing.ended.outcome == "stopped"
    assert (out / "results.html").is_file()
    assert [row.method for row in standing.table("close-set").rows] == ["uem", "frozen"]
    assert standing.table("close-set").rows[0].cells == (None, None, None)

    again = Standing(())
    process = BenchmarkProcess(out, run_request(None, resume=True))
    events = to_the_end(process, again)
    assert process.ending.outcome == "finished"
    assert isinstance(events[-1], TablesWritten)
    assert [type(e) for e in events if isinstance(e, Measured | BenchmarkEnded)] == [
        Measured,
        BenchmarkEnded,
    ]
    assert all(cell is not None for row in again.table("close-set").rows for cell in row.cells)
    assert len(ResultsFile(out).results) == 4


def test_what_keeps_it_from_starting_is_one_sentence(tmp_path: Path) -> None:
    root = make_root(tmp_path / "set")
    plan = short_plan(root, "frozen", pairs=("clipart:rendr",))
    process = BenchmarkProcess(tmp_path / "out", run_request(plan, resume=False))
    to_the_end(process, Standing(()))
    assert process.ending.outcome == "failed"
    assert process.ending.message.endswith("has no domain rendr; did you mean render?")


def test_results_of_another_process_are_followed(tmp_path: Path) -> None:
    first = [made_result("uem", PAIR, seed, {"bird": (4, 50.0)}) for seed in range(20)]
    write_made_results(tmp_path, first)
    standing = Standing(())
    process = BenchmarkProcess(tmp_path, FOLLOW)
    events = follow_until(process, standing, lambda _: len(standing.results) == 20)
    assert isinstance(events[0], FileRead)
    assert [len(e.results) for e in events if isinstance(e, ResultsRead)] == [8, 8, 4]
    file = ResultsFile(tmp_path)
    file.add([made_result("uem", PAIR, 20, {"bird": (4, 50.0)})])
    follow_until(process, standing, lambda _: len(standing.results) == 21)
    process.send({"command": "write"})
    (page,) = follow_until(process, standing, lambda event: isinstance(event, TablesWritten))
    assert Path(page.page) == tmp_path / "results.html"
    assert process.close(time.monotonic() + 5)


def test_a_folder_without_results_is_a_sentence(tmp_path: Path) -> None:
    process = BenchmarkProcess(tmp_path, FOLLOW)
    to_the_end(process, Standing(()))
    assert process.ending.message == f"There are no results of a benchmark in {tmp_path}."


def test_a_line_that_is_no_event_is_said_to_be_none() -> None:
    for line in ("", "[]", '{"event": "Unknown"}', '{"event": "Measured"}'):
        with pytest.raises(UnknownEventError):
            parse_line(line)
