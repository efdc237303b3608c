"""The key encoder follows by small steps and lets no gradient through."""

from __future__ import annotations

import torch
from toy_training import toy_learner

from training.methods.momentum_encoder import MomentumEncoder


def test_it_moves_a_share_of_the_way_and_has_no_gradient() -> None:
    learner = toy_learner()
    key = MomentumEncoder(learner, 0.75)
    start = [weight.clone() for weight in key.module.parameters()]
    with torch.no_grad():
        for weight in learner.module.parameters():
            weight += 4.0
    key.follow()
    for before, now in zip(start, key.module.parameters(), strict=True):
        assert torch.allclose(now, before + 1.0, atol=1e-5)
        assert not now.requires_grad
    with learner.batches("s", 0) as batches:
        rows = key.embed(next(batches).a.views[0])
    assert not rows.requires_grad
    other = MomentumEncoder(toy_learner(), 0.75)
    other.restore(key.state())
    for one, same in zip(other.module.parameters(), key.module.parameters(), strict=True):
        assert torch.equal(one, same)
