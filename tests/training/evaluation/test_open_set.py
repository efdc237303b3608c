"""Open-set scores against scikit-learn, literal code and a hand-worked example."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, balanced_accuracy_score, recall_score, roc_auc_score

from training.evaluation.open_set import OpenSetScores, auroc, score_open_set
from training.evaluation.private_decisions import PrivateDecisions
from training.evaluation.query_results import QueryResults, query_results

Names = list[str | None]


def example(seed: int) -> tuple[QueryResults, PrivateDecisions, Names]:
    generator = np.random.default_rng(seed)
    rows = generator.standard_normal((100, 5)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    names: Names = [str(name) for name in generator.choice(list("abcxyz"), 60)]
    names[3] = None
    others: Names = [str(name) for name in generator.choice(list("abc"), 40)]
    values = np.round(generator.standard_normal(60), 1)  # with equal values
    return query_results(rows[:60], names, rows[60:], others), PrivateDecisions(values, 0.2), others


@pytest.mark.parametrize("seed", range(10))
def test_detection_is_what_scikit_learn_says(seed: int) -> None:
    results, decisions, others = example(seed)
    scores = score_open_set(results, decisions, others)
    known = np.array([name is not None for name in results.categories])
    truth = np.array([name not in others for name in results.categories])[known]
    called, values = decisions.is_private[known], decisions.values[known]
    assert scores.open_set_accuracy == pytest.approx(100 * recall_score(truth, called))
    assert scores.false_alarm_rate == pytest.approx(100 - 100 * recall_score(~truth, ~called))
    assert scores.binary_accuracy == pytest.approx(100 * accuracy_score(truth, called))
    assert scores.balanced_accuracy == pytest.approx(100 * balanced_accuracy_score(truth, called))
    assert scores.auroc == pytest.approx(roc_auc_score(truth, values), abs=1e-12)
    assert scores.num_private == truth.sum()
    assert scores.num_shared == (~truth).sum()


@pytest.mark.parametrize("seed", range(4))
def test_retrieval_against_literal_code(seed: int) -> None:
    results, decisions, others = example(seed)
    scores = score_open_set(results, decisions, others)
    plain, strict = [], []
    by_category: dict[str, list[float]] = {}
    strict_by_category: dict[str, list[float]] = {}
    for row, name in enumerate(results.categories):
        if name is None or name not in others:
            continue
        passed = 0.0 if decisions.values[row] > 0.2 else 1.0
        plain.append(results.plain_ap[row])
        strict.append(passed * results.plain_ap[row])
        by_category.setdefault(name, []).append(results.interpolated_ap[row])
        strict_by_category.setdefault(name, []).append(passed * results.interpolated_ap[row])
    assert scores.shared_map_plain == pytest.approx(100 * np.mean(plain))
    assert scores.strict_map_plain == pytest.approx(100 * np.mean(strict))
    assert scores.shared_map_interpolated == pytest.approx(
        100 * np.mean([np.mean(one) for one in by_category.values()])
    )
    assert scores.strict_map_interpolated == pytest.approx(
        100 * np.mean([np.mean(one) for one in strict_by_category.values()])
    )


def test_a_hand_worked_example() -> None:
    """Two shared queries, one of them called private; two private ones, one of them found."""
    gallery = np.eye(2, dtype=np.float32)
    queries = np.array([[1, 0], [0.6, 0.8], [1, 0], [0, 1]], np.float32)
    results = query_results(queries, ["a", "a", "x", "y"], gallery, ["a", "b"])
    decisions = PrivateDecisions(np.array([0.5, -1.0, 0.5, -2.0]), 0.0)
    assert score_open_set(results, decisions, ["a", "b"]) == OpenSetScores(
        shared_map_plain=75.0,
        shared_map_interpolated=75.0,
        strict_map_plain=25.0,
        strict_map_interpolated=25.0,
        open_set_accuracy=50.0,
        false_alarm_rate=50.0,
        binary_accuracy=50.0,
        balanced_accuracy=50.0,
        auroc=pytest.approx((0.5 + 1 + 0 + 0) / 4),
        num_shared=2,
        num_private=2,
        threshold=0.0,
    )
    assert decisions.at(0.6).is_private.tolist() == [False] * 4


def test_where_one_kind_is_missing_nothing_is_claimed() -> None:
    results, decisions, _ = example(0)
    scores = score_open_set(results, decisions, list("abcxyz"))
    assert scores.open_set_accuracy is None
    assert scores.balanced_accuracy is None
    assert scores.auroc is None
    assert scores.false_alarm_rate is not None
    with pytest.raises(ValueError, match="60 queries, but 0 decisions"):
        score_open_set(results, PrivateDecisions(np.zeros(0), 0.0), [])


def test_auroc_needs_no_pairs_but_counts_them() -> None:
    generator = np.random.default_rng(1)
    positive, negative = generator.integers(0, 9, 30) * 1.0, generator.integers(0, 9, 20) * 1.0
    pairs = [(p > n) + 0.5 * (p == n) for p in positive for n in negative]
    assert auroc(positive, negative) == pytest.approx(np.mean(pairs))
