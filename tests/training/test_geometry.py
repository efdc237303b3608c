from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from training.geometry import cosines, euclidean_distances, joint_dissimilarity


def literal_distance(u: list[float], v: list[float]) -> float:
    return math.sqrt(sum((x - y) ** 2 for x, y in zip(u, v, strict=True)))


def literal_cosine(u: list[float], v: list[float]) -> float:
    product = sum(x * y for x, y in zip(u, v, strict=True))
    return product / math.sqrt(sum(x * x for x in u)) / math.sqrt(sum(y * y for y in v))


def unit_rows(count: int, dimension: int = 128, dtype: torch.dtype = torch.float32) -> Tensor:
    generator = torch.Generator().manual_seed(count)
    rows = torch.randn(count, dimension, generator=generator, dtype=torch.float64)
    return functional.normalize(rows, dim=1).to(dtype)


def test_all_three_against_literal_code() -> None:
    generator = torch.Generator().manual_seed(1)
    u = torch.randn(5, 4, generator=generator, dtype=torch.float64)
    v = torch.randn(7, 4, generator=generator, dtype=torch.float64)
    for i, one in enumerate(u.tolist()):
        for j, other in enumerate(v.tolist()):
            distance, cosine = literal_distance(one, other), literal_cosine(one, other)
            assert euclidean_distances(u, v)[i, j].item() == pytest.approx(distance, abs=1e-12)
            assert cosines(u, v)[i, j].item() == pytest.approx(cosine, abs=1e-12)
            joint = joint_dissimilarity(u, v)[i, j].item()
            assert joint == pytest.approx((1 - cosine) * distance, abs=1e-12)


def test_equal_rows_are_at_zero() -> None:
    rows = unit_rows(60)
    assert euclidean_distances(rows, rows.clone()).diagonal().max() == 0
    assert joint_dissimilarity(rows, rows.clone()).diagonal().max() < 1e-8


def test_the_gradient_at_distance_zero_is_zero() -> None:
    rows = unit_rows(3).requires_grad_()
    euclidean_distances(rows, rows.detach()).diagonal().sum().backward()
    assert rows.grad is not None
    assert not rows.grad.any()


def test_gradients_are_right_away_from_zero() -> None:
    u, v = unit_rows(3, 4, torch.float64), unit_rows(5, 4, torch.float64)
    assert torch.autograd.gradcheck(euclidean_distances, (u.requires_grad_(), v.requires_grad_()))
    assert torch.autograd.gradcheck(cosines, (u, v))


def test_joint_dissimilarity_of_unit_rows_is_half_the_cubed_distance() -> None:
    u, v = unit_rows(20), unit_rows(30)
    cubes = euclidean_distances(u, v) ** 3 / 2
    assert torch.allclose(joint_dissimilarity(u, v), cubes, atol=1e-5)


def test_a_row_of_zeros_is_no_trouble() -> None:
    zero, other = torch.zeros(1, 3), torch.tensor([[3.0, 0.0, 4.0]])
    assert cosines(zero, other).item() == 0
    assert joint_dissimilarity(zero, other).item() == pytest.approx(5)
    assert joint_dissimilarity(zero, zero).item() == 0
