"""What is learnt behind a projector, and the one projector that comes out."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional
from toy_training import WIDTH, tiny_encoder, toy_features

from training.encoders.encoder import Encoder
from training.encoders.projector import Projector
from training.learners.refining_learner import RefiningLearner, folded


def encoder_with(projector: Projector) -> Encoder:
    tiny = tiny_encoder()
    return Encoder(tiny.backbone, projector, tiny.preprocessing, "tiny")


def learner_behind(projector: Projector) -> RefiningLearner:
    features = toy_features()
    return RefiningLearner(
        encoder_with(projector),
        tuple(rows[:, 0].astype(np.float32) for rows in features),
        tuple(rows[:, 1:] for rows in features),
        batch_size=8,
        views_per_image=1,
        epoch_length="longer",
        seed=7,
        device=torch.device("cpu"),
    )


PROJECTORS = [
    Projector("none", (WIDTH,)),
    Projector("linear", (WIDTH, 5)),
    Projector("mlp", (WIDTH, 9, 5)),
]


@pytest.mark.parametrize("projector", PROJECTORS, ids=lambda one: one.kind)
def test_the_encoder_that_comes_out_embeds_as_the_learner_does(projector: Projector) -> None:
    learner = learner_behind(projector)
    plain = torch.from_numpy(toy_features()[0][:, 0].astype(np.float32))
    at_start = functional.normalize(projector(plain), dim=1)
    assert torch.allclose(learner.embed_all(0), at_start, atol=1e-6)
    with torch.no_grad():
        for value in learner.module.parameters():
            value += torch.randn(value.shape, generator=torch.Generator().manual_seed(1))
    found = functional.normalize(learner.encoder().projector(plain), dim=1)
    assert torch.allclose(found, learner.embed_all(0), atol=1e-5)
    assert not torch.allclose(found, at_start, atol=1e-1)


def test_only_the_map_behind_the_projector_is_trained() -> None:
    projector = Projector("linear", (WIDTH, 5))
    learner = learner_behind(projector)
    assert {tuple(value.shape) for value in learner.module.parameters()} == {(5, 5), (5,)}
    before = projector[0].weight.clone()
    folded(projector, learner.module)
    assert torch.equal(projector[0].weight, before)


def test_the_steadier_embedding_is_the_mean_over_all_views() -> None:
    learner = learner_behind(Projector("none", (WIDTH,)))
    views = torch.from_numpy(toy_features()[1].astype(np.float32))
    expected = functional.normalize(functional.normalize(views, dim=2).sum(dim=1), dim=1)
    assert torch.allclose(learner.embed_mean(1), expected, atol=1e-5)
