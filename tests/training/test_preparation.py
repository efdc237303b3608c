from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest
import torch

from training.checkpoint import load_encoder
from training.config_files import preset_config, with_words
from training.domain_features import DomainFeatures
from training.encoders.projector_scale import feature_spread
from training.preparation import starting_encoder


def domain(seed: int) -> DomainFeatures:
    generator = np.random.default_rng(seed)
    plain = generator.standard_normal((20, 1280), np.float32)
    augmented = generator.standard_normal((20, 2, 1280)).astype(np.float16)
    return DomainFeatures(cast(Any, [None] * 20), plain, augmented)


@pytest.mark.parametrize("method", ["uem", "uem+"])
def test_a_checkpoint_of_any_output_length_learns_like_a_new_projector(method: str) -> None:
    domains = domain(0), domain(1)
    config = with_words(preset_config("quick"), [f"method={method}"])
    sample = load_encoder("sample")
    with torch.no_grad():
        for value in sample.projector.parameters():
            value.mul_(1e-3)
    before = [value.clone() for value in sample.projector.parameters()]
    started = starting_encoder(config, sample, domains)
    rows = [torch.from_numpy(one.plain) for one in domains]
    with torch.no_grad():
        found = torch.cat([started.projector(one) for one in rows])
        wanted = torch.cat([sample.projector(one) for one in rows])
    length = 1.0 if method == "uem+" else feature_spread([one.plain for one in domains])
    assert found.norm(dim=1).mean().item() == pytest.approx(length, rel=1e-4)
    unit = torch.nn.functional.normalize
    torch.testing.assert_close(unit(found, dim=1), unit(wanted, dim=1), atol=1e-5, rtol=1e-4)
    assert all(
        torch.equal(a, b) for a, b in zip(before, sample.projector.parameters(), strict=True)
    )
