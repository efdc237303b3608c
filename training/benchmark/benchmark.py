"""Runs a plan to its end, or until somebody stops it, and goes on where it was."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from training.benchmark.cell import run_cell
from training.benchmark.domains import (
    BenchmarkDomains,
    common_categories,
    open_benchmark_root,
    scenario_of,
)
from training.benchmark.events import (
    BenchmarkEnded,
    BenchmarkEvent,
    BenchmarkStarted,
    Measured,
    TrainingBegan,
    TrainingFailed,
)
from training.benchmark.plan import BenchmarkPlan, Training, planned_trainings
from training.benchmark.provenance import (
    about_data,
    about_encoder,
    about_methods,
    about_plan,
    require_same,
    versions,
)
from training.benchmark.results import NO_HELP, Key, ResultsFile
from training.benchmark.start import Start
from training.benchmark.time_left import TimeLeft
from training.checkpoint import inspect_checkpoint, load_encoder
from training.control import TrainingControl
from training.data.file_access import printable, write_error_phrase
from training.device import describe_device, is_out_of_memory, select_device
from training.domain_features import FeatureWork
from training.errors import Cancelled, UserError
from training.user_folders import cache_dir

_OUT_OF_MEMORY = "The device ran out of memory; a smaller batch_size needs less."


def run_benchmark(
    plan: BenchmarkPlan,
    folder: Path,
    *,
    resume: bool = False,
    command: str = "",
    emit: Callable[[BenchmarkEvent], None],
    control: TrainingControl,
    cache_root: Path | None = None,
) -> BenchmarkEnded:
    """Train and measure everything in a plan that has no result yet.

    After each training ``results.json`` in the folder is whole and holds what is done. A training
    that fails is named there and the others go on; with ``resume`` it is tried again.

    Args:
        plan: What to run.
        folder: Where results go.
        resume: Go on with the results in the folder; they have to be of the same settings, images
            and encoder, while methods, settings, pairs and seeds may be others.
        command: What a person typed, written beside the results.
        emit: Told every event.
        control: What a person asks for meanwhile.
        cache_root: Where features are kept; the user's cache when ``None``.

    Returns:
        The last event.

    Raises:
        UserError: In one sentence, why nothing can be run.
    """
    started = time.monotonic()
    plan = plan.checked()
    file = ResultsFile(folder)
    if not file.is_new and not resume:
        raise UserError(
            f"{printable(folder)} holds results already; add --resume to go on with them, or "
            "choose another folder."
        )
    run = _Benchmark(plan, folder, file, emit, control, cache_root or cache_dir() / "views")
    lock = _locked(folder)
    outcome, message, failures = "failed", "", 0
    try:
        failures = run.to_the_end(command)
        outcome = "finished"
    except Cancelled:
        outcome, message = "stopped", "Stopped; it can go on from here."
    except UserError as error:
        message = str(error)
        raise
    finally:
        lock.release()
        ended = BenchmarkEnded(outcome, message, time.monotonic() - started, failures)
        emit(ended)
    return ended


class _Benchmark:
    def __init__(
        self,
        plan: BenchmarkPlan,
        folder: Path,
        file: ResultsFile,
        emit: Callable[[BenchmarkEvent], None],
        control: TrainingControl,
        cache_root: Path,
    ) -> None:
        self._plan = plan
        self._folder = folder
        self._file = file
        self._emit = emit
        self._control = control
        self._root = open_benchmark_root(plan)
        self._pairs = self._root.pairs(plan.pairs)
        self._trainings = planned_trainings(plan, self._pairs, self._root.names)
        self._scenarios = {one: scenario_of(plan, self._root, one) for one in self._trainings}
        self._device = select_device(plan.config.run.device)
        encoder = load_encoder(plan.config.encoder.checkpoint, self._device)
        self._start = Start(encoder)
        work = FeatureWork(plan.config, encoder, cache_root, emit, control.should_stop)
        self._domains = BenchmarkDomains(
            self._root, common_categories(self._root, self._pairs), work
        )
        self._failures: dict[Training, str] = {}

    def to_the_end(self, command: str) -> int:
        """Run everything; return how many trainings came to nothing."""
        self._domains.read_all()
        about = self._about(command)
        if not self._file.is_new:
            require_same(self._file.about, about, self._plan)
            about["methods"] = {**self._file.about["methods"], **about["methods"]}
            before, now = self._file.about["data"], about["data"]
            now["domains"] = {**before["domains"], **now["domains"]}
            now["pairs"] += [pair for pair in before["pairs"] if pair not in now["pairs"]]
        self._file.about = about
        self._file.write()
        waiting = [one for one in self._trainings if not self._is_done(one)]
        self._emit(
            BenchmarkStarted(
                self._pairs,
                self._trainings,
                len(self._trainings) - len(waiting),
                self._root.problems(),
                describe_device(self._device),
                tuple(self._file.results.values()),
            )
        )
        time_left = TimeLeft(waiting)
        for training in waiting:
            if self._control.should_stop():
                raise Cancelled
            self._run(training, time_left)
        return len(self._failures)

    def _run(self, training: Training, time_left: TimeLeft) -> None:
        total = len(self._trainings)
        self._emit(TrainingBegan(training, self._trainings.index(training) + 1, total))
        scenario = self._scenarios[training]
        try:
            a, b = self._domains.cut(self._plan, training, scenario)
            with time_left.timing(training):
                results = run_cell(
                    self._plan,
                    training,
                    scenario,
                    (a, b),
                    self._start,
                    folder=self._folder,
                    emit=self._emit,
                    control=self._control,
                )
        except (UserError, RuntimeError, MemoryError) as error:
            self._note_failure(training, error)
            return
        self._file.about["data"]["domains"] |= self._about_data()["domains"]
        self._file.add(results)
        self._emit(
            Measured(training, results, total - len(time_left.waiting), total, time_left.seconds)
        )

    def _note_failure(self, training: Training, error: Exception) -> None:
        """Keep what went wrong with one training; anything but a known reason is a bug."""
        if is_out_of_memory(error):
            message = _OUT_OF_MEMORY
        elif isinstance(error, UserError):
            message = str(error)
        else:
            raise error
        self._failures[training] = message
        self._file.about["failures"] = [
            {
                "setting": one.setting,
                "method": one.method,
                "domains": [one.domain_a, one.domain_b],
                "seed": one.seed,
                "message": text,
            }
            for one, text in self._failures.items()
        ]
        self._file.write()
        self._emit(TrainingFailed(training, message))

    def _about_data(self) -> dict[str, Any]:
        return about_data(self._root, self._domains, self._pairs)

    def _is_done(self, training: Training) -> bool:
        return all(key in self._file.results for key in _keys_of(self._plan, training))

    def _about(self, command: str) -> dict[str, Any]:
        return {
            "command": command,
            "plan": about_plan(self._plan),
            "methods": about_methods(self._plan.methods),
            "data": self._about_data(),
            "encoder": about_encoder(inspect_checkpoint(self._plan.config.encoder.checkpoint)),
            "device": describe_device(self._device),
            "versions": versions(),
            "failures": [],
        }


def _keys_of(plan: BenchmarkPlan, training: Training) -> list[Key]:
    helps = dict.fromkeys([NO_HELP, "+".join(plan.retrieval_help) or NO_HELP])
    return [
        (training.setting, training.method, query, gallery, training.seed, one)
        for query, gallery in training.directions
        for one in helps
    ]


def _locked(folder: Path) -> FileLock:
    """Make the folder and keep other processes from writing there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "benchmark.lock")
        lock.acquire(timeout=0)
    except Timeout:
        raise UserError(f"Another benchmark is running in {printable(folder)}.") from None
    except OSError as error:
        reason = write_error_phrase(error)
        raise UserError(f"{printable(folder)} cannot be written: {reason}.") from error
    return lock
