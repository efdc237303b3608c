from __future__ import annotations

import torch

from training.prototypes.sinkhorn import sinkhorn


def test_rows_sum_to_one_and_columns_come_near_to_their_sizes() -> None:
    scores = torch.rand((60, 4), generator=torch.Generator().manual_seed(0)) * 2 - 1
    sizes = torch.tensor([0.4, 0.3, 0.2, 0.1])
    plan = sinkhorn(scores, sizes, epsilon=0.2, rounds=60)
    assert torch.allclose(plan.sum(dim=1), torch.ones(60), atol=1e-5)
    assert torch.allclose(plan.mean(dim=0), sizes, atol=1e-3)


def test_it_is_what_scaling_by_hand_gives() -> None:
    scores = torch.tensor([[1.0, 0.0], [0.5, 0.5], [0.9, 0.2]], dtype=torch.float64)
    sizes = torch.tensor([0.25, 0.75], dtype=torch.float64)
    plan = (scores / 0.5).exp().tolist()
    for _ in range(3):
        sums = [sum(row[c] for row in plan) for c in (0, 1)]
        plan = [[row[c] * float(sizes[c]) / sums[c] for c in (0, 1)] for row in plan]
        plan = [[one / sum(row) for one in row] for row in plan]
    found = sinkhorn(scores, sizes, epsilon=0.5)
    assert torch.allclose(found, torch.tensor(plan, dtype=torch.float64))


def test_a_small_epsilon_neither_overflows_nor_loses_a_row() -> None:
    scores = torch.tensor([[1.0, -1.0], [-1.0, 1.0], [0.0, 0.0]])
    plan = sinkhorn(scores, torch.tensor([0.5, 0.5]), epsilon=0.02)
    assert torch.isfinite(plan).all()
    assert plan[0].argmax() == 0
    assert plan[1].argmax() == 1
