"""Work on many queries, block by block, on all processors."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Sequence, Sized
from typing import TYPE_CHECKING, TypeVar

from training.errors import Cancelled

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

_MOST_THREADS = 8

BlockT = TypeVar("BlockT", bound=Sized)


def work_through(
    blocks: Sequence[BlockT],
    work: Callable[[BlockT], None],
    *,
    on_progress: Callable[[int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    thread_count: int | None = None,
) -> None:
    """Do the work of each block, several at a time; what they write to must not overlap.

    Args:
        blocks: Of queries; their lengths are what is counted.
        work: Called once for each block, on some thread.
        on_progress: Told on this thread, after each block, how many queries are done.
        should_stop: Asked on this thread before each block.
        thread_count: How many threads; by default one for each processor, eight at most, and no
            more than ``OMP_NUM_THREADS``.

    Raises:
        Cancelled: ``should_stop`` said so; the blocks that were begun are finished before.
    """
    threads = min(len(blocks), threads_to_use() if thread_count is None else thread_count)
    if threads > 1:
        from concurrent.futures import ThreadPoolExecutor

        from threadpoolctl import threadpool_limits

        one_each = threadpool_limits(1, user_api="blas")  # more would only wait for each other
        with one_each, ThreadPoolExecutor(threads, thread_name_prefix="blocks") as executor:
            _work_at_once(executor, threads, blocks, work, on_progress, should_stop)
        return
    done = 0
    for block in blocks:
        _stop_if(should_stop)
        work(block)
        done += len(block)
        if on_progress is not None:
            on_progress(done)


def _work_at_once(
    executor: ThreadPoolExecutor,
    most: int,
    blocks: Sequence[BlockT],
    work: Callable[[BlockT], None],
    on_progress: Callable[[int], None] | None,
    should_stop: Callable[[], bool] | None,
) -> None:
    from concurrent.futures import FIRST_COMPLETED, wait

    done = 0
    waiting = deque(blocks)
    running: dict[Future[None], int] = {}
    while waiting or running:
        while waiting and len(running) < most:
            _stop_if(should_stop)
            block = waiting.popleft()
            running[executor.submit(work, block)] = len(block)
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            done += running.pop(future)
            future.result()
            if on_progress is not None:
                on_progress(done)


def _stop_if(should_stop: Callable[[], bool] | None) -> None:
    if should_stop is not None and should_stop():
        raise Cancelled


def threads_to_use() -> int:
    """Return how many threads work through blocks."""
    wished = os.environ.get("OMP_NUM_THREADS", "")
    most = int(wished) if wished.isdecimal() and int(wished) else _MOST_THREADS
    return max(1, min(os.cpu_count() or 1, most, _MOST_THREADS))
