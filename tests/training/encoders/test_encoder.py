from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from training.checkpoint import load_encoder
from training.data.views import Preprocessing
from training.encoders.backbone import Backbone
from training.encoders.encoder import Encoder
from training.encoders.projector import Projector
from training.errors import UserError


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder("sample")


def views(count: int) -> NDArray[np.uint8]:
    return np.random.default_rng(count).integers(0, 256, (count, 128, 128, 3), dtype=np.uint8)


def test_rows_are_unit_float32(encoder: Encoder) -> None:
    embeddings = encoder.encode(views(5))
    assert embeddings.shape == (5, encoder.dimension) == (5, 128)
    assert embeddings.dtype == np.float32
    assert np.abs(np.linalg.norm(embeddings.astype(np.float64), axis=1) - 1).max() < 1e-6


def test_no_views_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode(views(0)).shape == (0, 128)


def test_encode_is_forward_without_gradients(encoder: Encoder) -> None:
    images = views(3)
    mean = np.array(encoder.preprocessing.mean)
    std = np.array(encoder.preprocessing.std)
    normalised = torch.tensor(((images / 255 - mean) / std).transpose(0, 3, 1, 2)).float()
    with torch.no_grad():
        expected = encoder(normalised).numpy()
    assert np.abs(encoder.encode(images) - expected).max() < 1e-5
    assert encoder(normalised).requires_grad


def test_repetition_and_company_do_not_change_an_embedding(encoder: Encoder) -> None:
    images = views(35)
    together = encoder.encode(images)
    assert np.array_equal(encoder.encode(images), together)
    for part in (slice(4, 5), slice(30, 35), slice(0, 17)):
        assert np.abs(encoder.encode(images[part]) - together[part]).max() < 1e-6


def test_training_mode_is_left_as_it_is() -> None:
    encoder = load_encoder("sample")
    images = views(2)
    expected = encoder.encode(images)
    encoder.train()
    assert np.array_equal(encoder.encode(images), expected)
    assert encoder.training
    assert encoder.backbone.training


def test_views_may_be_any_slice(encoder: Encoder) -> None:
    images = views(6)
    assert np.array_equal(encoder.encode(images[::-2]), encoder.encode(images[::-2].copy()))
    images.flags.writeable = False
    encoder.encode(images)


class SmallDevice(Backbone):
    """A backbone on a device that holds ``room`` images."""

    architecture, title, dimension = "small", "Small", 3

    def __init__(self, room: int) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(3))
        self.room = room
        self.batches: list[int] = []

    def __deepcopy__(self, memo: object) -> SmallDevice:
        return self

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        if len(images) > self.room:
            raise torch.OutOfMemoryError("out of memory")
        self.batches.append(len(images))
        return images.mean(dim=(2, 3)) * self.weight


def small_encoder(backbone: Backbone) -> Encoder:
    preprocessing = Preprocessing(8, 8, (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
    return Encoder(backbone, Projector("none", (3,)), preprocessing, "small")


def test_the_batch_is_halved_until_it_fits_the_memory() -> None:
    backbone = SmallDevice(room=5)
    encoder = small_encoder(backbone)
    images = np.random.default_rng(0).integers(0, 256, (19, 8, 8, 3), dtype=np.uint8)
    expected = small_encoder(SmallDevice(room=1000)).encode(images)
    assert encoder.batch_size == 16
    assert np.allclose(encoder.encode(images), expected)
    assert encoder.batch_size == 4
    assert max(backbone.batches) == 4
    encoder.encode(images)
    assert backbone.batches.count(4) == 8, "the smaller batch is remembered"


def test_a_device_too_small_for_one_image_is_said() -> None:
    with pytest.raises(UserError, match="too small for a single image"):
        small_encoder(SmallDevice(room=0)).encode(np.zeros((3, 8, 8, 3), np.uint8))


def test_other_errors_are_not_mistaken_for_little_memory() -> None:
    with pytest.raises(RuntimeError, match=r"channels|size"):
        load_encoder("pretrained").encode(np.zeros((1, 8, 8, 4), np.uint8))


def test_embeddings_that_are_not_numbers_are_refused() -> None:
    backbone = SmallDevice(room=100)
    with torch.no_grad():
        backbone.weight.fill_(float("nan"))
    with pytest.raises(UserError, match="not numbers"):
        small_encoder(backbone).encode(np.ones((1, 8, 8, 3), np.uint8))
