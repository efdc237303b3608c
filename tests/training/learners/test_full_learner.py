"""The whole encoder sees augmented images, and embeds as retrieval does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from toy_training import tiny_encoder, toy_full_learner, toy_images

from training.data.augmentation import Augmentation
from training.data.decoding import decode_image
from training.data.phase import phase_view
from training.data.training_images import TrainingImages
from training.data.views import eval_view
from training.errors import UserError
from training.learners.full_learner import FullLearner


@pytest.fixture
def images(tmp_path: Path) -> tuple[TrainingImages, TrainingImages]:
    return toy_images(tmp_path, (7, 5))


def learner(images, *, augmentation=Augmentation(), views=1, with_phases=False) -> FullLearner:  # noqa: B008
    return toy_full_learner(
        images,
        augmentation=augmentation,
        batch_size=3,
        views_per_image=views,
        with_phases=with_phases,
    )


def taken(one: FullLearner, first_step: int = 0) -> list:
    with one.batches("CDSM", 2, first_step) as batches:
        return list(batches)


def test_batches_are_fresh_views_and_the_same_whenever_asked(images) -> None:
    whole = taken(learner(images, views=2))
    assert [batch.step for batch in whole] == [0, 1]
    first, second = whole[1].b.views
    assert (first.shape, first.dtype) == ((3, 16, 16, 3), torch.uint8)
    assert not torch.equal(first, second)
    (late,) = taken(learner(images, views=2), first_step=1)
    assert torch.equal(late.b.views[0], first)
    assert torch.equal(late.b.rows, whole[1].b.rows)


def test_without_augmentation_training_sees_what_retrieval_sees(images) -> None:
    one = learner(images, augmentation=None)
    batch = taken(one)[0]
    record = images[0].records[int(batch.a.rows[0])]
    preprocessing = one.encoder().preprocessing
    expected = eval_view(decode_image(record.path), preprocessing)
    assert np.array_equal(batch.a.views[0][0].numpy(), expected)


def test_phases_are_those_of_the_views_when_they_are_wanted(images) -> None:
    batch = taken(learner(images, views=2, with_phases=True))[1]
    assert len(batch.b.views) == len(batch.b.phases) == 2
    for view, phase in zip(batch.b.views, batch.b.phases, strict=True):
        assert np.array_equal(phase[2].numpy(), phase_view(view[2].numpy()))
    plain = taken(learner(images, views=2))[1]
    assert plain.b.phases == ()
    assert torch.equal(plain.b.views[1], batch.b.views[1])


def test_embedding_all_is_what_the_encoder_makes(images) -> None:
    one = learner(images)
    one.module.train()
    views = np.stack(
        [
            eval_view(decode_image(record.path), one.encoder().preprocessing)
            for record in images[0].records
        ]
    )
    expected = tiny_encoder().encode(views)
    assert np.allclose(one.embed_all(0).numpy(), expected, atol=1e-6)
    assert one.module.training


def test_embeddings_in_training_have_unit_length_and_gradients_everywhere(images) -> None:
    one = learner(images)
    one.module.train()
    rows = one.embed(taken(one)[0].a.views[0])
    assert torch.allclose(rows.norm(dim=1), torch.ones(3), atol=1e-6)
    rows[:, 0].sum().backward()
    assert all(weight.grad is not None for weight in one.module.parameters())


def test_a_file_that_vanished_is_named(images) -> None:
    one = learner(images)
    images[0].records[0].path.unlink()
    with pytest.raises(UserError, match="cannot be read any more"):
        one.embed_all(0)
