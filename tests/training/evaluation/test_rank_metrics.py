"""Ordinary P@k, recall, hit rate and first ranks, against literal code and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import label_ranking_average_precision_score, top_k_accuracy_score

from training.evaluation.average_precision import plain_average_precision
from training.evaluation.query_results import query_results
from training.evaluation.rank_metrics import RankMetrics, hits_within, rank_metrics
from training.evaluation.retrieval_scores import score_retrieval

KS = (1, 3, 10, 100)


def example(seed: int) -> tuple[np.ndarray, list[str | None], np.ndarray, list[str | None]]:
    generator = np.random.default_rng(seed)
    rows = generator.standard_normal((70, 5)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    names: list[str | None] = [str(name) for name in generator.choice(list("abcdx"), 30)]
    names[4] = None
    others: list[str | None] = [str(name) for name in generator.choice(list("abcdy"), 40)]
    others[7] = None
    return rows[:30], names, rows[30:], others


def relevant_by_rank(
    queries: np.ndarray, names: list[str | None], gallery: np.ndarray, others: list[str | None]
) -> list[list[bool]]:
    """One list in rank order for each query that has something to find."""
    lists = []
    for query, name in zip(queries, names, strict=True):
        order = np.argsort(
            -np.round(gallery.astype(float) @ query.astype(float), 10), kind="stable"
        )
        lists.append([name is not None and others[row] == name for row in order])
    return [one for one in lists if any(one)]


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


@pytest.mark.parametrize("seed", range(8))
def test_against_literal_code(seed: int) -> None:
    arguments = example(seed)
    lists = relevant_by_rank(*arguments)
    found = score_retrieval(*arguments, ks=KS).rank_metrics
    for k in KS:
        assert found.precision_at[k] == pytest.approx(
            100 * mean([sum(one[:k]) / k for one in lists])
        )
        assert found.recall_at[k] == pytest.approx(
            100 * mean([sum(one[:k]) / sum(one) for one in lists])
        )
        assert found.hit_rate_at[k] == pytest.approx(100 * mean([any(one[:k]) for one in lists]))
    first = [one.index(True) + 1 for one in lists]
    assert found.first_rank_mean == pytest.approx(mean(first))
    assert found.first_rank_median == pytest.approx(np.median(first))
    assert found.mean_reciprocal_rank == pytest.approx(mean([1 / rank for rank in first]))


def test_with_one_relevant_image_each_scikit_learn_counts_the_same() -> None:
    """Then hit rate is top-k accuracy, and the mean reciprocal rank is LRAP."""
    generator = np.random.default_rng(0)
    rows = generator.standard_normal((40, 6)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    queries, gallery = rows[:20], rows[20:]
    names = [f"{row:02}" for row in range(20)]
    found = score_retrieval(queries, names, gallery, names, ks=KS[:3]).rank_metrics
    similarities = queries.astype(float) @ gallery.astype(float).T
    for k in KS[:3]:
        expected = 100 * top_k_accuracy_score(range(20), similarities, k=k)
        assert found.hit_rate_at[k] == found.recall_at[k] == pytest.approx(expected)
        assert found.precision_at[k] == pytest.approx(expected / k)
    assert found.mean_reciprocal_rank == pytest.approx(
        label_ranking_average_precision_score(np.eye(20, dtype=int), similarities)
    )


def test_a_hand_worked_example() -> None:
    """Queries whose relevant images lie on the ranks 1, 4 and on 3, 4 of a gallery of five."""
    ranks = np.array([[1, 4], [3, 4]])
    assert hits_within(ranks, 3).tolist() == [1, 1]
    found = rank_metrics(
        {k: hits_within(ranks, k) for k in (1, 3, 10)}, np.array([2, 2]), ranks[:, 0]
    )
    assert found == RankMetrics(
        precision_at={1: 50.0, 3: pytest.approx(100 / 3), 10: 20.0},
        recall_at={1: 25.0, 3: 50.0, 10: 100.0},
        hit_rate_at={1: 50.0, 3: 100.0, 10: 100.0},
        first_rank_mean=2.0,
        first_rank_median=2.0,
        mean_reciprocal_rank=pytest.approx(2 / 3),
    )


def test_without_queries_nothing_is_claimed() -> None:
    nothing = dict.fromkeys((1, 5))
    none = np.zeros(0, np.int64)
    assert rank_metrics({1: none, 5: none}, none, none) == RankMetrics(
        nothing, nothing, nothing, None, None, None
    )
    with pytest.raises(ValueError, match="first 0 matches"):
        hits_within(np.array([[1]]), 0)


def test_each_query_keeps_its_own_numbers() -> None:
    arguments = example(3)
    results = query_results(*arguments, ks=KS)
    assert len(results) == 30
    assert results.num_gallery == 40
    lists = iter(relevant_by_rank(*arguments))
    for row, name in enumerate(arguments[1]):
        assert results.is_scored[row] == (name is not None and name in arguments[3])
        if not results.is_scored[row]:
            assert np.isnan(results.plain_ap[row])
            assert np.isnan(results.interpolated_ap[row])
            assert results.first_rank[row] == results.num_relevant[row] == 0
            continue
        one = next(lists)
        assert results.plain_ap[row] == pytest.approx(plain_average_precision(one))
        assert results.num_relevant[row] == sum(one)
        assert results.first_rank[row] == one.index(True) + 1
        for k in KS:
            assert results.hits_at[k][row] == sum(one[:k])
            assert results.cutoff_hits_at[k][row] == sum(one[: min(k, sum(one))])
