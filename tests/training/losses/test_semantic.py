from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from training.losses.semantic import semantic_enhanced_loss


def literal(embeddings: Tensor, prototypes: Tensor, tau: float, normalise: bool) -> float:
    """Eq. 11; the distance is to the prototype as it is, whatever the weights look at."""
    total = 0.0
    for f in embeddings:
        seen = [p / p.norm() if normalise else p for p in prototypes]
        exponentials = [math.exp(float(f @ p) / tau) for p in seen]
        for c, p in enumerate(prototypes):
            total += exponentials[c] / sum(exponentials) * float((f - p).norm())
    return total / len(embeddings)


def example() -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(4)
    embeddings = torch.randn(7, 5, generator=generator, dtype=torch.float64)
    prototypes = 0.4 * torch.randn(3, 5, generator=generator, dtype=torch.float64)
    return functional.normalize(embeddings), prototypes


def test_hand_worked_example() -> None:
    loss = semantic_enhanced_loss(torch.tensor([[1.0, 0.0]]), torch.eye(2), tau=1.0)
    assert loss.item() == pytest.approx(0.3803406)


@pytest.mark.parametrize("normalise", [False, True])
@pytest.mark.parametrize("detach", [False, True])
def test_against_literal_code(normalise: bool, detach: bool) -> None:
    embeddings, prototypes = example()
    loss = semantic_enhanced_loss(
        embeddings, prototypes, tau=0.07, normalise_prototypes=normalise, detach_weights=detach
    )
    assert loss.item() == pytest.approx(literal(embeddings, prototypes, 0.07, normalise), abs=1e-12)


def test_the_gradient_goes_through_weights_and_distances() -> None:
    embeddings, prototypes = example()
    embeddings.requires_grad_()
    assert torch.autograd.gradcheck(
        lambda f: semantic_enhanced_loss(f, prototypes, tau=0.2), embeddings
    )


def test_detached_weights_leave_the_gradient_of_the_distances() -> None:
    embeddings, prototypes = example()
    embeddings.requires_grad_()
    loss = semantic_enhanced_loss(embeddings, prototypes, tau=0.2, detach_weights=True)
    (gradient,) = torch.autograd.grad(loss, embeddings)
    weights = (embeddings @ prototypes.T / 0.2).softmax(dim=1).detach()
    for i, f in enumerate(embeddings.detach()):
        expected = sum(
            weights[i, c] * (f - p) / (f - p).norm() / 7 for c, p in enumerate(prototypes)
        )
        assert torch.allclose(gradient[i], torch.as_tensor(expected), atol=1e-12)


def test_an_image_on_its_prototype_has_a_finite_gradient() -> None:
    rows = torch.eye(3).requires_grad_()
    semantic_enhanced_loss(rows, torch.eye(3), tau=0.07).backward()
    assert rows.grad is not None
    assert rows.grad.isfinite().all()
