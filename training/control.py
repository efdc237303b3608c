"""What a person may ask of a run while it goes on."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PinnedQuery:
    """An image whose matches a person wants to see change.

    Attributes:
        domain: 0 for domain A, 1 for domain B.
        path: The image, one of those that learn.
    """

    domain: int
    path: Path


class TrainingControl:
    """Wishes set by one thread and honoured by the trainer in another, between two steps."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._wants_stop = False
        self._wants_pause = False
        self._pinned: tuple[PinnedQuery, ...] = ()
        self._new_pins = False

    def stop(self) -> None:
        """Ask the run to save and end."""
        with self._changed:
            self._wants_stop = True
            self._changed.notify_all()

    def pause(self) -> None:
        """Ask the run to save and wait."""
        with self._changed:
            self._wants_pause = True

    def go_on(self) -> None:
        """Ask the run to go on after a pause."""
        with self._changed:
            self._wants_pause = False
            self._changed.notify_all()

    def pin(self, queries: tuple[PinnedQuery, ...]) -> None:
        """Replace the pinned queries; they are ranked soon and after each epoch."""
        with self._changed:
            self._pinned, self._new_pins = queries, True

    def should_stop(self) -> bool:
        """Whether the run shall save and end."""
        return self._wants_stop

    def should_pause(self) -> bool:
        """Whether the run shall save and wait."""
        return self._wants_pause and not self._wants_stop

    def wait_while_paused(self) -> None:
        """Wait until the run shall go on or end."""
        with self._changed:
            self._changed.wait_for(lambda: self._wants_stop or not self._wants_pause)

    @property
    def pinned(self) -> tuple[PinnedQuery, ...]:
        """The queries that are ranked after each epoch."""
        return self._pinned

    def take_new_pins(self) -> tuple[PinnedQuery, ...]:
        """Return queries that were pinned since the last call."""
        if not self._new_pins:
            return ()
        with self._changed:
            self._new_pins = False
            return self._pinned
