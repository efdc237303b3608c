"""Blocks are each worked on once, at the same time, until somebody says stop."""

from __future__ import annotations

import threading

import pytest

from training.errors import Cancelled
from training.evaluation.block_work import threads_to_use, work_through

BLOCKS = [[1, 2], [3], [4, 5, 6], [7]]


@pytest.mark.parametrize("thread_count", [1, 2, 9, None])
def test_each_block_once(thread_count: int | None) -> None:
    done: list[int] = []
    told: list[int] = []
    work_through(BLOCKS, done.extend, on_progress=told.append, thread_count=thread_count)
    assert sorted(done) == [1, 2, 3, 4, 5, 6, 7]
    assert told == sorted(told)
    assert told[-1] == 7
    work_through([], done.extend)


def test_blocks_are_worked_on_at_the_same_time() -> None:
    meeting = threading.Barrier(2)
    work_through([[1], [2]], lambda _: meeting.wait(20) and None, thread_count=2)


def test_nothing_is_begun_after_a_stop() -> None:
    done: list[int] = []
    asked = iter([False, False, True])
    with pytest.raises(Cancelled):
        work_through(BLOCKS, done.extend, should_stop=lambda: next(asked), thread_count=2)
    assert sorted(done) == [1, 2, 3]


def test_an_error_ends_the_work() -> None:
    def fail(block: list[int]) -> None:
        raise ValueError(f"block {block}")

    with pytest.raises(ValueError, match=r"block \[1, 2\]"):
        work_through(BLOCKS, fail, thread_count=1)


def test_a_person_limits_the_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 32)
    for wished, count in {"3": 3, "1": 1, "": 8, "64": 8, "0": 8, "many": 8}.items():
        monkeypatch.setenv("OMP_NUM_THREADS", wished)
        assert threads_to_use() == count
