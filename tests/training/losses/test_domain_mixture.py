from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional

from training.losses.contrast import contrast_loss
from training.losses.domain_mixture import domain_mixture_loss


def unit(count: int, seed: int) -> torch.Tensor:
    rows = torch.randn((count, 5), generator=torch.Generator().manual_seed(seed))
    return functional.normalize(rows.double(), dim=1)


def test_it_is_the_log_of_a_mixture() -> None:
    f, keys, a, b = unit(3, 0), unit(3, 1), unit(6, 2), unit(4, 3)
    own = torch.tensor([5, 0, 2])
    shares = torch.tensor([[0.9, 0.1], [0.5, 0.5], [0.2, 0.8]], dtype=torch.float64)
    total = 0.0
    for i in range(3):
        positive = math.exp(float(f[i] @ keys[i]) / 0.2)
        in_a = sum(math.exp(float(f[i] @ a[j]) / 0.2) for j in range(6) if j != own[i])
        in_b = sum(math.exp(float(f[i] @ one) / 0.2) for one in b)
        chance = float(shares[i, 0]) * positive / (positive + in_a)
        chance += float(shares[i, 1]) * positive / (positive + in_b)
        total -= math.log(chance)
    found = domain_mixture_loss(f, keys, (a, b), (own, None), shares.log(), tau=0.2)
    assert float(found) == pytest.approx(total / 3)


def test_where_the_domain_is_certain_it_is_the_contrast_within_it() -> None:
    f, keys, a, b = unit(3, 0), unit(3, 1), unit(6, 2), unit(4, 3)
    own = torch.tensor([5, 0, 2])
    certain = torch.tensor([[0.0, -torch.inf]] * 3, dtype=torch.float64)
    found = domain_mixture_loss(f, keys, (a, b), (own, None), certain, tau=0.2)
    assert float(found) == pytest.approx(float(contrast_loss(f, keys, a, own, tau=0.2)))
