from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from training.losses.prototype import prototype_loss


def literal(embeddings: Tensor, prototypes: Tensor, assigned: Tensor, tau: float) -> list[float]:
    """Eq. 7, one summand per image."""
    terms = []
    for f, own in zip(embeddings, assigned.tolist(), strict=True):
        exponentials = [math.exp(float(f @ p) / tau) for p in prototypes]
        terms.append(-math.log(exponentials[own] / sum(exponentials)))
    return terms


def test_hand_worked_example() -> None:
    rows = torch.eye(2)
    assert prototype_loss(rows, rows, torch.arange(2), tau=1.0).item() == pytest.approx(0.3132617)
    summed = prototype_loss(rows, rows, torch.arange(2), tau=1.0, literal_sums=True)
    assert summed.item() == pytest.approx(0.6265234)


@pytest.mark.parametrize("normalise", [False, True])
def test_against_literal_code(normalise: bool) -> None:
    generator = torch.Generator().manual_seed(2)
    embeddings = torch.randn(9, 5, generator=generator, dtype=torch.float64)
    embeddings = functional.normalize(embeddings)
    prototypes = 0.6 * torch.randn(4, 5, generator=generator, dtype=torch.float64)
    assigned = torch.randint(0, 4, (9,), generator=generator)
    seen = torch.stack([p / p.norm() for p in prototypes]) if normalise else prototypes
    terms = literal(embeddings, seen, assigned, 0.07)

    def loss(f: Tensor, *, tau: float = 0.07, literal_sums: bool = False) -> Tensor:
        return prototype_loss(
            f,
            prototypes,
            assigned,
            tau=tau,
            normalise_prototypes=normalise,
            literal_sums=literal_sums,
        )

    assert loss(embeddings).item() == pytest.approx(sum(terms) / 9, abs=1e-12)
    assert loss(embeddings, literal_sums=True).item() == pytest.approx(sum(terms), abs=1e-11)
    embeddings.requires_grad_()
    assert torch.autograd.gradcheck(lambda f: loss(f, tau=0.2), embeddings)
