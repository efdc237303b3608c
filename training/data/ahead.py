"""Threads that work ahead of somebody who takes the results one by one."""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


@contextlib.contextmanager
def mapped_ahead(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    max_ahead: int,
    max_threads: int = 8,
    thread_name: str = "ahead",
) -> Iterator[Iterator[Result]]:
    """Give ``function(item)`` in the order of the items; no thread is left when the block ends.

    An error of the function is raised where its result would have come.

    Args:
        function: Called in a thread, several at a time, so it must be safe to call so.
        items: Taken one by one as the work goes on.
        max_ahead: How many items may be worked on or waiting at once.
        max_threads: Upper bound; there are never more threads than cores.
        thread_name: How the names of the threads begin.
    """
    threads = max(1, min(max_threads, _core_count()))
    executor = ThreadPoolExecutor(threads, thread_name_prefix=thread_name)
    try:
        yield _in_order(executor, function, items, max_ahead)
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _in_order(
    executor: ThreadPoolExecutor,
    function: Callable[[Item], Result],
    items: Iterable[Item],
    max_ahead: int,
) -> Iterator[Result]:
    waiting: deque[Future[Result]] = deque()
    for item in items:
        waiting.append(executor.submit(function, item))
        if len(waiting) >= max_ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _core_count() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
