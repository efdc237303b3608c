"""What worker threads are to make next: what somebody looks at now, the newest wish first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

Key = tuple[Path, int]
"""A file and the size of its thumbnail in device pixels."""

MAX_SINGLE_WISHES = 256


class ThumbnailQueue:
    """Wishes of several owners, safe between threads.

    An owner (a grid) says its whole wish list each time it scrolls, most urgent first; what it
    no longer says is dropped. Single wishes are taken newest first, and the oldest are dropped
    beyond a bound. So no thread works on what nobody sees any more.
    """

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._single: OrderedDict[Key, None] = OrderedDict()
        self._lists: OrderedDict[int, OrderedDict[Key, None]] = OrderedDict()
        self._in_work: set[Key] = set()
        self._is_closed = False

    def push(self, key: Key) -> None:
        """Wish for one thumbnail before all others."""
        with self._condition:
            if key in self._in_work:
                return
            self._single[key] = None
            self._single.move_to_end(key)
            while len(self._single) > MAX_SINGLE_WISHES:
                self._single.popitem(last=False)
            self._condition.notify()

    def set_list(self, owner: int, keys: Sequence[Key]) -> None:
        """Replace an owner's wishes, the most urgent one first; none to withdraw them."""
        with self._condition:
            self._lists.pop(owner, None)
            wishes = OrderedDict.fromkeys(key for key in keys if key not in self._in_work)
            if wishes:
                self._lists[owner] = wishes
                self._condition.notify_all()

    def take(self) -> Key | None:
        """Wait for a wish and return it; None once the queue is closed."""
        with self._condition:
            while not self._is_closed:
                key = self._next()
                if key is not None:
                    self._in_work.add(key)
                    return key
                self._condition.wait()
            return None

    def finish(self, key: Key) -> None:
        """Note that a wish is fulfilled, or that it cannot be."""
        with self._condition:
            self._in_work.discard(key)

    def close(self) -> None:
        """Drop all wishes and let every waiting thread end."""
        with self._condition:
            self._is_closed = True
            self._single.clear()
            self._lists.clear()
            self._condition.notify_all()

    def is_idle(self) -> bool:
        """Return whether nothing is wished for and nothing is in work."""
        with self._condition:
            return not (self._single or any(self._lists.values()) or self._in_work)

    def _next(self) -> Key | None:
        while self._single:
            key, _ = self._single.popitem(last=True)
            if key not in self._in_work:
                return key
        while self._lists:
            owner = next(reversed(self._lists))
            wishes = self._lists[owner]
            while wishes:
                key, _ = wishes.popitem(last=False)
                if key not in self._in_work:
                    return key
            del self._lists[owner]
        return None
