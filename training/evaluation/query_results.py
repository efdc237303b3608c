"""What each query of a retrieval direction comes to, computed block by block."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.evaluation.average_precision import interpolated_ap_of_ranks, plain_ap_of_ranks
from training.evaluation.block_work import work_through
from training.evaluation.precision import hits_at_cutoff
from training.evaluation.rank_metrics import hits_within
from training.evaluation.rank_search import RankSearch
from training.evaluation.ranking import STEPS_PER_UNIT, similarity_steps

DEFAULT_KS = (1, 5, 15, 50, 100, 200)

_BLOCK_BYTES = 32 * 2**20
_SMALLEST_BLOCK = 8
_LARGEST_BLOCK = 1024
_WIDE_BYTES = 256 * 2**20

_NONE = np.empty(0, np.int64)

LookAtBlock = Callable[[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]], None]
"""Shown queries (B,), their similarities in whole steps (B, N), and what is relevant (R,).

The same images are relevant to all of them. Several blocks are shown at once, on several threads.
"""


_Part = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Queries (B,) of one category, and the gallery rows (R,) that are relevant to them."""


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

    Works in blocks on all processors and keeps a few hundred megabytes at most, however many images
    there are.

    Args:
        queries: float32 (Q, D), unit rows.
        query_categories: Q categories, None where unknown.
        gallery: float32 (N, D), unit rows.
        gallery_categories: N categories, None where unknown.
        ks: The k whose hits are counted.
        look: Shown the similarities of all queries, to take more from them; those that cannot be
            scored are ranked for it alone.
        on_progress: Told (done, total) in queries after each block.
        should_stop: Asked before each block.

    Raises:
        Cancelled: ``should_stop`` said so.
        ValueError: The sizes do not fit, or the embeddings are not finite or far from unit length.
    """
    _check(queries, query_categories, gallery, gallery_categories)
    results = _nothing_yet(query_categories, ks, len(gallery))
    relevant_rows = _rows_by_category(gallery_categories)
    parts = _parts(query_categories, relevant_rows, with_others=look is not None)
    total = sum(len(rows) for rows, _ in parts) if len(gallery) else 0
    is_small = gallery.size * 8 <= _WIDE_BYTES
    searched = gallery.astype(np.float64) if is_small else gallery

    def rank(block: _Block) -> None:
        steps = similarity_steps(queries[block.rows], searched)
        search = RankSearch(len(gallery))
        start = 0
        for rows, relevant in block.parts:
            of_part = steps[start : start + len(rows)]
            start += len(rows)
            if len(relevant):
                ranks = np.stack([search.ranks(of_row, relevant) for of_row in of_part])
                _fill_in(results, rows, ranks)
            if look is not None:
                look(rows, of_part, relevant)

    work_through(
        tuple(_blocks(parts, _queries_per_block(len(gallery)))) if total else (),
        rank,
        on_progress=None if on_progress is None else lambda done: on_progress(done, total),
        should_stop=should_stop,
    )
    return results


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Queries that are ranked at once, cut into parts with the same relevant images."""

    parts: tuple[_Part, ...]

    def __len__(self) -> int:
        return sum(len(rows) for rows, _ in self.parts)

    @property
    def rows(self) -> NDArray[np.int64]:
        return np.concatenate([rows for rows, _ in self.parts])


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


def _parts(
    categories: Sequence[str | None],
    relevant_rows: dict[str, NDArray[np.int64]],
    *,
    with_others: bool,
) -> list[_Part]:
    """Cut the queries by what is relevant to them; those that nothing is relevant to come last."""
    parts = [
        (rows, relevant_rows[category])
        for category, rows in _rows_by_category(categories).items()
        if category in relevant_rows
    ]
    others = [row for row, category in enumerate(categories) if category not in relevant_rows]
    if with_others and others:
        parts.append((np.array(others, np.int64), _NONE))
    return parts


def _queries_per_block(num_gallery: int) -> int:
    size = _BLOCK_BYTES // (8 * max(1, num_gallery))
    return min(max(_SMALLEST_BLOCK, size), _LARGEST_BLOCK)


def _blocks(parts: Sequence[_Part], size: int) -> Iterator[_Block]:
    """Cut parts into blocks of ``size`` queries, without regard to where a part ends."""
    gathered: list[_Part] = []
    room = size
    for rows, relevant in parts:
        while len(rows):
            gathered.append((rows[:room], relevant))
            room -= len(rows[:room])
            rows = rows[len(gathered[-1][0]) :]
            if not room:
                yield _Block(tuple(gathered))
                gathered, room = [], size
    if gathered:
        yield _Block(tuple(gathered))


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
    count = max(len(queries), len(gallery)) + 1
    if not largest * STEPS_PER_UNIT * count < 2.0**62:
        raise ValueError("embeddings must be finite and of unit length")


def _largest_norm(embeddings: NDArray[np.float32]) -> float:
    if not embeddings.size:
        return 0.0
    return float(np.sqrt(np.einsum("nd,nd->n", embeddings, embeddings).max()))
