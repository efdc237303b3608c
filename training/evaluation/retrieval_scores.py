"""All numbers of one retrieval direction: every query against the whole gallery."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.evaluation.query_results import DEFAULT_KS, QueryResults, query_results
from training.evaluation.rank_metrics import RankMetrics, rank_metrics

__all__ = ["DEFAULT_KS", "RetrievalScores", "score_retrieval", "scores_of"]


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
        rank_metrics: Ordinary P@k, recall at k, rank of the first correct match.
    """

    map_plain: float | None
    map_interpolated: float | None
    map_plain_per_category: float | None
    map_interpolated_per_query: float | None
    precision_at: dict[int, float | None]
    num_queries: int
    num_gallery: int
    num_excluded: int
    rank_metrics: RankMetrics


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
    return scores_of(
        query_results(
            queries,
            query_categories,
            gallery,
            gallery_categories,
            ks=ks,
            on_progress=on_progress,
            should_stop=should_stop,
        )
    )


def scores_of(results: QueryResults) -> RetrievalScores:
    """Average what the queries came to."""
    scored = results.is_scored
    categories = np.array(results.categories, object)[scored]
    plain, interpolated = results.plain_ap[scored], results.interpolated_ap[scored]
    num_relevant = results.num_relevant[scored]
    return RetrievalScores(
        map_plain=mean_percent(plain),
        map_interpolated=mean_percent_over_categories(interpolated, categories),
        map_plain_per_category=mean_percent_over_categories(plain, categories),
        map_interpolated_per_query=mean_percent(interpolated),
        precision_at={
            k: 100.0 * int(hits.sum()) / int(np.minimum(k, num_relevant).sum())
            if len(plain)
            else None
            for k, hits in results.cutoff_hits_at.items()
        },
        num_queries=len(results),
        num_gallery=results.num_gallery,
        num_excluded=len(results) - len(plain),
        rank_metrics=rank_metrics(
            {k: hits[scored] for k, hits in results.hits_at.items()},
            num_relevant,
            results.first_rank[scored],
        ),
    )


def mean_percent(values: NDArray[np.float64]) -> float | None:
    """Return the mean of (Q,) values of 0..1 in percent, None without values."""
    return 100.0 * float(values.mean()) if len(values) else None


def mean_percent_over_categories(
    values: NDArray[np.float64], categories: NDArray[np.object_]
) -> float | None:
    """Return the mean over categories of the means within them, in percent.

    Args:
        values: float64 (Q,), 0..1.
        categories: Q categories, one for each value.
    """
    means = [values[categories == category].mean() for category in sorted(set(categories))]
    return 100.0 * float(np.mean(means)) if means else None
