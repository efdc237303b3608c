"""The numbers of one direction, on made-up embeddings."""

from __future__ import annotations

import numpy as np
import pytest

from training.benchmark.measuring import MeasuredSide, direction_numbers
from training.evaluation.retrieval_help import BEST_HELP

KINDS = list("abcdef")


def side(seed: int, kinds: list[str], *, is_held_out: bool) -> MeasuredSide:
    """20 images of each kind; held-out ones are others of the same kinds."""
    middles = np.random.default_rng(0).standard_normal((len(KINDS), 16))
    generator = np.random.default_rng(seed)
    shift = generator.standard_normal(16)
    categories = [kind for kind in kinds for _ in range(20)]

    def rows() -> np.ndarray:
        found = middles[[KINDS.index(kind) for kind in categories]] + shift
        found = found + 0.8 * generator.standard_normal(found.shape)
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)

    learning = rows()
    return MeasuredSide(learning, rows() if is_held_out else learning, categories)


@pytest.mark.parametrize("is_held_out", [False, True])
def test_who_is_private_does_not_hang_on_help(is_held_out: bool) -> None:
    query = side(1, KINDS, is_held_out=is_held_out)
    gallery = side(2, KINDS[:3], is_held_out=is_held_out)
    plain, helped = (
        direction_numbers(query, gallery, seed=0, shared=set(KINDS[:3]), help_names=names)
        for names in ((), BEST_HELP)
    )
    assert helped["map_at_all"]["plain"] > plain["map_at_all"]["plain"]
    for rule in ("published", "votes"):
        before, after = plain["open_set"][rule], helped["open_set"][rule]
        for name in ("auroc", "threshold", "open_set_accuracy", "false_alarm_rate"):
            assert after[name] == before[name]
        assert after["shared_set_map"] != before["shared_set_map"]
        assert after["shared_set_map"]["plain"] == helped["map_at_all"]["plain"]


def test_private_queries_are_looked_for_where_it_is_said_who_is_shared() -> None:
    query, gallery = side(1, KINDS, is_held_out=False), side(2, KINDS[:3], is_held_out=False)
    assert direction_numbers(query, gallery, seed=0)["open_set"] is None
