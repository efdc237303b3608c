from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from training.losses.instance import instance_loss


def literal(embeddings: Tensor, stored: Tensor, positives: Tensor, tau: float) -> list[float]:
    """Eq. 6, one summand per image."""
    terms = []
    for f, positive in zip(embeddings, positives.tolist(), strict=True):
        exponentials = [math.exp(float(f @ m) / tau) for m in stored]
        terms.append(-math.log(exponentials[positive] / sum(exponentials)))
    return terms


def test_hand_worked_example() -> None:
    rows = torch.eye(2)
    assert instance_loss(rows, rows, torch.arange(2), tau=1.0).item() == pytest.approx(0.3132617)
    summed = instance_loss(rows, rows, torch.arange(2), tau=1.0, literal_sums=True)
    assert summed.item() == pytest.approx(0.6265234)


@pytest.mark.parametrize("size_of_bank", [6, 40])
def test_against_literal_code(size_of_bank: int) -> None:
    generator = torch.Generator().manual_seed(size_of_bank)
    embeddings = torch.randn(6, 8, generator=generator, dtype=torch.float64)
    stored = torch.randn(size_of_bank, 8, generator=generator, dtype=torch.float64)
    embeddings, stored = functional.normalize(embeddings), functional.normalize(stored)
    positives = torch.randperm(size_of_bank, generator=generator)[:6]
    terms = literal(embeddings, stored, positives, 0.07)
    mean = instance_loss(embeddings, stored, positives, tau=0.07).item()
    summed = instance_loss(embeddings, stored, positives, tau=0.07, literal_sums=True).item()
    assert mean == pytest.approx(sum(terms) / 6, abs=1e-12)
    assert summed == pytest.approx(sum(terms), abs=1e-12)
    embeddings.requires_grad_()
    assert torch.autograd.gradcheck(
        lambda f: instance_loss(f, stored, positives, tau=0.2), embeddings
    )


def test_a_sharp_temperature_stays_finite() -> None:
    rows = torch.eye(4).requires_grad_()
    loss = instance_loss(rows, -torch.eye(4), torch.arange(4), tau=0.001)
    loss.backward()
    assert loss.isfinite()
    assert rows.grad is not None
    assert rows.grad.isfinite().all()
