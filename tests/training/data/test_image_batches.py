from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest
from broken_images import picture

from training.data import image_batches as module
from training.data.augmentation import Augmentation, augmented_view
from training.data.decoding import decode_image
from training.data.image_batches import ImageBatch, image_batches
from training.data.paired_batches import paired_epoch
from training.data.random_streams import stream
from training.data.training_images import TrainingImages, list_training_images
from training.data.views import Preprocessing, eval_view
from training.errors import UserError

P = Preprocessing(24, 24, (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
MOCO = Augmentation()
Pair = tuple[TrainingImages, TrainingImages]


def domain(folder: Path, seeds: range) -> TrainingImages:
    folder.mkdir()
    for seed in seeds:
        picture(seed=seed).save(folder / f"{seed}.png")
    return list_training_images(folder, folder.name)


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return domain(tmp_path / "a", range(13)), domain(tmp_path / "b", range(20, 27))


PLAN = paired_epoch(13, 7, 4, seed=5, stage="idse", epoch=1)


def all_batches(
    pair: Pair,
    *,
    first_step: int = 0,
    epoch: int = 1,
    augmentation: Augmentation | None = MOCO,
) -> list[ImageBatch]:
    with image_batches(
        pair,
        PLAN,
        P,
        augmentation,
        views_per_image=2,
        seed=5,
        stage="idse",
        epoch=epoch,
        first_step=first_step,
    ) as batches:
        return list(batches)


def test_the_views_are_those_of_the_plan(pair: Pair) -> None:
    batches = all_batches(pair)
    assert [batch.number for batch in batches] == [0, 1, 2]
    for step, batch in enumerate(batches):
        for view in (*batch.views_a, *batch.views_b):
            assert (view.shape, view.dtype) == ((4, 24, 24, 3), np.uint8)
            assert view.flags.c_contiguous
            assert view.flags.writeable
        assert np.array_equal(batch.rows_a, PLAN.rows_a[step])
        assert np.array_equal(batch.rows_b, PLAN.rows_b[step])
        for images, rows, views in (
            (pair[0], batch.rows_a, batch.views_a),
            (pair[1], batch.rows_b, batch.views_b),
        ):
            for place, row in enumerate(rows):
                rgb = decode_image(images.records[row].path)
                for view in range(2):
                    parts = ("augment", "idse", 1, step, images.digests[row], view)
                    wanted = augmented_view(rgb, P, MOCO, stream(5, *parts))
                    assert np.array_equal(views[view][place], wanted)


@pytest.mark.parametrize("first_step", [0, 1, 2, 3])
def test_an_epoch_goes_on_from_any_step(pair: Pair, first_step: int) -> None:
    whole, rest = all_batches(pair)[first_step:], all_batches(pair, first_step=first_step)
    assert len(whole) == len(rest) == 3 - first_step
    for one, other in zip(whole, rest, strict=True):
        assert one.number == other.number
        assert np.array_equal(one.views_a, other.views_a)
        assert np.array_equal(one.views_b, other.views_b)


def test_every_epoch_and_view_is_new(pair: Pair) -> None:
    first, other = all_batches(pair)[0], all_batches(pair, epoch=2)[0]
    assert not np.array_equal(first.views_a, other.views_a)
    assert not np.array_equal(first.views_a[0], first.views_a[1])


def test_threads_stay_two_steps_ahead_and_end_with_the_block(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Path] = []

    def counting(path: Path, *, min_side: int) -> object:
        begun.append(path)
        return decode_image(path, min_side=min_side)

    monkeypatch.setattr(module, "decode_image", counting)
    plan = paired_epoch(13, 7, 1, seed=0, stage="idse", epoch=0)
    with image_batches(pair, plan, P, MOCO, seed=0, stage="idse", epoch=0) as batches:
        next(batches)
        time.sleep(0.2)
        assert 2 < len(begun) <= 2 + 4
    assert not [t for t in threading.enumerate() if t.name.startswith("ahead")]


def test_without_augmentation_it_is_retrievals_view(pair: Pair) -> None:
    batch = all_batches(pair, augmentation=None)[1]
    for place, row in enumerate(batch.rows_b):
        wanted = eval_view(decode_image(pair[1].records[row].path), P)
        assert all(np.array_equal(view[place], wanted) for view in batch.views_b)


def test_a_file_that_went_is_named(pair: Pair) -> None:
    gone = pair[1].records[PLAN.rows_b[1][2]].path
    gone.unlink()
    with pytest.raises(UserError, match=rf"^.*{gone.name} cannot be read any more: it is not th"):
        all_batches(pair)
    assert not [t for t in threading.enumerate() if t.name.startswith("ahead")]
