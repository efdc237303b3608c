"""Reads the events of a run that somebody else started, wherever its folder is."""

from __future__ import annotations

import threading
import time
from itertools import islice
from pathlib import Path

from training.events import Event, RunEnded
from training.run_folder import EventReader, RunFolder
from uem_desktop.retrieval.event_feed import EventFeed
from uem_desktop.retrieval.run_ending import RunEnding, ending_of_event

_POLL_SECONDS = 0.25
_READ_AT_ONCE = 200
_BREATH_SECONDS = 0.002


class RunFollower:
    """Looks into a run's folder again and again; nothing is written there, no lock is taken.

    It ends with the run. A folder that cannot be read now may be readable later: a shared drive
    comes and goes.

    Attributes:
        feed: Where the events go.
    """

    def __init__(self, folder: Path) -> None:
        self.feed: EventFeed[Event] = EventFeed()
        self._ending = RunEnding("stopped", "")
        self._reader = EventReader(RunFolder(folder).events_path)
        # a daemon: a read that hangs on a dead network drive must not keep the application alive
        self._thread = threading.Thread(target=self._follow, name="run follower", daemon=True)
        self._thread.start()

    @property
    def ending(self) -> RunEnding:
        """How the run ended, once the feed is over."""
        return self._ending

    def send(self, command: dict[str, object]) -> None:
        """Do nothing: the run belongs to somebody else."""

    def kill(self) -> None:
        """Do nothing: the run belongs to somebody else."""

    def close(self, deadline: float) -> bool:
        """Stop following.

        Returns:
            Whether the reader ended before a `time.monotonic()` value.
        """
        self.feed.close()
        self._thread.join(max(0.0, deadline - time.monotonic()))
        return not self._thread.is_alive()

    def _follow(self) -> None:
        last: Event | None = None
        while not self.feed.is_closed:
            try:
                events = self._reader.read()
                while some := list(islice(events, _READ_AT_ONCE)):
                    last = some[-1]
                    if not self.feed.put(some):
                        return
                    time.sleep(_BREATH_SECONDS)  # lets the window's thread have the interpreter
            except OSError:
                pass
            if isinstance(last, RunEnded):
                self._ending = ending_of_event(last)
                self.feed.finish()
                return
            self.feed.wait_until_closed(_POLL_SECONDS)
