from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from training.losses.relation_agreement import relation_agreement_loss


def unit(count: int, seed: int) -> torch.Tensor:
    rows = torch.randn((count, 6), generator=torch.Generator().manual_seed(seed))
    return functional.normalize(rows.double(), dim=1)


def literal(f: np.ndarray, a: np.ndarray, b: np.ndarray, tau: float) -> float:
    matrices = []
    for prototypes in (a, b):
        shares = []
        for row in f:
            powers = np.exp(prototypes @ row / tau)
            shares.append(powers / powers.sum())
        matrix = np.zeros((len(f), len(f)))
        for i, u in enumerate(shares):
            for j, v in enumerate(shares):
                matrix[i, j] = 1 - u @ v / (np.linalg.norm(u) * np.linalg.norm(v))
        matrices.append(matrix)
    return float(np.mean([((u - v) ** 2).sum() for u, v in zip(*matrices, strict=True)]))


def test_it_compares_the_relations_of_a_batch() -> None:
    f, a, b = unit(7, 0), unit(3, 1), unit(4, 2)
    found = relation_agreement_loss(f, a, b, tau=0.1)
    assert float(found) == pytest.approx(literal(f.numpy(), a.numpy(), b.numpy(), 0.1))


def test_the_order_of_the_prototypes_is_of_no_matter() -> None:
    f, a = unit(7, 0), unit(5, 1)
    assert float(relation_agreement_loss(f, a, a.flip(0))) == pytest.approx(0, abs=1e-12)


def test_by_hand() -> None:
    """A tells two images apart wholly, B not at all: each of the two rows differs by one."""
    f = torch.eye(2)
    loss = relation_agreement_loss(f, torch.eye(2), torch.ones(2, 2), tau=0.01)
    assert float(loss) == pytest.approx(1.0)
