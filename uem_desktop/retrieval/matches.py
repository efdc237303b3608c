"""What a search hands out: matches with rank, similarity and mark."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from training.data.records import ImageRecord


@dataclass(frozen=True, slots=True)
class Match:
    """One retrieved gallery image.

    Attributes:
        rank: Place in the gallery's order for this query, from 1.
        row: Row of the gallery domain.
        record: The gallery image.
        similarity: Cosine, larger is closer, rounded to 10 decimals.
        is_correct: Whether query and match share their category; None where one has none.
    """

    rank: int
    row: int
    record: ImageRecord
    similarity: float
    is_correct: bool | None


@dataclass(frozen=True, slots=True)
class CounterpartDecision:
    """What is thought of a query without knowing any category.

    Attributes:
        value: The larger, the more likely it is that the gallery has nothing of the query's kind.
        threshold: Above it the query is said to have no counterpart.
    """

    value: float
    threshold: float

    @property
    def is_missing(self) -> bool:
        """Whether the query is said to have no counterpart."""
        return self.value > self.threshold


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The ranked matches of one query.

    Attributes:
        query_paths: Where the query comes from; several images may make one query.
        category: The query's category, if it has one.
        matches: The first top_k gallery images, best first.
        missed: Relevant gallery images after them, best first, with their true ranks.
        relevant_count: Searched gallery images of the query's category; None without category.
        index_kind: ``exact``, ``hnsw`` or ``ivf``.
        index_recall: Measured recall of the index against the exact order; 1.0 for ``exact``.
        gallery_count: How many gallery images were searched.
        query_row: Row of the query domain; None for an image from elsewhere.
        counterpart: Whether the gallery has its like; None where that was not judged.
    """

    query_paths: tuple[Path, ...]
    category: str | None
    matches: tuple[Match, ...]
    missed: tuple[Match, ...] = ()
    relevant_count: int | None = None
    index_kind: str = "exact"
    index_recall: float = 1.0
    gallery_count: int = 0
    query_row: int | None = None
    counterpart: CounterpartDecision | None = None

    @property
    def missed_count(self) -> int | None:
        """Relevant gallery images that are not among the matches; None without category."""
        if self.relevant_count is None:
            return None
        return self.relevant_count - sum(1 for match in self.matches if match.is_correct)


def mark_of(query_category: str | None, match_category: str | None) -> bool | None:
    """Return whether a match is correct, or None where nothing is known."""
    if query_category is None or match_category is None:
        return None
    return query_category == match_category
