from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from broken_images import picture

from training.data.augmentation import Augmentation, augmented_view
from training.data.decoding import decode_image
from training.data.image_views import ImageViews
from training.data.phase import phase_view
from training.data.random_streams import stream
from training.data.training_images import list_training_images
from training.data.views import Preprocessing, eval_view

P = Preprocessing(32, 36, (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for seed in range(4):
        picture(48 + 70 * seed, 64, seed).save(tmp_path / f"{seed}.png")
    picture(900, 700, 9).save(tmp_path / "large.jpg")
    return tmp_path


def views_in(folder: Path, count: int = 3, seed: int = 0) -> ImageViews:
    return ImageViews(list_training_images(folder, "a"), P, Augmentation(), count, seed)


def test_view_0_is_retrievals_and_the_others_are_drawn(folder: Path) -> None:
    views = views_in(folder)
    for row, record in enumerate(views.images.records):
        stack = views.of(row)
        assert isinstance(stack, np.ndarray)
        assert (stack.shape, stack.dtype) == ((4, 32, 32, 3), np.uint8)
        rgb = decode_image(record.path, min_side=P.resize_size)
        assert np.array_equal(stack[0], eval_view(rgb, P))
        if min(rgb.shape[:2]) < 4 * P.resize_size:
            rng = stream(0, "view", views.images.digests[row], 2)
            assert np.array_equal(stack[2], augmented_view(rgb, P, Augmentation(), rng))


def test_the_scale_at_which_a_jpeg_is_read_hardly_matters(folder: Path) -> None:
    """Small crops of a JPEG at reduced scale against crops of all its pixels."""
    views = views_in(folder, count=40)
    (row,) = (row for row, r in enumerate(views.images.records) if r.path.suffix == ".jpg")
    reduced = views.of(row)
    full = decode_image(views.images.records[row].path)
    differences = [
        np.abs(
            reduced[number].astype(int)
            - augmented_view(
                full, P, Augmentation(), stream(0, "view", views.images.digests[row], number)
            )
        ).mean()
        for number in range(1, 41)
    ]
    # a few boxes are others, because sides are rounded to whole pixels of either image
    assert np.median(differences) < 4


def test_the_seed_counts_and_no_augmented_view_is_fine(folder: Path) -> None:
    first, other = views_in(folder).of(0), views_in(folder, seed=1).of(0)
    assert np.array_equal(first[0], other[0])
    assert not np.array_equal(first[1], other[1])
    assert np.array_equal(views_in(folder, count=0).of(0), first[:1])


def test_the_phase_is_that_of_the_same_views(folder: Path) -> None:
    colour, images = views_in(folder), list_training_images(folder, "a")
    phase = ImageViews(images, P, Augmentation(), 3, 0, "phase").of(2)
    assert np.array_equal(phase, np.stack([phase_view(view) for view in colour.of(2)]))


def test_a_file_that_changed_or_went_is_a_phrase(folder: Path) -> None:
    views = views_in(folder)
    paths = [record.path for record in views.images.records]
    picture(seed=50).save(paths[0])
    paths[1].unlink()
    paths[2].write_bytes(b"words")
    assert "changed" in str(views.of(0))
    assert "not there" in str(views.of(1))
    assert "text" in str(views.of(2))
    assert not isinstance(views.of(3), str)
