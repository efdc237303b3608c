"""The numbers of one direction, from the embeddings of both domains."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.benchmark.results import PUBLISHED, VOTES
from training.evaluation.open_set import OpenSetScores, score_open_set
from training.evaluation.prototype_detection import fit_prototype_detector
from training.evaluation.query_results import QueryResults, query_results
from training.evaluation.retrieval_help import fit_help
from training.evaluation.retrieval_scores import RetrievalScores, scores_of
from training.evaluation.vote_detection import fit_vote_detector

Rows = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredSide:
    """One side of a direction.

    Attributes:
        learning: float32 (M, D), unit embeddings of the images that were learned from.
        rows: float32 (N, D), those of the images that ask or are searched; often the same array.
        categories: N categories of the latter.
    """

    learning: Rows
    rows: Rows
    categories: Sequence[str | None]


def direction_numbers(
    query: MeasuredSide,
    gallery: MeasuredSide,
    *,
    seed: int,
    shared: Collection[str] | None = None,
    help_names: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the numbers of one direction, as they stand in ``results.json``.

    Args:
        query: Who asks.
        gallery: What is searched.
        seed: Of the clusterings of the published rule.
        shared: In open-set the categories of the gallery; queries of others are private. None
            where private queries are not looked for.
        help_names: Help at retrieval time; none by default. Private queries are looked for
            without it.
    """
    helped = fit_help(query.rows, gallery.rows, help_names)
    results = query_results(helped.queries, query.categories, helped.gallery, gallery.categories)
    numbers = _retrieval_numbers(results, scores_of(results))
    numbers["open_set"] = (
        None if shared is None else _open_set_numbers(results, query, gallery, shared, seed)
    )
    return numbers


def _retrieval_numbers(results: QueryResults, scores: RetrievalScores) -> dict[str, Any]:
    ranks = scores.rank_metrics
    return {
        "map_at_all": {
            "plain": scores.map_plain,
            "interpolated": scores.map_interpolated,
            "plain_per_category": scores.map_plain_per_category,
            "interpolated_per_query": scores.map_interpolated_per_query,
        },
        "precision_at": _by_k(scores.precision_at),
        "ordinary_precision_at": _by_k(ranks.precision_at),
        "recall_at": _by_k(ranks.recall_at),
        "hit_rate_at": _by_k(ranks.hit_rate_at),
        "first_correct_rank": {"mean": ranks.first_rank_mean, "median": ranks.first_rank_median},
        "mean_reciprocal_rank": ranks.mean_reciprocal_rank,
        "by_category": _by_category(results),
        "num_queries": scores.num_queries,
        "num_gallery": scores.num_gallery,
        "num_excluded": scores.num_excluded,
    }


def _by_k(values: dict[int, float | None]) -> dict[str, float | None]:
    return {str(k): value for k, value in values.items()}


def _by_category(results: QueryResults) -> dict[str, dict[str, float]]:
    """Return the sums that a mean over any choice of categories is made of."""
    found = {}
    names = np.array([*results.categories, None], object)[:-1]
    for name in sorted({name for name in results.categories if name is not None}):
        rows = (names == name) & results.is_scored
        if rows.any():
            found[name] = {
                "num_queries": int(rows.sum()),
                "plain": 100.0 * float(results.plain_ap[rows].mean()),
                "interpolated": 100.0 * float(results.interpolated_ap[rows].mean()),
            }
    return found


def _open_set_numbers(
    results: QueryResults,
    query: MeasuredSide,
    gallery: MeasuredSide,
    shared: Collection[str],
    seed: int,
) -> dict[str, Any]:
    """Judge the queries by both rules, which are made from the images that were learned from.

    Both judge embeddings as the encoder made them, whatever help ``results`` are with.
    """
    published = fit_prototype_detector(query.learning, gallery.learning, rule="strict", seed=seed)
    by_prototypes = published.decide(query.rows)
    voting = fit_vote_detector(query.learning, gallery.learning)
    is_held_out = query.rows is not query.learning
    by_votes = voting.decide(query.rows) if is_held_out else voting.decisions
    return {
        PUBLISHED: {
            **_detection_numbers(score_open_set(results, by_prototypes, shared)),
            "second_branch_count": by_prototypes.second_branch_count,
            "clusters": [len(published.prototypes), published.gallery_cluster_count],
            "merged": published.merged_count,
        },
        VOTES: _detection_numbers(score_open_set(results, by_votes, shared)),
    }


def _detection_numbers(scores: OpenSetScores) -> dict[str, Any]:
    numbers = asdict(scores)
    for kind, name in (("shared", "shared_set_map"), ("strict", "strict_map")):
        numbers[name] = {
            "plain": numbers.pop(f"{kind}_map_plain"),
            "interpolated": numbers.pop(f"{kind}_map_interpolated"),
        }
    return numbers
