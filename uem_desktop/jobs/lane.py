"""A lane: some daemon threads that take work in the order in which it came."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable


class Lane:
    """Runs callables on at most `thread_count` threads, started when first needed.

    The threads are daemons: a read that hangs on a dead network drive must not keep
    the process alive after its window has closed.
    """

    def __init__(self, name: str, thread_count: int) -> None:
        self._name = name
        self._thread_count = thread_count
        self._queue: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._waiting = 0
        self._lock = threading.Lock()

    def put(self, work: Callable[[], None]) -> None:
        """Queue one callable, which must not raise."""
        with self._lock:
            self._waiting += 1
            if self._waiting > len(self._threads) and len(self._threads) < self._thread_count:
                thread = threading.Thread(
                    target=self._run, name=f"{self._name}-{len(self._threads)}", daemon=True
                )
                self._threads.append(thread)
                thread.start()
        self._queue.put(work)

    def close(self, deadline: float) -> bool:
        """End the threads after the work that is queued.

        Args:
            deadline: `time.monotonic()` value until which to wait.

        Returns:
            Whether every thread ended in time.
        """
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self) -> None:
        while (work := self._queue.get()) is not None:
            work()
            with self._lock:
                self._waiting -= 1
            del work
