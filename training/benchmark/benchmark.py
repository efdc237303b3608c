"""Runs a plan to its end, or until somebody stops it, and goes on where it was."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from training.benchmark.events import (
    BenchmarkEnded,
    BenchmarkEvent,
    BenchmarkStarted,
    Measured,
    TrainingBegan,
    TrainingFailed,
)
from training.benchmark.plan import BenchmarkPlan, Training
from training.benchmark.provenance import (
    about_data,
    about_encoder,
    about_failure,
    about_methods,
    about_plan,
    require_same,
    versions,
)
from training.benchmark.results import NO_HELP, Key, ResultsFile
from training.benchmark.runner import Outcome, Runner
from training.benchmark.time_left import TimeLeft
from training.benchmark.workers import outcomes_of_workers
from training.checkpoint import inspect_checkpoint
from training.control import TrainingControl
from training.data.file_access import printable, write_error_phrase
from training.errors import Cancelled, UserError
from training.methods.method_names import method_named
from training.user_folders import cache_dir


def run_benchmark(
    plan: BenchmarkPlan,
    folder: Path,
    *,
    resume: bool = False,
    jobs: int = 1,
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
        jobs: Trainings at a time; with more than one each has a process of its own.
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
        failures = run.to_the_end(command, jobs)
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
        self._cache_root = cache_root
        self._runner = Runner(plan, folder, cache_root, emit, control)
        self._total = len(self._runner.trainings)

    def to_the_end(self, command: str, jobs: int) -> int:
        """Run everything; return how many trainings came to nothing."""
        self._runner.domains.read_all()
        self._begin_file(command)
        waiting = [one for one in self._runner.trainings if not self._is_done(one)]
        self._emit(
            BenchmarkStarted(
                self._runner.pairs,
                self._runner.trainings,
                self._total - len(waiting),
                self._runner.root.problems(),
                self._runner.device_text,
                tuple(self._file.results.values()),
            )
        )
        time_left = TimeLeft(waiting, jobs)
        outcomes = self._one_by_one(waiting) if jobs == 1 else self._side_by_side(waiting, jobs)
        for outcome in outcomes:
            time_left.note(outcome.training, outcome.seconds)
            self._keep(outcome, time_left)
        return len(self._file.about["failures"])

    def _one_by_one(self, waiting: Sequence[Training]) -> Iterator[Outcome]:
        for training in waiting:
            if self._control.should_stop():
                raise Cancelled
            number = self._runner.trainings.index(training) + 1
            self._emit(TrainingBegan(training, number, self._total))
            yield self._runner.run(training)

    def _side_by_side(self, waiting: Sequence[Training], jobs: int) -> Iterator[Outcome]:
        """Compute features here, so that no two processes look at the same image."""
        with_phases = any(method_named(name).needs_phases for name in self._plan.methods)
        self._runner.domains.look_through(with_phases=with_phases)
        return outcomes_of_workers(
            self._plan, self._folder, self._cache_root, waiting, jobs, self._control
        )

    def _keep(self, outcome: Outcome, time_left: TimeLeft) -> None:
        about, training = self._file.about, outcome.training
        about["data"]["domains"] |= self._about_data()["domains"]
        if outcome.message:
            about["failures"].append(about_failure(training, outcome.message))
            self._file.write()
            self._emit(TrainingFailed(training, outcome.message))
            return
        self._file.add(outcome.results)
        done = self._total - len(time_left.waiting)
        self._emit(Measured(training, outcome.results, done, self._total, time_left.seconds))

    def _begin_file(self, command: str) -> None:
        """Write what the results are made by, if that agrees with those that are there."""
        plan = self._plan
        about: dict[str, Any] = {
            "command": command,
            "plan": about_plan(plan),
            "methods": about_methods(plan.methods),
            "data": self._about_data(),
            "encoder": about_encoder(inspect_checkpoint(plan.config.encoder.checkpoint)),
            "device": self._runner.device_text,
            "versions": versions(),
            "failures": [],
        }
        if not self._file.is_new:
            require_same(self._file.about, about, plan)
            about["methods"] = {**self._file.about["methods"], **about["methods"]}
            before, now = self._file.about["data"], about["data"]
            now["domains"] = {**before["domains"], **now["domains"]}
            now["pairs"] += [pair for pair in before["pairs"] if pair not in now["pairs"]]
        self._file.about = about
        self._file.write()

    def _about_data(self) -> dict[str, Any]:
        return about_data(self._runner.root, self._runner.domains, self._runner.pairs)

    def _is_done(self, training: Training) -> bool:
        return all(key in self._file.results for key in _keys_of(self._plan, training))


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
