from __future__ import annotations

import math

import pytest
import torch

from training.losses.entropy import entropy_loss


def literal(rows, candidates=None) -> float:
    total = 0.0
    for row in rows:
        best = sorted(row, reverse=True)[:candidates]
        whole = sum(math.exp(one) for one in best)
        total -= sum(math.exp(one) / whole * math.log(math.exp(one) / whole) for one in best)
    return total / len(rows)


@pytest.mark.parametrize("candidates", [None, 3, 99])
def test_it_is_the_mean_entropy_of_the_candidates(candidates) -> None:
    logits = torch.randn((6, 9), generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    found = entropy_loss(logits, candidates=candidates)
    assert float(found) == pytest.approx(literal(logits.tolist(), candidates))


def test_equal_candidates_are_log_n_and_certainty_is_nothing() -> None:
    assert float(entropy_loss(torch.zeros(2, 8))) == pytest.approx(math.log(8))
    assert float(entropy_loss(torch.tensor([[500.0, 0.0, 0.0]]))) == 0.0
