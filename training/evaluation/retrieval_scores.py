"""All numbers of one retrieval direction: every query against the whole gallery."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from training.errors import Cancelled
from training.evaluation.average_precision import interpolated_ap_of_ranks, plain_ap_of_ranks
from training.evaluation.precision import hits_at_cutoff
from training.evaluation.ranking import STEPS_PER_UNIT, similarity_steps

DEFAULT_KS = (1, 5, 15, 50, 100, 200)

_BLOCK_BYTES = 192 * 2**20
_BYTES_PER_PAIR = 24  # similarity, sort key and one temporary array
_LARGEST_BLOCK = 1024


@dataclass(frozen=True, slots=True)
class RetrievalScores:
    """How well the gallery answers the queries, in percent; None where no query can be scored.

    Attributes:
        map_plain: mAP@All, plain AP, mean over queries.
        map_interpolated: mAP@All, interpolated AP (precision envelope), mean within each category
            of the queries, then over the categories (as CoDA's code does).
        map_plain_per_category: Plain AP averaged like ``map_interpolated``.
        map_interpolated_per_query: Interpolated AP averaged like ``map_plain``.
        precision_at: P@k by k, with the cut-off min(k, R) per query and as a ratio of sums.
        num_queries: Queries there are, excluded ones too.
        num_gallery: Gallery images there are.
        num_excluded: Queries of unknown category or without a relevant gallery image.
    """

    map_plain: float | None
    map_interpolated: float | None
    map_plain_per_category: float | None
    map_interpolated_per_query: float | None
    precision_at: dict[int, float | None]
    num_queries: int
    num_gallery: int
    num_excluded: int


@dataclass(slots=True)
class _Tally:
    """What is known of the queries scored so far."""

    plain: dict[str, list[NDArray[np.float64]]] = field(default_factory=dict)
    interpolated: dict[str, list[NDArray[np.float64]]] = field(default_factory=dict)
    hits: dict[int, int] = field(default_factory=dict)
    cutoffs: dict[int, int] = field(default_factory=dict)
    count: int = 0

    def add(self, category: str, ranks: NDArray[np.int64], ks: Sequence[int]) -> None:
        """Count queries of one category, given the ranks int64 (B, R) of their relevant images."""
        self.plain.setdefault(category, []).append(plain_ap_of_ranks(ranks))
        self.interpolated.setdefault(category, []).append(interpolated_ap_of_ranks(ranks))
        for k in ks:
            hits, cutoff = hits_at_cutoff(ranks, k)
            self.hits[k] = self.hits.get(k, 0) + int(hits.sum())
            self.cutoffs[k] = self.cutoffs.get(k, 0) + cutoff * len(ranks)
        self.count += len(ranks)


def score_retrieval(
    queries: NDArray[np.float32],
    query_categories: Sequence[str | None],
    gallery: NDArray[np.float32],
    gallery_categories: Sequence[str | None],
    *,
    ks: Sequence[int] = DEFAULT_KS,
    on_progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> RetrievalScores:
    """Score every query against the whole gallery, in the exact order of ``ranking``.

    Works in blocks of queries of one category and keeps a few hundred megabytes at most, however
    many images there are.

    Args:
        queries: float32 (Q, D), unit rows.
        query_categories: Q categories, None where unknown.
        gallery: float32 (N, D), unit rows.
        gallery_categories: N categories, None where unknown.
        ks: The k of P@k.
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
    total = sum(len(rows) for rows in query_rows.values())
    tally = _Tally()
    for category, rows in _blocks(query_rows, len(gallery)):
        if should_stop is not None and should_stop():
            raise Cancelled
        ranks = _relevant_ranks(queries[rows], gallery, gallery_rows[category])
        tally.add(category, ranks, ks)
        if on_progress is not None:
            on_progress(tally.count, total)
    return RetrievalScores(
        map_plain=_mean_over_queries(tally.plain),
        map_interpolated=_mean_over_categories(tally.interpolated),
        map_plain_per_category=_mean_over_categories(tally.plain),
        map_interpolated_per_query=_mean_over_queries(tally.interpolated),
        precision_at={
            k: 100.0 * tally.hits[k] / tally.cutoffs[k] if tally.count else None for k in ks
        },
        num_queries=len(queries),
        num_gallery=len(gallery),
        num_excluded=len(queries) - total,
    )


def _relevant_ranks(
    queries: NDArray[np.float32], gallery: NDArray[np.float32], relevant: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the ranks int64 (B, R), ascending, of the relevant gallery rows.

    Step and row make one integer that sorts as (-similarity, row) does, so a plain sort of
    integers is the stable order and a binary search in it finds the ranks.
    """
    steps = similarity_steps(queries, gallery)
    keys = steps.astype(np.int64)
    del steps
    np.multiply(keys, -len(gallery), out=keys)
    np.add(keys, np.arange(len(gallery)), out=keys)
    relevant_keys = np.sort(keys[:, relevant], axis=1)
    keys.sort(axis=1)
    ranks = np.empty(relevant_keys.shape, np.int64)
    for row, wanted in enumerate(relevant_keys):
        ranks[row] = np.searchsorted(keys[row], wanted) + 1
    return ranks


def _blocks(
    query_rows: dict[str, NDArray[np.int64]], num_gallery: int
) -> Iterator[tuple[str, NDArray[np.int64]]]:
    size = _BLOCK_BYTES // (_BYTES_PER_PAIR * max(1, num_gallery))
    size = min(max(1, size), _LARGEST_BLOCK)
    for category, rows in query_rows.items():
        for start in range(0, len(rows), size):
            yield category, rows[start : start + size]


def _rows_by_category(categories: Sequence[str | None]) -> dict[str, NDArray[np.int64]]:
    rows: dict[str, list[int]] = {}
    for row, category in enumerate(categories):
        if category is not None:
            rows.setdefault(category, []).append(row)
    return {category: np.array(rows[category], np.int64) for category in sorted(rows)}


def _mean_over_queries(per_category: dict[str, list[NDArray[np.float64]]]) -> float | None:
    blocks = [block for blocks in per_category.values() for block in blocks]
    return 100.0 * float(np.concatenate(blocks).mean()) if blocks else None


def _mean_over_categories(per_category: dict[str, list[NDArray[np.float64]]]) -> float | None:
    means = [np.concatenate(blocks).mean() for blocks in per_category.values()]
    return 100.0 * float(np.mean(means)) if means else None


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
