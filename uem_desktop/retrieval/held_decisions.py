"""What holds of the decisions of a project, read once, for everything that leaves the window."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from uem_desktop.retrieval.decision_journal import DecisionJournal
from uem_desktop.retrieval.decisions import Entry, Judgement, Kind


class HeldDecisions:
    """The decisions that hold at one moment; never changed, for any thread.

    Attributes:
        entries: What holds, in the order in which it was last decided.
    """

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries = tuple(entries)
        self._pairs: dict[tuple[str, str], Entry] = {}
        self._judged: set[str] = set()
        self._alone: dict[tuple[Kind, str], Entry] = {}
        for entry in self.entries:
            if entry.other is not None:
                key = _pair_key(entry.image, entry.other)
                self._pairs[key] = entry
                self._judged.update(key)
            else:
                self._alone[entry.kind, os.path.abspath(entry.image)] = entry

    def judgement_of(self, query: Path, match: Path) -> Entry | None:
        """Return what holds for a pair, whichever of the two asked."""
        if not self._pairs or os.path.abspath(query) not in self._judged:
            return None
        return self._pairs.get(_pair_key(query, match))

    def about(self, kind: Kind, image: Path) -> Entry | None:
        """Return what holds of one kind for one image."""
        return self._alone.get((kind, os.path.abspath(image))) if self._alone else None

    def value(self, kind: Kind, image: Path) -> str | None:
        """Return the value that holds of one kind for one image."""
        entry = self.about(kind, image)
        return entry.after if entry is not None else None

    def category(self, image: Path, of_folder: str | None) -> str | None:
        """Return the category that a person gave an image, or else that of its folder."""
        return self.value(Kind.CATEGORY, image) or of_folder

    def pairs(self, judgement: Judgement) -> Iterator[tuple[Path, Path]]:
        """Give the pairs that are judged so, in the order in which they were."""
        for entry in self.entries:
            if entry.other is not None and entry.after == judgement:
                yield entry.image, entry.other


def read_decisions(project: Path, folders: Sequence[Path]) -> HeldDecisions:
    """Read what holds of the decisions of a project.

    Args:
        project: The project file.
        folders: Its two folders as they lie now.

    Raises:
        UserError: It is missing, no project, or cannot be read.
    """
    with contextlib.closing(DecisionJournal.open(project, folders)) as journal:
        return HeldDecisions(journal.decisions())


def read_history(project: Path, folders: Sequence[Path]) -> tuple[Entry, ...]:
    """Read every entry of the journal of a project, oldest first.

    Raises:
        UserError: It is missing, no project, or cannot be read.
    """
    with contextlib.closing(DecisionJournal.open(project, folders)) as journal:
        return tuple(journal.entries())


def _pair_key(one: Path, other: Path) -> tuple[str, str]:
    a, b = sorted((os.path.abspath(one), os.path.abspath(other)))
    return a, b
