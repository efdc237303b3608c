from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from broken_images import picture
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from training.data.augmentation import WEAK, Augmentation, augmented_view, crop_source
from training.data.random_streams import stream
from training.data.views import Preprocessing

P = Preprocessing(64, 64, (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
MOCO = Augmentation()
NOTHING = replace(WEAK, flip_probability=0.0)
WHOLE = replace(NOTHING, crop_scale=(1.0, 1.0), crop_ratio=(1.0, 1.0))


def image_of(width: int = 180, height: int = 120, seed: int = 0) -> NDArray[np.uint8]:
    return np.array(picture(width, height, seed))


def view_of(
    rgb: NDArray[np.uint8], augmentation: Augmentation, number: int, p: Preprocessing = P
) -> NDArray[np.uint8]:
    return augmented_view(rgb, p, augmentation, stream(0, "view", number))


def reference(
    rgb: NDArray[np.uint8], p: Preprocessing, a: Augmentation, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """The same view by torchvision, one named step after the other."""
    from torchvision.transforms import InterpolationMode
    from torchvision.transforms.v2 import functional

    image = Image.fromarray(rgb)
    for _ in range(10):
        area = image.width * image.height * rng.uniform(*a.crop_scale)
        ratio = math.exp(rng.uniform(*np.log(a.crop_ratio)))
        width, height = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
        if width <= image.width and height <= image.height:
            break
    else:
        raise AssertionError("choose an image that is not so long")
    top = int(rng.integers(image.height - height + 1))
    left = int(rng.integers(image.width - width + 1))
    side = [p.image_size, p.image_size]
    image = functional.resized_crop(
        image, top, left, height, width, side, InterpolationMode(p.interpolation)
    )
    if rng.random() < a.jitter_probability:
        order = rng.permutation(4).tolist()
        factors = [rng.uniform(1 - change, 1 + change) for change in a.jitter[:3]]
        factors.append(rng.uniform(-a.jitter[3], a.jitter[3]))
        for step in order:
            name = ("brightness", "contrast", "saturation", "hue")[step]
            image = getattr(functional, f"adjust_{name}")(image, factors[step])
    if rng.random() < a.grayscale_probability:
        image = functional.rgb_to_grayscale(image, num_output_channels=3)
    if rng.random() < a.blur_probability:
        radius = rng.uniform(*a.blur_sigma) * p.image_size / 224
        image = image.filter(ImageFilter.GaussianBlur(radius))
    if rng.random() < a.flip_probability:
        image = functional.horizontal_flip(image)
    return np.asarray(image)


@pytest.mark.parametrize("interpolation", ["bilinear", "bicubic"])
def test_the_pixels_are_those_of_torchvision(interpolation: str) -> None:
    p = replace(P, interpolation=interpolation)
    for number in range(60):
        rgb = image_of(seed=number)
        wanted = reference(rgb, p, MOCO, stream(0, "view", number))
        assert np.array_equal(view_of(rgb, MOCO, number, p), wanted)


def test_the_blur_is_gaussian() -> None:
    """Pillow's three box filters against a convolution with the Gaussian, at 224 pixels."""
    rgb = np.zeros((224, 224, 3), np.uint8)
    rgb[:, 112] = 255
    p = Preprocessing(224, 224, P.mean, P.std)
    blurred = view_of(rgb, replace(WHOLE, blur_probability=1.0, blur_sigma=(4.0, 4.0)), 0, p)
    distances = np.arange(224) - 112
    gaussian = 255 * np.exp(-(distances**2) / 32) / math.sqrt(32 * math.pi)
    assert np.abs(blurred[100, :, 0] - gaussian).max() < 2


def test_the_blur_shrinks_with_the_view() -> None:
    rgb = np.zeros((64, 64, 3), np.uint8)
    rgb[:, 32] = 255
    blurred = view_of(rgb, replace(WHOLE, blur_probability=1.0, blur_sigma=(4.0, 4.0)), 0)
    spread = blurred[30, :, 0] / blurred[30, :, 0].sum()
    sigma = math.sqrt((spread * (np.arange(64) - 32) ** 2).sum())
    assert sigma == pytest.approx(4 * 64 / 224, abs=0.15)


def test_how_often_what_happens() -> None:
    rgb = image_of()
    whole = view_of(rgb, WHOLE, 0)
    colourful = replace(WHOLE, jitter_probability=MOCO.jitter_probability)
    happened = {
        "jitter": [not np.array_equal(view_of(rgb, colourful, n), whole) for n in range(600)],
        "flip": [
            np.array_equal(view_of(rgb, replace(WHOLE, flip_probability=0.5), n), whole[:, ::-1])
            for n in range(600)
        ],
        "grey": [
            bool((np.ptp(view_of(rgb, replace(WHOLE, grayscale_probability=0.2), n), 2) == 0).all())
            for n in range(600)
        ],
    }
    shares = {name: np.mean(values) for name, values in happened.items()}
    assert shares == {
        "jitter": pytest.approx(0.8, abs=0.06),
        "flip": pytest.approx(0.5, abs=0.07),
        "grey": pytest.approx(0.2, abs=0.06),
    }


def test_crops_cover_the_stated_shares_and_every_place() -> None:
    """In an image whose colours tell the place, the ends of a view tell the crop."""
    across, down = np.meshgrid(np.linspace(0, 255, 400), np.linspace(0, 255, 400))
    rgb = np.stack([across, down, 0 * down], axis=-1).astype(np.uint8)
    widths, heights, middles = [], [], []
    for number in range(400):
        view = view_of(rgb, replace(NOTHING, crop_scale=MOCO.crop_scale), number).astype(float)
        widths.append((view[:, -1, 0].mean() - view[:, 0, 0].mean()) / 255)
        heights.append((view[-1, :, 1].mean() - view[0, :, 1].mean()) / 255)
        middles.append(view[..., 0].mean() / 255)
    # the outermost pixels of 64 are half a pixel inside the crop
    areas = np.multiply(widths, heights) * (64 / 63) ** 2
    ratios = np.divide(widths, heights)
    assert 0.17 < areas.min() < 0.25
    assert 0.9 < areas.max() < 1.02
    assert areas.mean() == pytest.approx(0.57, abs=0.05)  # below 0.6: large ones fit less often
    assert 0.7 < ratios.min() < 0.8
    assert 1.25 < ratios.max() < 1.4
    assert np.log(ratios).mean() == pytest.approx(0, abs=0.03)
    assert np.mean(middles) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("size", [(3000, 1), (1, 3000), (1, 1), (5, 2000), (2, 3)])
def test_odd_shapes_give_whole_views(size: tuple[int, int]) -> None:
    for number in range(10):
        view = view_of(image_of(*size), MOCO, number)
        assert view.shape == (64, 64, 3)
        assert view.dtype == np.uint8
        assert view.flags.c_contiguous
        assert view.flags.writeable


def test_a_long_image_gives_its_middle() -> None:
    rgb = np.zeros((10, 1000, 3), np.uint8)
    rgb[:, 490:510] = 255
    assert view_of(rgb, replace(NOTHING, crop_scale=(1.0, 1.0)), 0).min() > 200


def test_threads_draw_the_same_views() -> None:
    rgb = image_of()
    alone = [view_of(rgb, MOCO, number) for number in range(40)]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda number: view_of(rgb, MOCO, number), range(40)))
    assert all(map(np.array_equal, alone, together))
    assert len({view.tobytes() for view in alone}) == 40


@pytest.mark.parametrize(
    ("size", "wanted"), [((100, 90), (90, 100)), ((255, 999), (999, 255)), ((600, 400), (134, 200))]
)
def test_only_large_images_are_shrunk(size: tuple[int, int], wanted: tuple[int, int]) -> None:
    rgb = image_of(*size)
    source = crop_source(rgb, P)
    assert source.shape[:2] == wanted
    assert (source is rgb) == (wanted == rgb.shape[:2])
    assert min(source.shape[:2]) >= min(2 * P.resize_size, min(rgb.shape[:2]))
    assert abs(float(source.mean()) - float(rgb.mean())) < 1


@pytest.mark.parametrize("augmentation", [MOCO, WEAK, replace(MOCO, jitter=(0.0, 1.0, 0.0, 0.5))])
def test_json_round_trip(augmentation: Augmentation) -> None:
    assert Augmentation.from_json(augmentation.to_json()) == augmentation


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", '{"zoom": 1}', '{"crop_scale": 0.5}', '{"crop_scale": [0, 1]}'),
        *('{"crop_scale": [0.5, 0.4]}', '{"crop_scale": [0.5, 1.1]}', '{"crop_ratio": [0, 1]}'),
        *('{"jitter": [0, 0, 0]}', '{"jitter": [0, 0, 0, 0.6]}', '{"flip_probability": 2}'),
        *('{"blur_sigma": [-1, 1]}', '{"blur_sigma": [0, NaN]}', '{"flip_probability": "x"}'),
    ],
)
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Augmentation.from_json(text)
