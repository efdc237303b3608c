"""Ranks of a few rows equal those of a full stable sort, ties and odd shapes included."""

from __future__ import annotations

import numpy as np
import pytest

from training.evaluation.rank_search import RankSearch


def literal(steps: np.ndarray, relevant: np.ndarray) -> list[int]:
    order = np.argsort(-steps, kind="stable").tolist()
    return sorted(order.index(row) + 1 for row in relevant)


def shapes(generator: np.random.Generator, count: int) -> dict[str, np.ndarray]:
    spread = np.rint(generator.standard_normal(count) * 1e9)
    return {
        "spread": spread,
        "coarse": np.rint(generator.standard_normal(count) * 2) * 1e9,
        "one value": np.full(count, 3e9),
        "neighbouring steps": 1e10 - generator.integers(0, 5, count),
        "one far away": np.where(np.arange(count) == 3, -1e10, spread / 1e6 // 1),
        "all zero": np.zeros(count),
    }


@pytest.mark.parametrize("buckets", [None, 2, 7])
@pytest.mark.parametrize("seed", range(6))
def test_against_a_full_sort(seed: int, buckets: int | None) -> None:
    generator = np.random.default_rng(seed)
    for count in (1, 2, 9, 300):
        search = RankSearch(count, buckets)
        for name, steps in shapes(generator, count).items():
            for wanted in (1, max(1, count // 5), count):
                relevant = np.sort(generator.permutation(count)[:wanted])
                found = search.ranks(steps, relevant)
                assert found.tolist() == literal(steps, relevant), (name, count, wanted)


def test_a_hand_worked_example() -> None:
    steps = np.array([5.0, 9.0, 5.0, 1.0, 5.0])
    assert RankSearch(5).ranks(steps, np.array([0, 2, 3])).tolist() == [2, 3, 5]
    assert RankSearch(5).ranks(steps, np.array([4])).tolist() == [4]
