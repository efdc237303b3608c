"""Events on their way from whoever reads them to whoever shows them."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import Generic, TypeVar

_MOST_WAITING = 5000

_Event = TypeVar("_Event")


class EventFeed(Generic[_Event]):
    """A bounded queue of events: a slow taker slows the giver down, and none is lost.

    Attributes:
        last_time: `time.monotonic()` of the newest event.
    """

    def __init__(self, most_waiting: int = _MOST_WAITING) -> None:
        self.last_time = time.monotonic()
        self._most_waiting = most_waiting
        self._events: deque[_Event] = deque()
        self._changed = threading.Condition()
        self._is_finished = False
        self._is_closed = False

    @property
    def is_closed(self) -> bool:
        """Whether nobody takes any more."""
        return self._is_closed

    @property
    def is_full(self) -> bool:
        """Whether whoever gives has to wait."""
        return len(self._events) >= self._most_waiting

    @property
    def is_over(self) -> bool:
        """Whether there will be no events any more."""
        with self._changed:
            return self._is_closed or (self._is_finished and not self._events)

    def put(self, events: Sequence[_Event]) -> bool:
        """Append events; waits while too many are waiting.

        Returns:
            Whether somebody still takes them.
        """
        if not events:
            return not self._is_closed
        with self._changed:
            self.last_time = time.monotonic()
            self._changed.wait_for(lambda: self._is_closed or not self.is_full)
            if not self._is_closed:
                self._events.extend(events)
            self._changed.notify_all()
            return not self._is_closed

    def finish(self) -> None:
        """Say that no more will come."""
        with self._changed:
            self._is_finished = True
            self._changed.notify_all()

    def close(self) -> None:
        """Say that nobody takes any more."""
        with self._changed:
            self._is_closed = True
            self._events.clear()
            self._changed.notify_all()

    def take(self, most: int) -> list[_Event]:
        """Wait until there are events and take some; empty when it is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._events or self._is_finished or self._is_closed)
            count = min(most, len(self._events))
            taken = [self._events.popleft() for _ in range(count)]
            self._changed.notify_all()
            return taken

    def wait_until_closed(self, timeout_s: float) -> bool:
        """Wait, but no longer than somebody takes.

        Returns:
            Whether nobody takes any more.
        """
        with self._changed:
            return self._changed.wait_for(lambda: self._is_closed, timeout_s)
