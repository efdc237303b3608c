"""The head sees stored features: which ones, and that retrieval sees the same."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from toy_training import WIDTH, tiny_encoder, toy_features, toy_learner

from training.learners.head_learner import HeadLearner


def taken(learner: HeadLearner, epoch: int = 0, first_step: int = 0) -> list:
    with learner.batches("IDSE", epoch, first_step) as batches:
        return list(batches)


def same(first: list, second: list) -> bool:
    return len(first) == len(second) and all(
        one.step == other.step
        and all(
            torch.equal(a.rows, b.rows)
            and all(torch.equal(x, y) for x, y in zip(a.views, b.views, strict=True))
            for a, b in zip(one, other, strict=True)
        )
        for one, other in zip(first, second, strict=True)
    )


def test_an_epoch_is_as_long_as_the_longer_domain_and_always_the_same() -> None:
    learner = toy_learner()
    batches = taken(learner)
    assert len(batches) == learner.steps_per_epoch() == 44 // 8
    assert [batch.step for batch in batches] == list(range(5))
    assert same(batches, taken(toy_learner()))
    assert not same(batches, taken(learner, epoch=1))


def test_entering_an_epoch_late_gives_the_rest_of_it() -> None:
    assert same(taken(toy_learner(), first_step=3), taken(toy_learner())[3:])


def test_views_are_stored_features_of_their_images() -> None:
    features = toy_features()
    for batch in taken(toy_learner(views_per_image=2)):
        for domain, images in enumerate(batch):
            first, second = images.views
            assert first.dtype == torch.float32
            for place, row in enumerate(images.rows.tolist()):
                stored = torch.from_numpy(features[domain][row, 1:]).float()
                found = [
                    int((stored == view[place]).all(dim=1).nonzero()) for view in (first, second)
                ]
                assert found[0] != found[1]


def test_a_phase_is_that_of_the_view_beside_it() -> None:
    learner = toy_learner(views_per_image=2, with_phases=True)
    stored = [torch.from_numpy(rows[:, 1:]).float() for rows in toy_features()]
    phases = [torch.from_numpy(0.6 * rows[:, :0:-1]).float() for rows in toy_features()]
    for domain, images in enumerate(taken(learner)[1]):
        for view, phase in zip(images.views, images.phases, strict=True):
            for place, row in enumerate(images.rows.tolist()):
                number = int((stored[domain][row] == view[place]).all(dim=1).nonzero())
                assert torch.equal(phase[place], phases[domain][row, number])
    assert taken(toy_learner())[0].a.phases == ()


def test_without_augmented_views_the_plain_ones_are_used() -> None:
    plain = tuple(rows[:, 0].astype(np.float32) for rows in toy_features())
    none = tuple(rows[:, :0] for rows in toy_features())
    learner = HeadLearner(
        tiny_encoder(),
        (plain[0], plain[1]),
        (none[0], none[1]),
        batch_size=8,
        views_per_image=1,
        epoch_length="longer",
        seed=7,
        device=torch.device("cpu"),
    )
    batch = taken(learner)[0]
    assert torch.equal(batch.b.views[0], torch.from_numpy(plain[1])[batch.b.rows])


def test_embedding_all_is_what_the_encoder_makes_of_the_plain_view() -> None:
    learner = toy_learner()
    plain = torch.from_numpy(toy_features()[1][:, 0].astype(np.float32))
    with torch.no_grad():
        expected = learner.encoder().projector(plain)
    expected = expected / expected.norm(dim=1, keepdim=True)
    assert torch.allclose(learner.embed_all(1), expected, atol=1e-6)
    assert not learner.embed_all(1).requires_grad


def test_embeddings_are_kept_until_the_weights_change() -> None:
    learner = toy_learner()
    first = learner.embed_all(0)
    assert learner.embed_all(0) is first
    with torch.no_grad():
        learner.module[0].weight.mul_(1.5)
        learner.module[0].weight[0] += 1
    assert not torch.equal(learner.embed_all(0), first)


def test_gradients_reach_the_projector_only() -> None:
    learner = toy_learner()
    batch = taken(learner)[0]
    learner.embed(batch.a.views[0]).sum().backward()
    assert learner.module[0].weight.grad.shape == (8, WIDTH)
    assert all(weight.grad is None for weight in learner.encoder().backbone.parameters())


def test_a_copy_can_embed_in_its_place() -> None:
    learner = toy_learner()
    views = taken(learner)[0].a.views[0]
    other = tiny_encoder(seed=9).projector
    assert not torch.allclose(learner.embed(views, other), learner.embed(views))


@pytest.mark.parametrize(("counts", "steps"), [((5, 5), 1), ((6, 20), 3)])
def test_a_small_domain_makes_small_batches(counts, steps) -> None:
    learner = toy_learner(counts=counts)
    batches = taken(learner)
    assert len(batches) == learner.steps_per_epoch() == steps
    assert {len(batch.a.rows) for batch in batches} == {min(counts)}
