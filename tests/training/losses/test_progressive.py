from __future__ import annotations

import math

import pytest

from training.losses.progressive import progressive_weight


@pytest.mark.parametrize(
    ("epoch", "alpha"), [(45, 0.006693), (50, 0.5), (52, 0.880797), (55, 0.993307)]
)
def test_hand_worked_examples(epoch: int, alpha: float) -> None:
    assert progressive_weight(epoch, 100) == pytest.approx(alpha, abs=1e-6)


def test_against_literal_code() -> None:
    for epochs in (1, 7, 40, 200):
        for epoch in range(epochs):
            literal = 1 / (1 + math.exp(0.5 * epochs - epoch))
            assert progressive_weight(epoch, epochs) == pytest.approx(literal, rel=1e-12)


def test_a_very_long_stage_does_not_overflow() -> None:
    assert progressive_weight(0, 100_000) == 0
    assert progressive_weight(100_000, 100_000) == 1
