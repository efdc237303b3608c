from __future__ import annotations

import numpy as np
import pytest
from broken_images import picture
from PIL import Image

from training.data.views import Preprocessing, eval_view

MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)


@pytest.mark.parametrize("interpolation", ["bilinear", "bicubic"])
@pytest.mark.parametrize("size", [(300, 200), (90, 160), (128, 128)])
def test_the_view_is_that_of_torchvision(interpolation: str, size: tuple[int, int]) -> None:
    from torchvision.transforms import functional
    from torchvision.transforms.functional import InterpolationMode

    image = picture(*size)
    mode = InterpolationMode(interpolation)
    resized = functional.resize(image, 72, interpolation=mode, antialias=True)
    wanted = np.asarray(functional.center_crop(resized, 64))
    settings = Preprocessing(64, 72, MEAN, STD, interpolation)
    view = eval_view(np.asarray(image), settings)
    assert view.shape == (64, 64, 3)
    assert view.dtype == np.uint8
    assert np.array_equal(view, wanted)


def test_a_thread_of_an_image_does_not_explode() -> None:
    rgb = np.asarray(Image.new("RGB", (20_000, 1), "red"))
    assert eval_view(rgb, Preprocessing(64, 64, MEAN, STD)).shape == (64, 64, 3)


def test_json_round_trip() -> None:
    settings = Preprocessing(224, 256, MEAN, STD, "bicubic")
    assert Preprocessing.from_json(settings.to_json()) == settings


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"image_size": 0, "resize_size": 1, "mean": [0,0,0], "std": [1,1,1]}']
)
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Preprocessing.from_json(text)
