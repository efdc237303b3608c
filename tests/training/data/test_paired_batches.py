from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from training.data.paired_batches import PairedPlan, paired_epoch, step_count

SIZES = [(1, 1), (1, 9), (2, 3), (5, 5), (7, 64), (64, 64), (65, 200), (130, 63), (64, 1000)]


def plan_of(
    counts: tuple[int, int], size: int = 64, *, seed: int = 0, stage: str = "idse", epoch: int = 0
) -> PairedPlan:
    return paired_epoch(*counts, size, seed=seed, stage=stage, epoch=epoch)


@pytest.mark.parametrize(("counts", "size"), list(product(SIZES, [1, 2, 5, 64])))
def test_properties_of_every_plan(counts: tuple[int, int], size: int) -> None:
    for epoch in range(3):
        plan = plan_of(counts, size, epoch=epoch)
        assert plan.batch_size == min(size, *counts)
        assert plan.step_count == max(counts) // plan.batch_size >= 1
        for rows, count in zip((plan.rows_a, plan.rows_b), counts, strict=True):
            assert rows.shape == (plan.step_count, plan.batch_size)
            assert rows.dtype == np.int64
            assert all(len(set(batch)) == plan.batch_size for batch in rows.tolist())
            times = np.bincount(rows.ravel(), minlength=count)
            assert len(times) == count
            assert times.max() - times.min() <= 1


def test_the_longer_domain_is_gone_through_once() -> None:
    plan = plan_of((200, 65))
    assert np.bincount(plan.rows_a.ravel(), minlength=200).max() == 1
    assert plan.rows_a.size == 192


def test_the_shorter_domain_comes_in_a_new_order_each_time() -> None:
    plan = plan_of((1000, 64))
    orders = {tuple(batch) for batch in plan.rows_b.tolist()}
    assert len(orders) == plan.step_count == 15


def test_a_seam_inside_a_batch_repeats_no_image() -> None:
    for seed in range(200):
        rows = plan_of((40, 5), 4, seed=seed).rows_b
        assert all(len(set(batch)) == 4 for batch in rows.tolist())
        for start in range(0, 40, 5):
            assert sorted(rows.ravel()[start : start + 5].tolist()) == [0, 1, 2, 3, 4]


def test_every_place_of_an_order_is_drawn_evenly() -> None:
    counts = np.zeros((5, 40), int)
    for seed in range(2000):
        counts[plan_of((40, 5), 4, seed=seed).rows_b.ravel(), np.arange(40)] += 1
    assert np.abs(counts / 2000 - 0.2).max() < 0.04


def test_equal_arguments_give_equal_plans_and_others_differ() -> None:
    plan = plan_of((100, 100))
    again = plan_of((100, 100))
    assert np.array_equal(plan.rows_a, again.rows_a)
    assert np.array_equal(plan.rows_b, again.rows_b)
    assert not np.array_equal(plan.rows_a, plan.rows_b)
    for other in ({"seed": 1}, {"stage": "cdsm"}, {"epoch": 1}):
        assert not np.array_equal(plan.rows_a, plan_of((100, 100), **other).rows_a)  # type: ignore[arg-type]


@pytest.mark.parametrize("arguments", [(0, 5, 4), (5, 0, 4), (5, 5, 0)])
def test_nothing_to_draw_from(arguments: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="no batch"):
        paired_epoch(*arguments, seed=0, stage="idse", epoch=0)


@pytest.mark.parametrize(("counts", "steps"), [((44, 36), 4), ((20, 70), 2), ((5, 9), 1)])
def test_an_epoch_may_end_with_the_shorter_domain(counts: tuple[int, int], steps: int) -> None:
    plan = paired_epoch(*counts, 8, 1, "IDSE", 0, length="shorter")
    assert plan.step_count == step_count(*counts, 8, "shorter") == steps
    for rows, count in zip((plan.rows_a, plan.rows_b), counts, strict=True):
        assert len(set(rows.reshape(-1).tolist())) == rows.size
        assert rows.max() < count
