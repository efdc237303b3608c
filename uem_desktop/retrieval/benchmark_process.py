"""A benchmark in a child process, seen from the process that started it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from training.benchmark.events import BenchmarkEnded
from training.benchmark.plan import BenchmarkPlan
from training.benchmark.provenance import about_plan
from uem_desktop.retrieval.benchmark_wire import WorkerEvent, parse_line
from uem_desktop.retrieval.event_process import EventProcess
from uem_desktop.retrieval.run_ending import RunEnding, ending_of_exit

_PROGRAM = ("-P", "-m", "uem_desktop.retrieval.benchmark_worker")
_BROKEN = "The benchmark {how}; what was measured is kept, and it can go on."


def run_request(plan: BenchmarkPlan | None, *, resume: bool, jobs: int = 1) -> dict[str, Any]:
    """Return what makes a worker run a plan; None for the one that the results were made by."""
    return {
        "command": "run",
        "plan": None if plan is None else about_plan(plan),
        "resume": resume,
        "jobs": jobs,
        "typed": "",
    }


FOLLOW: Mapping[str, Any] = {"command": "follow"}
"""What makes a worker read results, and read them again whenever they change."""


class BenchmarkProcess(EventProcess[WorkerEvent]):
    """Runs or follows the benchmark in a folder."""

    def __init__(self, folder: Path, request: Mapping[str, Any]) -> None:
        """Start the process.

        Raises:
            OSError: It cannot be started.
        """
        self._told: BenchmarkEnded | None = None
        super().__init__([sys.executable, *_PROGRAM, str(folder)], "benchmark")
        self.send(dict(request))

    def _parsed(self, line: bytes) -> WorkerEvent:
        event = parse_line(line)
        if isinstance(event, BenchmarkEnded):
            self._told = event
        return event

    def _ending_of(self, code: int) -> RunEnding:
        told = self._told
        if told is not None and told.outcome != "failed":
            return RunEnding(told.outcome, told.message)
        if self._was_killed or (code == 0 and told is None):
            return RunEnding("stopped", "")
        return ending_of_exit(code, tuple(self._stderr), _BROKEN)
