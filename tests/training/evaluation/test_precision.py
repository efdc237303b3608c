"""Precision at k with its cut-off min(k, R) and its ratio of sums."""

from __future__ import annotations

import numpy as np
import pytest

from training.evaluation.precision import hits_at_cutoff, precision_at


def literal_precision_at(relevant_per_query: list[list[bool]], k: int) -> float:
    hits, looked_at = 0, 0
    for relevant in relevant_per_query:
        cutoff = min(k, sum(relevant))
        hits += sum(relevant[:cutoff])
        looked_at += cutoff
    return hits / looked_at


def test_a_hand_worked_example() -> None:
    first = [True, False, True, True]  # R = 3: at 2, one of two
    second = [False, True, False, False]  # R = 1: at 2, none of one
    assert precision_at([first, second], 2) == pytest.approx(1 / 3)
    assert precision_at([first, second], 1) == pytest.approx(1 / 2)
    assert precision_at([first, second], 200) == pytest.approx(2 / 4)


@pytest.mark.parametrize("seed", range(20))
def test_against_literal_code(seed: int) -> None:
    generator = np.random.default_rng(seed)
    queries = [(generator.random(30) < 0.3).tolist() for _ in range(10)]
    queries[0] = [False] * 30
    for k in (1, 5, 15, 50):
        assert precision_at(queries, k) == pytest.approx(literal_precision_at(queries, k))


def test_a_perfect_ranking_of_few_relevant_images_is_perfect_at_any_k() -> None:
    assert precision_at([[True, True, False, False]], 200) == 1.0


def test_queries_without_relevant_images_say_nothing() -> None:
    assert precision_at([[False, False]], 5) is None
    assert precision_at([], 5) is None


def test_a_block_of_queries_is_counted_at_once() -> None:
    hits, cutoff = hits_at_cutoff(np.array([[1, 2, 9], [3, 4, 5]]), 5)
    assert cutoff == 3
    assert hits.tolist() == [2, 1]


def test_k_starts_at_one() -> None:
    with pytest.raises(ValueError, match="precision at 0"):
        hits_at_cutoff(np.array([[1]]), 0)
