from __future__ import annotations

import numpy as np
import pytest
import torch

from training.encoders.projector import Projector
from training.encoders.projector_scale import feature_spread, with_output_length


def test_the_spread_of_features_worked_by_hand() -> None:
    a = np.array([[1.0, 0.0], [1.0, 2.0]])
    b = np.array([[3.0, 1.0]])
    # the middle of the means (1, 1) and (3, 1) is (2, 1)
    assert feature_spread([a, b]) == pytest.approx((2**0.5 + 2**0.5 + 1.0) / 3)


def test_another_output_length_makes_the_same_embeddings() -> None:
    torch.manual_seed(0)
    projector = Projector("linear", (6, 4))
    before = [value.clone() for value in projector.parameters()]
    generator = np.random.default_rng(0)
    domains = [generator.standard_normal((count, 6), np.float32) for count in (5, 9)]
    scaled = with_output_length(projector, domains, 7.5)
    rows = torch.from_numpy(np.concatenate(domains))
    with torch.no_grad():
        ours, theirs = scaled(rows), projector(rows)
    assert ours.norm(dim=1).mean().item() == pytest.approx(7.5, rel=1e-5)
    normalize = torch.nn.functional.normalize
    torch.testing.assert_close(normalize(ours, dim=1), normalize(theirs, dim=1))
    assert all(torch.equal(a, b) for a, b in zip(before, projector.parameters(), strict=True))
