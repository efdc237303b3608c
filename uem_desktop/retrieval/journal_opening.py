"""Opens a journal on one thread for another, which may not want it any more."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from uem_desktop.retrieval.decision_journal import DecisionJournal
from uem_desktop.retrieval.project_file import DamagedProjectError


class JournalOpening:
    """A journal that is being opened; it belongs to whoever takes it, and is closed else."""

    def __init__(self, path: Path, folders: Sequence[Path], reviewer: str) -> None:
        self._asked = (path, folders, reviewer)
        self._lock = threading.Lock()
        self._journal: DecisionJournal | None = None
        self._is_given_up = False

    def run(self) -> bool:
        """Open the journal, and return whether it is open; a damaged one is not.

        Raises:
            UserError: As `DecisionJournal.open` does.
        """
        try:
            journal = DecisionJournal.open(*self._asked)
        except DamagedProjectError:
            return False
        with self._lock:
            if not self._is_given_up:
                self._journal = journal
                return True
        journal.close()
        return False

    def take(self) -> DecisionJournal | None:
        """Return the journal where it is open; the caller closes it."""
        with self._lock:
            journal, self._journal = self._journal, None
            return journal

    def give_up(self) -> None:
        """Close the journal, now or as soon as it is open."""
        with self._lock:
            self._is_given_up = True
        if (journal := self.take()) is not None:
            journal.close()
