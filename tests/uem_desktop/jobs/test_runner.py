from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from training.errors import Cancelled, UserError
from uem_desktop.jobs.job import JobContext, JobState
from uem_desktop.jobs.runner import JobRunner


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[JobRunner]:
    runner = JobRunner()
    before = set(threading.enumerate())
    yield runner
    assert runner.close()
    assert set(threading.enumerate()) <= before | {threading.main_thread()}


class Listener(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.results: list[object] = []
        self.errors: list[str] = []
        self.items: list[object] = []
        self.progress: list[object] = []
        self.cancelled = 0
        self.threads: set[threading.Thread] = set()

    def on_result(self, value: object) -> None:
        self.threads.add(threading.current_thread())
        self.results.append(value)

    def on_error(self, sentence: str) -> None:
        self.threads.add(threading.current_thread())
        self.errors.append(sentence)

    def on_item(self, item: object) -> None:
        self.threads.add(threading.current_thread())
        self.items.append(item)

    def on_progress(self, value: object) -> None:
        self.threads.add(threading.current_thread())
        self.progress.append(value)

    def on_cancelled(self) -> None:
        self.threads.add(threading.current_thread())
        self.cancelled += 1


def start(runner: JobRunner, listener: Listener, function, *args, lane="disk"):
    return runner.start(
        function,
        *args,
        lane=lane,
        on_result=listener.on_result,
        on_error=listener.on_error,
        on_item=listener.on_item,
        on_progress=listener.on_progress,
        on_cancelled=listener.on_cancelled,
    )


def test_result_arrives_on_the_gui_thread(runner: JobRunner, qtbot: QtBot) -> None:
    listener = Listener()
    worker: list[threading.Thread] = []

    def add(ctx: JobContext, a: int, b: int) -> int:
        worker.append(threading.current_thread())
        return a + b

    job = start(runner, listener, add, 2, 3)
    qtbot.waitUntil(lambda: bool(listener.results))
    assert listener.results == [5]
    assert job.state is JobState.FINISHED
    assert listener.threads == {threading.main_thread()}
    assert worker[0] is not threading.main_thread()


def test_user_error_becomes_its_sentence(runner: JobRunner, qtbot: QtBot) -> None:
    listener = Listener()

    def fail(ctx: JobContext) -> None:
        raise UserError("There is no folder named sketches.")

    job = start(runner, listener, fail)
    qtbot.waitUntil(lambda: bool(listener.errors))
    assert listener.errors == ["There is no folder named sketches."]
    assert job.state is JobState.FAILED


def test_bug_is_logged_and_told_in_one_sentence(
    runner: JobRunner, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    listener = Listener()

    def fail(ctx: JobContext) -> None:
        raise ZeroDivisionError("first line\nsecond line")

    start(runner, listener, fail)
    qtbot.waitUntil(lambda: bool(listener.errors))
    assert listener.errors == ["Something went wrong: ZeroDivisionError: first line second line"]
    assert "Traceback" in caplog.text


def test_items_arrive_complete_in_order_and_before_the_result(
    runner: JobRunner, qtbot: QtBot
) -> None:
    listener = Listener()
    seen_at_result: list[int] = []

    def count(ctx: JobContext) -> str:
        for number in range(5000):
            ctx.emit(number)
        return "done"

    runner.start(
        count,
        on_item=listener.on_item,
        on_result=lambda value: seen_at_result.append(len(listener.items)),
    )
    qtbot.waitUntil(lambda: bool(seen_at_result))
    assert listener.items == list(range(5000))
    assert seen_at_result == [5000]


def test_progress_is_thinned_and_the_last_one_wins(runner: JobRunner, qtbot: QtBot) -> None:
    listener = Listener()

    def count(ctx: JobContext) -> None:
        end = time.monotonic() + 0.4
        number = 0
        while time.monotonic() < end:
            number += 1
            ctx.report(number)
            time.sleep(0.0005)
        ctx.report("last")

    start(runner, listener, count)
    qtbot.waitUntil(lambda: bool(listener.results))
    assert listener.progress[-1] == "last"
    assert 1 <= len(listener.progress) <= 12


def test_cancel_is_confirmed_by_the_worker(runner: JobRunner, qtbot: QtBot) -> None:
    listener = Listener()
    is_started = threading.Event()
    may_stop = threading.Event()

    def work(ctx: JobContext) -> None:
        is_started.set()
        while not ctx.should_stop():
            time.sleep(0.005)
        may_stop.wait(5)
        raise Cancelled

    job = start(runner, listener, work, lane="accelerator")
    assert is_started.wait(5)
    job.cancel()
    qtbot.wait(50)
    assert job.state is JobState.STOPPING
    assert listener.cancelled == 0
    may_stop.set()
    qtbot.waitUntil(lambda: listener.cancelled == 1)
    assert job.state is JobState.STOPPED
    assert listener.results == []


def test_result_of_a_cancelled_job_is_not_delivered(runner: JobRunner, qtbot: QtBot) -> None:
    listener = Listener()
    is_done = threading.Event()

    def work(ctx: JobContext) -> int:
        is_done.set()
        return 1

    job = start(runner, listener, work)
    assert is_done.wait(5)
    time.sleep(0.05)  # the answer lies in the queue, the GUI thread has not looked yet
    job.cancel()
    qtbot.waitUntil(lambda: listener.cancelled == 1)
    assert listener.results == []


def test_progress_of_a_cancelled_job_is_not_delivered(runner: JobRunner, qtbot: QtBot) -> None:
    listener = Listener()
    has_reported = threading.Event()

    def work(ctx: JobContext) -> None:
        ctx.report("half")
        has_reported.set()
        while not ctx.should_stop():
            time.sleep(0.005)
        ctx.report("stopping")
        time.sleep(0.2)
        ctx.check()

    job = start(runner, listener, work)
    assert has_reported.wait(5)
    job.cancel()
    qtbot.waitUntil(lambda: listener.cancelled == 1)
    assert listener.progress == []


def test_accelerator_runs_one_job_at_a_time_and_disk_does_not_wait_for_it(
    runner: JobRunner, qtbot: QtBot
) -> None:
    running = 0
    most = 0
    lock = threading.Lock()
    done: list[int] = []

    def work(ctx: JobContext, number: int) -> int:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1
        return number

    for number in range(5):
        runner.start(work, number, lane="accelerator", on_result=done.append)
    quick: list[int] = []
    runner.start(lambda ctx: len(done), lane="disk", on_result=quick.append)
    qtbot.waitUntil(lambda: len(done) == 5)
    assert done == [0, 1, 2, 3, 4]
    assert most == 1
    assert quick[0] < 5


def test_handler_of_a_deleted_object_is_not_called_nor_kept_alive(
    runner: JobRunner, qtbot: QtBot
) -> None:
    listener = Listener()
    gone = weakref.ref(listener)
    may_end = threading.Event()
    ended: list[object] = []
    runner.job_ended.connect(ended.append)
    runner.start(lambda ctx: may_end.wait(5), on_result=listener.on_result)
    del listener
    gc.collect()
    assert gone() is None
    may_end.set()
    qtbot.waitUntil(lambda: bool(ended))


def test_close_cancels_waits_and_delivers_nothing(qtbot: QtBot) -> None:
    runner = JobRunner()
    listener = Listener()

    def work(ctx: JobContext) -> int:
        while not ctx.should_stop():
            time.sleep(0.005)
        return 1

    for lane in ("disk", "accelerator", "accelerator"):
        start(runner, listener, work, lane=lane)
    qtbot.wait(30)
    began = time.monotonic()
    assert runner.close()
    assert time.monotonic() - began < 1.0
    qtbot.wait(30)
    assert (listener.results, listener.cancelled) == ([], 0)
    assert start(runner, listener, work).state is JobState.STOPPED


def test_close_gives_up_on_a_worker_that_hangs(qtbot: QtBot) -> None:
    runner = JobRunner()
    release = threading.Event()
    runner.start(lambda ctx: release.wait(10))
    qtbot.wait(20)
    began = time.monotonic()
    assert not runner.close(timeout_s=0.2)
    assert time.monotonic() - began < 1.0
    release.set()
    time.sleep(0.05)


def test_what_takes_long_never_holds_up_a_click(runner: JobRunner, qtbot: QtBot) -> None:
    may_end = threading.Event()
    for _ in range(9):
        runner.start(lambda ctx: may_end.wait(20), lane="study")
    answers: list[int] = []
    runner.start(lambda ctx: 1, on_result=answers.append)
    qtbot.waitUntil(lambda: answers == [1], timeout=2000)
    assert runner.running_count == 9
    may_end.set()
    qtbot.waitUntil(lambda: runner.running_count == 0)


def test_a_short_study_does_not_wait_for_three_long_ones(runner: JobRunner, qtbot: QtBot) -> None:
    may_end = threading.Event()
    for _ in range(3):
        runner.start(lambda ctx: may_end.wait(20), lane="study")
    answers: list[int] = []
    runner.start(lambda ctx: 1, lane="study", on_result=answers.append)
    qtbot.waitUntil(lambda: answers == [1], timeout=2000)
    may_end.set()
    qtbot.waitUntil(lambda: runner.running_count == 0)
