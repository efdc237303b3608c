"""What was decided about each image, alone or in a pair, folded from the entries of a journal."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from uem_desktop.retrieval.decision_words import PAST
from uem_desktop.retrieval.decisions import Entry, Judgement, Kind


class DecidedFilter(StrEnum):
    """Which images of a list are meant, by what was decided about them."""

    ALL = "all"
    UNDECIDED = "undecided"
    DECIDED = "decided"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNSURE = "unsure"
    CONFIRMED = "confirmed"
    """A person said that the query has no counterpart."""
    NOTED = "noted"
    """The image has a note, or another category."""


_OF_KIND = {
    Kind.CATEGORY: DecidedFilter.NOTED,
    Kind.NOTE: DecidedFilter.NOTED,
    Kind.COUNTERPART: DecidedFilter.CONFIRMED,
}


def filter_of(kind: str, value: str | None) -> DecidedFilter:
    """Return what an entry of a kind, with a value, makes of its images."""
    if kind == Kind.JUDGEMENT:
        return DecidedFilter(PAST[Judgement(value or "")])
    return _OF_KIND[Kind(kind)]


class DecidedAbout:
    """Takes entries one by one; each costs the same, however many there were."""

    def __init__(self) -> None:
        self._pairs: dict[Path, dict[Path, Judgement]] = {}
        self._alone: dict[Path, set[Kind]] = {}

    def apply(self, entries: Iterable[Entry]) -> None:
        """Take further entries, in order."""
        for entry in entries:
            if entry.kind is Kind.JUDGEMENT and entry.other is not None:
                self._judge(entry.image, entry.other, entry.after)
                self._judge(entry.other, entry.image, entry.after)
            else:
                kinds = self._alone.setdefault(entry.image, set())
                (kinds.add if entry.after is not None else kinds.discard)(entry.kind)
                if not kinds:
                    del self._alone[entry.image]

    def of(self, path: Path) -> tuple[DecidedFilter, ...]:
        """Return what holds for an image, in the order of `DecidedFilter`."""
        found = {DecidedFilter(PAST[judgement]) for judgement in self._pairs.get(path, {}).values()}
        found |= {_OF_KIND[kind] for kind in self._alone.get(path, ())}
        return tuple(one for one in DecidedFilter if one in found)

    def words(self, path: Path) -> str | None:
        """Return the same as words with spaces between them, None where nothing was decided."""
        return " ".join(self.of(path)) or None

    def _judge(self, image: Path, other: Path, value: str | None) -> None:
        others = self._pairs.setdefault(image, {})
        if value is None:
            others.pop(other, None)
        else:
            others[other] = Judgement(value)
        if not others:
            del self._pairs[image]
