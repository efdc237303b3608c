from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional

from training.losses.contrast import contrast_loss


def unit(count: int, seed: int) -> torch.Tensor:
    rows = torch.randn((count, 5), generator=torch.Generator().manual_seed(seed))
    return functional.normalize(rows.double(), dim=1)


def literal(f, positives, negatives, left_out, chosen) -> float:
    losses = []
    for i in chosen:
        own = math.exp(float(f[i] @ positives[i]) / 0.2)
        rest = [
            math.exp(float(f[i] @ one) / 0.2)
            for j, one in enumerate(negatives)
            if j not in left_out[i]
        ]
        losses.append(-math.log(own / (own + sum(rest))))
    return sum(losses) / len(losses)


def test_it_is_the_mean_over_images_that_take_part() -> None:
    f, positives, negatives = unit(4, 0), unit(4, 1), unit(7, 2)
    left_out = torch.tensor([[0, 1], [2, 2], [6, 0], [3, 4]])
    sets = [set(row) for row in left_out.tolist()]
    every = contrast_loss(f, positives, negatives, left_out, tau=0.2)
    assert float(every) == pytest.approx(literal(f, positives, negatives, sets, range(4)))
    one = contrast_loss(f, positives, negatives, left_out[:, 0], tau=0.2)
    firsts = [{row[0]} for row in left_out.tolist()]
    assert float(one) == pytest.approx(literal(f, positives, negatives, firsts, range(4)))
    part = torch.tensor([True, False, False, True])
    some = contrast_loss(f, positives, negatives, left_out, tau=0.2, takes_part=part)
    assert float(some) == pytest.approx(literal(f, positives, negatives, sets, [0, 3]))


def test_when_none_takes_part_nothing_is_learned() -> None:
    f = unit(3, 0).requires_grad_()
    nobody = torch.zeros(3, dtype=torch.bool)
    loss = contrast_loss(f, unit(3, 1), unit(5, 2), torch.arange(3), tau=0.2, takes_part=nobody)
    loss.backward()
    assert loss.item() == 0
    assert float(f.grad.abs().sum()) == 0


def test_by_hand() -> None:
    axes = torch.eye(2)
    loss = contrast_loss(axes[:1], axes[:1], axes, torch.tensor([0]), tau=1.0)
    assert float(loss) == pytest.approx(0.3132617)
