"""Intervals of paired differences against slow, literal draws."""

from __future__ import annotations

import numpy as np
import pytest

from training.errors import Cancelled
from training.evaluation.paired_bootstrap import (
    RESAMPLES,
    SEED,
    interval_of_groups,
    interval_of_queries,
    times_drawn,
)


@pytest.fixture
def measured() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    groups = np.repeat(np.arange(6), (4, 9, 2, 12, 7, 30))
    return rng.normal(2.0, 10.0, len(groups)) + groups, groups


def literal(differences, groups, *, equally: bool, across: bool) -> tuple[float, float]:
    """Draw by hand: queries within each category, or categories with all of their queries."""
    rng, means = np.random.default_rng(99), []
    names = sorted(set(groups.tolist()))
    of_group = {name: differences[groups == name] for name in names}
    for _ in range(4000):
        if across:
            drawn = [of_group[names[n]] for n in rng.integers(0, len(names), len(names))]
        else:
            drawn = [rng.choice(of_group[name], len(of_group[name])) for name in names]
        parts = [float(np.mean(values)) for values in drawn]
        means.append(np.mean(parts) if equally else np.mean(np.concatenate(drawn)))
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


@pytest.mark.parametrize("equally", [False, True])
def test_intervals_are_those_of_a_literal_draw(measured, equally) -> None:
    differences, groups = measured
    within = interval_of_queries(differences, groups, weigh_groups_equally=equally)
    across = interval_of_groups(differences, groups, weigh_groups_equally=equally)
    for found, is_across in ((within, False), (across, True)):
        low, high = literal(differences, groups, equally=equally, across=is_across)
        assert (found.low, found.high) == pytest.approx((low, high), abs=0.06 * (high - low))
        assert (found.resamples, found.seed) == (RESAMPLES, SEED)


def test_the_same_numbers_give_the_same_interval(measured) -> None:
    assert interval_of_queries(*measured) == interval_of_queries(*measured)


def test_equal_differences_leave_nothing_to_chance() -> None:
    found = interval_of_queries(np.full(8, 3.0), np.repeat([0, 1], 4))
    assert (found.low, found.high, found.is_clear) == (3.0, 3.0, True)
    assert not interval_of_queries(np.array([-1.0, 1.0, 0.0]), np.zeros(3, np.int64)).is_clear


def test_no_queries_and_one_category_have_no_interval() -> None:
    none = np.empty(0)
    assert interval_of_queries(none, none.astype(np.int64)) is None
    assert interval_of_groups(np.ones(3), np.zeros(3, np.int64)) is None


def test_as_many_things_are_drawn_as_there_are() -> None:
    drawn = times_drawn(np.random.default_rng(1), 7)
    assert drawn.shape == (RESAMPLES, 7)
    assert (drawn.sum(axis=1) == 7).all()


def test_it_can_be_stopped(measured) -> None:
    with pytest.raises(Cancelled):
        interval_of_queries(*measured, should_stop=lambda: True)
