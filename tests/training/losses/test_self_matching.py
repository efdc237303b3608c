from __future__ import annotations

import math

import pytest
import torch

from training.losses.self_matching import self_matching_loss


def test_it_is_the_cross_entropy_with_a_sharpened_target() -> None:
    generator = torch.Generator().manual_seed(0)
    now, stored = (torch.randn((3, 4), generator=generator).double() for _ in range(2))
    total = 0.0
    for row, kept in zip(now.tolist(), stored.tolist(), strict=True):
        sharp = [math.exp(one / 0.1) for one in kept]
        whole = sum(math.exp(one) for one in row)
        for one, share in zip(row, sharp, strict=True):
            total -= share / sum(sharp) * math.log(math.exp(one) / whole)
    assert float(self_matching_loss(now, stored, tau=0.1)) == pytest.approx(total / 3)


def test_no_gradient_reaches_the_target() -> None:
    now, stored = torch.ones((2, 3), requires_grad=True), torch.ones((2, 3), requires_grad=True)
    self_matching_loss(now, stored, tau=0.01).backward()
    assert now.grad is not None
    assert stored.grad is None


def test_by_hand() -> None:
    zeros = torch.zeros(1, 4)
    assert float(self_matching_loss(zeros, zeros, tau=0.01)) == pytest.approx(math.log(4))
