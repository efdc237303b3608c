"""How pinned queries were ranked, epoch by epoch, and which matches were right."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from training.events import PinnedRanked

_FIRST_STAGE = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time at which pinned queries were ranked.

    Attributes:
        stage: Name of the stage; empty before the first step.
        epoch: Epoch that had just ended; -1 before the first one.
    """

    stage: str
    epoch: int

    def title(self) -> str:
        """Say it: ``Before training``, ``IDSE, after epoch 3``."""
        if not self.stage or self.epoch < 0:
            return "Before training"
        return f"{self.stage}, after epoch {self.epoch + 1}"


@dataclass(frozen=True, slots=True)
class PinnedMatch:
    """One match of a pinned query; ``is_correct`` is None where a category is not known."""

    path: Path
    rank: int
    similarity: float
    category: str | None
    is_correct: bool | None


@dataclass(frozen=True, slots=True)
class PinnedRow:
    """A pinned query with its first matches at one moment."""

    query: Path
    category: str | None
    matches: tuple[PinnedMatch, ...]
    moment: Moment

    @property
    def correct_text(self) -> str:
        """Say how many of the matches are right."""
        if not self.matches:
            return "not ranked yet"
        known = [match for match in self.matches if match.is_correct is not None]
        if not known:
            return "no categories"
        right = sum(match.is_correct is True for match in known)
        return f"{right} of {len(self.matches)} right"


class PinnedHistory:
    """Every ranking of every pinned query of one run.

    Args:
        folder_a: Domain A, whose first-level sub-folders are categories.
        folder_b: Domain B.
    """

    def __init__(self, folder_a: Path | None, folder_b: Path | None) -> None:
        folders = [folder for folder in (folder_a, folder_b) if folder is not None]
        self._prefixes = [os.path.join(folder, "") for folder in folders]
        self._rankings: dict[Path, dict[Moment, PinnedRanked]] = {}
        self._moments: list[Moment] = []
        self._rows: dict[tuple[Path, Moment], PinnedRow] = {}
        self._order: dict[str, int] = {_FIRST_STAGE: -1}

    @property
    def queries(self) -> list[Path]:
        """The queries that were ranked, in the order in which they were pinned."""
        return list(self._rankings)

    @property
    def moments(self) -> Sequence[Moment]:
        """When something was ranked, from before the first step to now."""
        return self._moments

    def add(self, event: PinnedRanked) -> None:
        """Take a ranking; a later one of the same moment takes its place."""
        moment = Moment(event.stage, event.epoch)
        self._order.setdefault(event.stage, len(self._order))
        if moment not in self._moments:
            self._moments.append(moment)
            self._moments.sort(key=lambda one: (self._order[one.stage], one.epoch))
        query = Path(event.query)
        self._rankings.setdefault(query, {})[moment] = event
        self._rows.pop((query, moment), None)

    def row(self, query: Path, moment: Moment | None) -> PinnedRow:
        """Return a query as it was ranked at a moment, or at the last one before it."""
        rankings = self._rankings.get(query, {})
        moments = self.moments
        wanted = moments.index(moment) + 1 if moment in self._moments else len(moments)
        for known in reversed(moments[:wanted]):
            if known in rankings:
                row = self._rows.get((query, known))
                if row is None:
                    row = self._row(query, known, rankings[known].matches)
                    self._rows[query, known] = row
                return row
        return PinnedRow(query, self.category_of(query), (), moment or Moment(_FIRST_STAGE, -1))

    def category_of(self, path: Path) -> str | None:
        """Return the first-level sub-folder of a domain that holds an image, None for none."""
        text = os.fspath(path)
        for prefix in self._prefixes:
            if text.startswith(prefix):
                name, *deeper = text[len(prefix) :].split(os.sep, 1)
                return name if deeper else None
        return None

    def _row(self, query: Path, moment: Moment, ranked: Sequence[tuple[str, float]]) -> PinnedRow:
        category = self.category_of(query)
        matches = []
        for place, (text, similarity) in enumerate(ranked, start=1):
            found = self.category_of(Path(text))
            is_known = category is not None and found is not None
            is_correct = found == category if is_known else None
            matches.append(PinnedMatch(Path(text), place, similarity, found, is_correct))
        return PinnedRow(query, category, tuple(matches), moment)
