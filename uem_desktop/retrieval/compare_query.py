"""One query under two checkpoints: both rankings, and where each image stands in the other one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from uem_desktop.retrieval.compare import Comparison
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.index import GalleryIndex
from uem_desktop.retrieval.matches import Match, QueryResult, mark_of
from uem_desktop.retrieval.mismatches import Numbers, Rows
from uem_desktop.retrieval.search import build_index


@dataclass(frozen=True, slots=True)
class Move:
    """One gallery image and its rank under both checkpoints.

    Attributes:
        row: Row of the gallery domain.
        theirs: Rank with theirs, from 1.
        ours: Rank with ours, from 1.
    """

    row: int
    theirs: int
    ours: int

    @property
    def by(self) -> int:
        """How many ranks nearer to the top it stands with ours; negative for further down."""
        return self.theirs - self.ours


@dataclass(frozen=True, slots=True)
class ComparedQuery:
    """Both rankings of one query.

    Attributes:
        ours: The matches with ours.
        theirs: The matches with theirs.
        moves: By gallery row, the ranks of every image of either list of matches, and of every
            relevant image.
        relevant: The moves of the relevant images, those first that moved furthest.
    """

    ours: QueryResult
    theirs: QueryResult
    moves: dict[int, Move]
    relevant: tuple[Move, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ComparedIndexes:
    """Exact indexes of the gallery under both checkpoints."""

    ours: GalleryIndex
    theirs: GalleryIndex


def index_both(found: Comparison) -> ComparedIndexes:
    """Make the indexes that `compare_query` asks."""
    return ComparedIndexes(build_index(found.ours.gallery), build_index(found.theirs.gallery))


def compare_query(
    found: Comparison, indexes: ComparedIndexes, place: int, top_k: int
) -> ComparedQuery:
    """Rank the gallery for one query with both checkpoints.

    Args:
        found: The comparison.
        indexes: Of its galleries.
        place: Which query.
        top_k: How many matches of each.
    """
    row = int(found.rows[place])
    record, gallery = found.query.records[row], found.ours.gallery
    relevant = _relevant_rows(gallery, record.category)
    rankings = [
        next(index.rankings(table.query.embeddings[row]))
        for table, index in ((found.ours, indexes.ours), (found.theirs, indexes.theirs))
    ]
    tops = [ranking.top(top_k) for ranking in rankings]
    rows = np.unique(np.concatenate([relevant, *(top_rows for _, top_rows in tops)]))
    ours, theirs = (ranking.ranks_of(rows).tolist() for ranking in rankings)
    moves = {
        one: Move(one, theirs=their_rank, ours=our_rank)
        for one, our_rank, their_rank in zip(rows.tolist(), ours, theirs, strict=True)
    }
    of_relevant = sorted(
        (moves[one] for one in relevant.tolist()), key=lambda m: (-abs(m.by), m.row)
    )
    results = [
        QueryResult(
            query_paths=(record.path,),
            category=record.category,
            matches=_matches(gallery, record.category, *top),
            relevant_count=None if record.category is None else len(relevant),
            gallery_count=gallery.ready_count,
            query_row=row,
        )
        for top in tops
    ]
    return ComparedQuery(results[0], results[1], moves, tuple(of_relevant))


def _matches(
    gallery: DomainEmbeddings, category: str | None, similarities: Numbers, rows: Rows
) -> tuple[Match, ...]:
    records = gallery.records
    return tuple(
        Match(rank, row, records[row], similarity, mark_of(category, records[row].category))
        for rank, (row, similarity) in enumerate(
            zip(rows.tolist(), similarities.tolist(), strict=True), 1
        )
    )


def _relevant_rows(gallery: DomainEmbeddings, category: str | None) -> np.ndarray:
    if category is None or category not in gallery.rows_by_category:
        return np.empty(0, np.int64)
    rows = gallery.rows_by_category[category]
    return rows[gallery.is_ready[rows]]
