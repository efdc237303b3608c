"""What each query of a retrieval direction comes to, computed block by block."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.errors import Cancelled
from training.evaluation.average_precision import interpolated_ap_of_ranks, plain_ap_of_ranks
from training.evaluation.precision import hits_at_cutoff
from training.evaluation.rank_metrics import hits_within
from training.evaluation.rank_search import ranks_of_relevant
from training.evaluation.ranking import STEPS_PER_UNIT, similarity_steps

DEFAULT_KS = (1, 5, 15, 50, 100, 200)

_BLOCK_BYTES = 192 * 2**20
_BYTES_PER_PAIR = 24  # similarity and room for what is made of it
_LARGEST_BLOCK = 1024

LookAtBlock = Callable[[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]], None]
"""Shown some queries (B,), their similarities in whole steps (B, N), and what is relevant (R,)."""


@dataclass(frozen=True, slots=True, eq=False)
class QueryResults:
    """One number per query: for means, and for intervals of paired differences.

    Arrays are in the order of the queries. A query of unknown category, or without a relevant
    gallery image, cannot be scored: its average precisions are NaN, its counts zero.

    Attributes:
        categories: Q categories, None where unknown.
        plain_ap: float64 (Q,), 0..1.
        interpolated_ap: float64 (Q,), 0..1.
        num_relevant: int64 (Q,), R, relevant gallery images.
        first_rank: int64 (Q,), rank of the first correct match, from 1.
        hits_at: By k, int64 (Q,): relevant images among the first k matches.
        cutoff_hits_at: By k, int64 (Q,): relevant images among the first min(k, R) matches.
        num_gallery: Gallery images there are.
    """

    categories: tuple[str | None, ...]
    plain_ap: NDArray[np.float64]
    interpolated_ap: NDArray[np.float64]
    num_relevant: NDArray[np.int64]
    first_rank: NDArray[np.int64]
    hits_at: dict[int, NDArray[np.int64]]
    cutoff_hits_at: dict[int, NDArray[np.int64]]
    num_gallery: int

    def __len__(self) -> int:
        return len(self.categories)

    @property
    def is_scored(self) -> NDArray[np.bool_]:
        """Which queries can be scored, bool (Q,)."""
        return self.num_relevant > 0


def query_results(
    queries: NDArray[np.float32],
    query_categories: Sequence[str | None],
    gallery: NDArray[np.float32],
    gallery_categories: Sequence[str | None],
    *,
    ks: Sequence[int] = DEFAULT_KS,
    look: LookAtBlock | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> QueryResults:
    """Rank the whole gallery for every query, in the exact order of ``ranking``.

    Works in blocks of queries of one category and keeps a few hundred megabytes at most, however
    many images there are.

    Args:
        queries: float32 (Q, D), unit rows.
        query_categories: Q categories, None where unknown.
        gallery: float32 (N, D), unit rows.
        gallery_categories: N categories, None where unknown.
        ks: The k whose hits are counted.
        look: Shown each block of similarities that was ranked, to take more from it.
        on_progress: Told (done, total) in queries after each block.
        should_stop: Asked before each block.

    Raises:
        Cancelled: ``should_stop`` said so.
        ValueError: The sizes do not fit, or the embeddings are not finite or far from unit length.
    """
    _check(queries, query_categories, gallery, gallery_categories)
    gallery_rows = _rows_by_category(gallery_categories)
    query_rows = {
        category: rows
        for category, rows in _rows_by_category(query_categories).items()
        if category in gallery_rows
    }
    done, total = 0, sum(len(rows) for rows in query_rows.values())
    results = _nothing_yet(query_categories, ks, len(gallery))
    for category, rows in _blocks(query_rows, len(gallery)):
        if should_stop is not None and should_stop():
            raise Cancelled
        steps, relevant = similarity_steps(queries[rows], gallery), gallery_rows[category]
        _fill_in(results, rows, _relevant_ranks(steps, relevant))
        if look is not None:
            look(rows, steps, relevant)
        done += len(rows)
        if on_progress is not None:
            on_progress(done, total)
    return results


def _nothing_yet(
    categories: Sequence[str | None], ks: Sequence[int], num_gallery: int
) -> QueryResults:
    def zeros() -> NDArray[np.int64]:
        return np.zeros(len(categories), np.int64)

    return QueryResults(
        categories=tuple(categories),
        plain_ap=np.full(len(categories), np.nan),
        interpolated_ap=np.full(len(categories), np.nan),
        num_relevant=zeros(),
        first_rank=zeros(),
        hits_at={k: zeros() for k in ks},
        cutoff_hits_at={k: zeros() for k in ks},
        num_gallery=num_gallery,
    )


def _fill_in(results: QueryResults, rows: NDArray[np.int64], ranks: NDArray[np.int64]) -> None:
    """Write what queries of one category come to, given the ranks (B, R) of what is relevant."""
    results.plain_ap[rows] = plain_ap_of_ranks(ranks)
    results.interpolated_ap[rows] = interpolated_ap_of_ranks(ranks)
    results.num_relevant[rows] = ranks.shape[1]
    results.first_rank[rows] = ranks[:, 0]
    for k, hits in results.hits_at.items():
        hits[rows] = hits_within(ranks, k)
        results.cutoff_hits_at[k][rows], _ = hits_at_cutoff(ranks, k)


def _relevant_ranks(steps: NDArray[np.float64], relevant: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the ranks int64 (B, R), ascending, of the relevant gallery rows."""
    ranks = np.empty((len(steps), len(relevant)), np.int64)
    for row, of_row in enumerate(steps):  # one row at a time stays in the processor's cache
        ranks[row] = ranks_of_relevant(of_row, relevant)
    return ranks


def queries_per_block(num_gallery: int) -> int:
    """Return how many queries are ranked at once, so that a few hundred megabytes are enough."""
    size = _BLOCK_BYTES // (_BYTES_PER_PAIR * max(1, num_gallery))
    return min(max(1, size), _LARGEST_BLOCK)


def _blocks(
    query_rows: dict[str, NDArray[np.int64]], num_gallery: int
) -> Iterator[tuple[str, NDArray[np.int64]]]:
    size = queries_per_block(num_gallery)
    for category, rows in query_rows.items():
        for start in range(0, len(rows), size):
            yield category, rows[start : start + size]


def _rows_by_category(categories: Sequence[str | None]) -> dict[str, NDArray[np.int64]]:
    rows: dict[str, list[int]] = {}
    for row, category in enumerate(categories):
        if category is not None:
            rows.setdefault(category, []).append(row)
    return {category: np.array(rows[category], np.int64) for category in sorted(rows)}


def _check(
    queries: NDArray[np.float32],
    query_categories: Sequence[str | None],
    gallery: NDArray[np.float32],
    gallery_categories: Sequence[str | None],
) -> None:
    if len(queries) != len(query_categories) or len(gallery) != len(gallery_categories):
        raise ValueError("each embedding needs its category, or None")
    if len(queries) and len(gallery) and queries.shape[1] != gallery.shape[1]:
        raise ValueError(f"dimensions differ: {queries.shape[1]} and {gallery.shape[1]}")
    largest = _largest_norm(queries) * _largest_norm(gallery)
    if not largest * STEPS_PER_UNIT * (len(gallery) + 1) < 2.0**62:
        raise ValueError("embeddings must be finite and of unit length")


def _largest_norm(embeddings: NDArray[np.float32]) -> float:
    if not embeddings.size:
        return 0.0
    return float(np.sqrt(np.einsum("nd,nd->n", embeddings, embeddings).max()))
