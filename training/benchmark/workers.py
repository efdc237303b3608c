"""Several trainings at a time, each in a process of its own; one process alone writes results."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing.synchronize import Event as Flag
from pathlib import Path

from training.benchmark.plan import BenchmarkPlan, Training
from training.benchmark.runner import Outcome, Runner
from training.control import TrainingControl
from training.errors import Cancelled, UserError
from training.threads import give_way, prepare_torch

_POLL_SECONDS = 0.2


def outcomes_of_workers(
    plan: BenchmarkPlan,
    folder: Path,
    cache_root: Path,
    trainings: Sequence[Training],
    jobs: int,
    control: TrainingControl,
) -> Iterator[Outcome]:
    """Give what trainings come to, in the order in which they are done.

    Numbers do not depend on how many processes there are.

    Args:
        plan: A checked plan; features of its images should be on the disk already.
        folder: Of the benchmark.
        cache_root: Where features are kept.
        trainings: Those to run.
        jobs: Processes.
        control: Asked often; a stop reaches every process.

    Raises:
        Cancelled: Somebody wants to stop.
        UserError: A process died, of too little memory mostly.
    """
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    prepare_torch()  # the processes inherit it
    with ProcessPoolExecutor(
        jobs, mp_context=context, initializer=_begin, initargs=(stop,)
    ) as pool:
        waiting: set[Future[Outcome]] = {
            pool.submit(_run, plan, folder, cache_root, training) for training in trainings
        }
        try:
            while waiting:
                done, waiting = wait(waiting, _POLL_SECONDS, FIRST_COMPLETED)
                for future in done:
                    yield future.result()
                if control.should_stop():
                    raise Cancelled
        except BrokenProcessPool as error:
            raise UserError(
                "A process that trained has died, most likely of too little memory; the results "
                "so far are kept, and fewer --jobs need less."
            ) from error
        finally:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)


@cache
def _control() -> TrainingControl:
    """Return the control of this process."""
    return TrainingControl()


@cache
def _runner(plan: BenchmarkPlan, folder: Path, cache_root: Path) -> Runner:
    """Return what this process runs trainings with, made once."""
    return Runner(plan, folder, cache_root, lambda event: None, _control())


def _begin(stop: Flag) -> None:
    """Leave Ctrl+C to the first process, and listen to what it wants."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    give_way()

    def listen() -> None:
        first = multiprocessing.parent_process()
        while not stop.wait(_POLL_SECONDS):
            if first is not None and not first.is_alive():
                os._exit(1)  # it was killed: nobody would ever tell this process to end
        _control().stop()

    threading.Thread(target=listen, name="stop", daemon=True).start()


def _run(plan: BenchmarkPlan, folder: Path, cache_root: Path, training: Training) -> Outcome:
    return _runner(plan, folder, cache_root).run(training)
