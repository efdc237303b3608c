from __future__ import annotations

import itertools
import math

import pytest
import torch
from torch import Tensor

from training.prototypes.merging import (
    MergeRule,
    UnifiedPrototypes,
    merge_prototypes,
    separate_prototypes,
)

RULES: tuple[MergeRule, ...] = ("strict", "mean_gap", "mutual", "all")


def hand_worked(rule: MergeRule = "strict") -> UnifiedPrototypes:
    return merge_prototypes(
        torch.tensor([[0.0, 0.0], [4.0, 0.0]]),
        torch.tensor([[0.5, 10.0], [9.0, 10.0]]),
        torch.tensor([2.0, 0.0]),
        torch.tensor([2.0, 10.0]),
        rule=rule,
    )


def example(seed: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Two domains that share some of their clusters, moved against each other; their means."""
    generator = torch.Generator().manual_seed(seed)
    count_a, count_b = (int(torch.randint(1, 6, (), generator=generator)) for _ in range(2))
    places = torch.randn(6, 4, generator=generator, dtype=torch.float64)

    def domain(count: int) -> Tensor:
        noise = 0.4 * torch.randn(count, 4, generator=generator, dtype=torch.float64)
        return places[torch.randperm(6, generator=generator)[:count]] + noise

    a, b = domain(count_a), domain(count_b) + 3.0
    aside = 0.1 * torch.randn(4, generator=generator, dtype=torch.float64)
    return a, b, a.mean(dim=0) + aside, b.mean(dim=0)


def gap(centres: Tensor) -> list[float]:
    """Distance of each centre to the nearest other one."""
    return [
        min((float((p - q).norm()) for q in others), default=math.inf)
        for i, p in enumerate(centres)
        for others in [[q for j, q in enumerate(centres) if j != i]]
    ]


def best_pairs(cost: list[list[float]]) -> list[tuple[int, int]]:
    """The cheapest pairing, by trying all of them."""
    rows, columns = len(cost), len(cost[0])
    if rows <= columns:
        choices = [
            list(enumerate(chosen)) for chosen in itertools.permutations(range(columns), rows)
        ]
    else:
        choices = [
            [(i, j) for j, i in enumerate(chosen)]
            for chosen in itertools.permutations(range(rows), columns)
        ]
    return min(choices, key=lambda pairs: sum(cost[i][j] for i, j in pairs))


def literal_pairs(
    a: Tensor, b: Tensor, mean_a: Tensor, mean_b: Tensor, rule: MergeRule
) -> set[tuple[int, int]]:
    """Eq. 8-9 in domain A, and the other rules."""
    cost = [[float((q + (mean_a - mean_b) - p).norm()) for q in b] for p in a]
    if rule == "mutual":
        return {
            (i, j)
            for i, j in itertools.product(range(len(a)), range(len(b)))
            if cost[i][j] == min(cost[i]) and cost[i][j] == min(row[j] for row in cost)
        }
    gaps = [value for value in gap(a) + gap(b) if value < math.inf]
    bound = math.inf
    if rule == "strict":
        bound = min(gaps, default=math.inf)
    elif rule == "mean_gap" and gaps:
        bound = sum(gaps) / len(gaps)
    return {(i, j) for i, j in best_pairs(cost) if cost[i][j] < bound}


def merged_pairs(unified: UnifiedPrototypes) -> set[tuple[int, int]]:
    ids_a, ids_b = unified.ids_a.tolist(), unified.ids_b.tolist()
    return {(ids_a.index(i), ids_b.index(i)) for i in set(ids_a) & set(ids_b)}


def test_hand_worked_example() -> None:
    unified = hand_worked()
    assert unified.in_a.tolist() == [[4, 0], [9, 0], [0.25, 0]]
    assert unified.in_b.tolist() == [[4, 10], [9, 10], [0.25, 10]]
    assert unified.ids_a.tolist() == [2, 0]
    assert unified.ids_b.tolist() == [2, 1]
    assert unified.merged_count == 1
    assert unified.bound == 4
    assert unified.shift.tolist() == [0, 10]


@pytest.mark.parametrize(("rule", "merged"), [("mean_gap", 2), ("mutual", 1), ("all", 2)])
def test_hand_worked_example_under_other_rules(rule: MergeRule, merged: int) -> None:
    """Gaps 4, 4, 8.5, 8.5: the mean is 6.25, and the second pair is at 5."""
    unified = hand_worked(rule)
    assert unified.merged_count == merged
    assert unified.bound == (6.25 if rule == "mean_gap" else math.inf)


@pytest.mark.parametrize("rule", RULES)
def test_against_literal_code(rule: MergeRule) -> None:
    for seed in range(25):
        a, b, mean_a, mean_b = example(seed)
        unified = merge_prototypes(a, b, mean_a, mean_b, rule=rule)
        pairs = literal_pairs(a, b, mean_a, mean_b, rule)
        assert merged_pairs(unified) == pairs
        assert unified.merged_count == len(pairs)
        assert len(unified.in_a) == len(a) + len(b) - len(pairs)
        b_in_a = b + (mean_a - mean_b)
        partner = {**{(0, i): j for i, j in pairs}, **{(1, j): i for i, j in pairs}}
        for i, p in enumerate(a):
            expected = (p + b_in_a[partner[0, i]]) / 2 if (0, i) in partner else p
            assert torch.allclose(unified.in_a[unified.ids_a[i]], expected)
        for j, p in enumerate(b):
            expected = (p + a[partner[1, j]] + mean_b - mean_a) / 2 if (1, j) in partner else p
            assert torch.allclose(unified.in_b[unified.ids_b[j]], expected)


@pytest.mark.parametrize("rule", RULES)
def test_both_lists_are_translates_and_domains_may_be_swapped(rule: MergeRule) -> None:
    """D1."""
    for seed in range(50):
        a, b, mean_a, mean_b = example(seed)
        one = merge_prototypes(a, b, mean_a, mean_b, rule=rule)
        other = merge_prototypes(b, a, mean_b, mean_a, rule=rule)
        assert torch.allclose(one.in_b - one.in_a, mean_b - mean_a, atol=1e-12)
        assert one.merged_count == other.merged_count
        assert one.bound == pytest.approx(other.bound)
        assert merged_pairs(one) == {(i, j) for j, i in merged_pairs(other)}
        for i in range(len(a)):
            mine = one.in_b[one.ids_a[i]]
            assert torch.allclose(mine, other.in_a[other.ids_b[i]], atol=1e-12)


@pytest.mark.parametrize("rule", RULES)
def test_a_lone_cluster_has_no_gap(rule: MergeRule) -> None:
    """D6."""
    a, b = torch.tensor([[0.0, 0.0]]), torch.tensor([[7.0, 1.0]])
    both = merge_prototypes(a, b, torch.zeros(2), torch.zeros(2), rule=rule)
    assert (both.merged_count, both.bound) == (1, math.inf)
    assert both.in_a.tolist() == [[3.5, 0.5]]
    two = torch.tensor([[7.0, 1.0], [9.0, 1.0]])
    unified = merge_prototypes(a, two, torch.zeros(2), torch.zeros(2), rule=rule)
    assert unified.bound == (2 if rule in ("strict", "mean_gap") else math.inf)
    assert unified.merged_count == (0 if rule in ("strict", "mean_gap") else 1)


def test_precision_and_ids_of_float32_centres() -> None:
    a, b, mean_a, mean_b = (value.float() for value in example(3))
    unified = merge_prototypes(a, b, mean_a, mean_b)
    assert unified.in_a.dtype == unified.in_b.dtype == unified.shift.dtype == torch.float32
    assert unified.ids_a.dtype == unified.ids_b.dtype == torch.int64
    everyone = {*unified.ids_a.tolist(), *unified.ids_b.tolist()}
    assert everyone == set(range(len(unified.in_a)))


def test_separate_prototypes_keep_to_their_domain() -> None:
    a, b = torch.randn(3, 4), torch.randn(5, 4)
    unified = separate_prototypes(a, b, torch.zeros(4), torch.ones(4))
    assert torch.equal(unified.in_a, a)
    assert torch.equal(unified.in_b, b)
    assert unified.ids_a.tolist() == [0, 1, 2]
    assert unified.ids_b.tolist() == [0, 1, 2, 3, 4]
    assert (unified.merged_count, unified.bound) == (0, 0)
    assert unified.shift.tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize("rule", RULES)
def test_state_there_and_back(rule: MergeRule) -> None:
    unified = hand_worked(rule)
    state = unified.state()
    assert all(isinstance(value, Tensor) for value in state.values())
    again = UnifiedPrototypes.from_state(state)
    for name in ("in_a", "in_b", "ids_a", "ids_b", "shift"):
        assert torch.equal(getattr(again, name), getattr(unified, name))
    assert (again.merged_count, again.bound) == (unified.merged_count, unified.bound)
