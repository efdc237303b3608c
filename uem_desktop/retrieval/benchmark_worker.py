"""The child process that runs a benchmark, or reads the results of one that another process runs.

``python -m uem_desktop.retrieval.benchmark_worker FOLDER``. Standard output gives one event a line,
as `benchmark_wire` writes them. Standard input takes one JSON object a line, what to do first::

    {"command": "run", "plan": {…} or null, "resume": true, "jobs": 1, "typed": "…"}
    {"command": "follow"}

and then ``{"command": "write"}`` for the tables of what is there and ``{"command": "stop"}``. Its
end means stop. The exit code is 2 when something failed for a reason that a person can mend; the
last line of standard error is that reason then.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from training.benchmark.events import BenchmarkEvent, BenchmarkStarted
from training.benchmark.plan import BenchmarkPlan
from training.benchmark.provenance import plan_of
from training.benchmark.results import FILE_NAME, Key, ResultsFile
from training.control import TrainingControl
from training.errors import UserError
from training.threads import give_way, prepare_torch
from uem_desktop.retrieval.benchmark_progress import trainings_of
from uem_desktop.retrieval.benchmark_wire import (
    FileRead,
    ResultsRead,
    TablesWritten,
    WorkerEvent,
    event_lines,
)

_LOOK_SECONDS = 1.0
_NAP_SECONDS = 0.1
_MENDABLE = 2


class BenchmarkWorker:
    """Does what the first line of its input says."""

    def __init__(self, folder: Path, commands: TextIO, output: TextIO) -> None:
        self._folder = folder
        self._commands = commands
        self._output = output
        self._control = TrainingControl()
        self._printing = threading.Lock()
        self._writing = threading.Lock()

    def work(self) -> None:
        """Run or follow until it is over or somebody stops it.

        Raises:
            UserError: In one sentence, why nothing can be done.
        """
        first = json.loads(self._commands.readline() or "{}")
        threading.Thread(target=self._listen, name="commands", daemon=True).start()
        if first.get("command") == "run":
            self._run(first)
        elif first.get("command") == "follow":
            self._follow()

    def _run(self, request: Mapping[str, Any]) -> None:
        from training.benchmark.benchmark import run_benchmark

        about = {"plan": request["plan"], "command": request["typed"]}
        if request["plan"] is None:
            about = ResultsFile(self._folder).about
        plan: BenchmarkPlan = plan_of(about, self._folder / FILE_NAME)
        try:
            run_benchmark(
                plan,
                self._folder,
                resume=request["resume"],
                jobs=request["jobs"],
                command=about["command"],
                emit=self._tell,
                control=self._control,
            )
        finally:
            if (self._folder / FILE_NAME).is_file():
                self._write_tables()

    def _tell(self, event: BenchmarkEvent) -> None:
        if isinstance(event, BenchmarkStarted):  # the file is written by then
            self._print(_file_read(ResultsFile(self._folder)))
        self._print(event)

    def _follow(self) -> None:
        stamp: object = ()
        known: set[Key] = set()
        while not self._control.should_stop():
            now = _stamp(self._folder / FILE_NAME)
            if now != stamp:
                stamp = now
                file = ResultsFile(self._folder)
                if file.is_new:
                    raise UserError(f"There are no results of a benchmark in {self._folder}.")
                new = [result for key, result in file.results.items() if key not in known]
                known |= file.results.keys()
                self._print(_file_read(file))
                self._print(ResultsRead(tuple(new)))
            until = time.monotonic() + _LOOK_SECONDS
            while time.monotonic() < until and not self._control.should_stop():
                time.sleep(_NAP_SECONDS)

    def _listen(self) -> None:
        for line in self._commands:
            command = json.loads(line).get("command")
            if command == "stop":
                self._control.stop()
            elif command == "write":
                self._write_tables()
        self._control.stop()

    def _write_tables(self) -> None:
        from uem_desktop.retrieval.benchmark_files import write_tables

        with self._writing:
            try:
                *_, page = write_tables(self._folder)
            except UserError as error:
                print(_one_line(error), file=sys.stderr)
                return
        self._print(TablesWritten(str(page)))

    def _print(self, event: WorkerEvent) -> None:
        with self._printing:
            for line in event_lines(event):
                print(line, file=self._output, flush=True)


def main() -> int:
    """Work until the input says stop or ends."""
    give_way()
    prepare_torch()
    try:
        BenchmarkWorker(Path(sys.argv[1]), sys.stdin, sys.stdout).work()
    except UserError as error:
        print(_one_line(error), file=sys.stderr)
        return _MENDABLE
    return 0


def _file_read(file: ResultsFile) -> FileRead:
    done, total = trainings_of(file)
    return FileRead(file.about, done, total)


def _stamp(path: Path) -> object:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


if __name__ == "__main__":
    sys.exit(main())
