from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from training.losses.structure import structure_preservation_loss


def literal(embeddings: Tensor, stored: Tensor) -> float:
    """Eq. 14."""

    def cosine(u: Tensor, v: Tensor) -> float:
        return float(u @ v / (u.norm() * v.norm()))

    total, size = 0.0, len(embeddings)
    for i in range(size):
        for j in range(size):
            total += (cosine(embeddings[i], embeddings[j]) - cosine(stored[i], stored[j])) ** 2
            distance = float((embeddings[i] - embeddings[j]).norm())
            total += (distance - float((stored[i] - stored[j]).norm())) ** 2
    return total / size**2


def test_hand_worked_example() -> None:
    stored = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    assert structure_preservation_loss(torch.eye(2), stored).item() == pytest.approx(1.5)


def test_against_literal_code() -> None:
    generator = torch.Generator().manual_seed(0)
    embeddings = torch.randn(6, 4, generator=generator, dtype=torch.float64)
    stored = torch.randn(6, 4, generator=generator, dtype=torch.float64)
    loss = structure_preservation_loss(embeddings, stored)
    assert loss.item() == pytest.approx(literal(embeddings, stored), abs=1e-12)
    embeddings.requires_grad_()
    assert torch.autograd.gradcheck(
        lambda f: structure_preservation_loss(f, stored), embeddings, atol=1e-4
    )


@pytest.mark.parametrize("size", [1, 7, 64])
def test_right_after_the_copy_there_is_nothing_to_preserve(size: int) -> None:
    generator = torch.Generator().manual_seed(size)
    embeddings = functional.normalize(torch.randn(size, 128, generator=generator))
    student = embeddings.clone().requires_grad_()
    loss = structure_preservation_loss(student, embeddings)
    assert loss.item() == 0
    loss.backward()
    assert student.grad is not None
    assert not student.grad.any()


def test_two_equal_images_have_a_finite_gradient() -> None:
    student = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]], requires_grad=True)
    structure_preservation_loss(student, torch.eye(3)).backward()
    assert student.grad is not None
    assert student.grad.isfinite().all()
