"""The random views of an image that training sees."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFilter

from training.data.views import Preprocessing

_SIGMA_IMAGE_SIZE = 224
_CROP_TRIES = 10

_Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How strongly views differ; the defaults are those of MoCo v2 (`method.md` section 6).

    Attributes:
        crop_scale: Smallest and largest share of the image's area that a view shows.
        crop_ratio: Smallest and largest width over height of what a view shows.
        jitter: Largest change of brightness, contrast, saturation (factors 1 - j to 1 + j) and
            hue (turns, at most 0.5).
        jitter_probability: Share of the views whose colours are jittered.
        grayscale_probability: Share of the views without colour.
        blur_sigma: Smallest and largest deviation of the Gaussian blur, in pixels of a view of
            224 pixels; it is scaled with the side of the view.
        blur_probability: Share of the views that are blurred.
        flip_probability: Share of the views that are mirrored left to right.

    Raises:
        ValueError: If a value makes no sense.
    """

    crop_scale: tuple[float, float] = (0.2, 1.0)
    crop_ratio: tuple[float, float] = (3 / 4, 4 / 3)
    jitter: tuple[float, float, float, float] = (0.4, 0.4, 0.4, 0.1)
    jitter_probability: float = 0.8
    grayscale_probability: float = 0.2
    blur_sigma: tuple[float, float] = (0.1, 2.0)
    blur_probability: float = 0.5
    flip_probability: float = 0.5

    def __post_init__(self) -> None:
        lengths = [("crop_scale", 2), ("crop_ratio", 2), ("jitter", 4), ("blur_sigma", 2)]
        for name, length in lengths:
            if len(getattr(self, name)) != length:
                raise ValueError(f"{name} needs {length} values")
        if not 0 < self.crop_scale[0] <= self.crop_scale[1] <= 1:
            raise ValueError("crop_scale must be a lower and an upper share above 0, at most 1")
        if not 0 < self.crop_ratio[0] <= self.crop_ratio[1] < math.inf:
            raise ValueError("crop_ratio must be a lower and an upper ratio above 0")
        if not 0 <= self.blur_sigma[0] <= self.blur_sigma[1] < math.inf:
            raise ValueError("blur_sigma must be a lower and an upper deviation, 0 or more")
        if not all(0 <= change <= 1 for change in self.jitter) or self.jitter[3] > 0.5:
            raise ValueError("jitter must lie between 0 and 1, that of the hue at most at 0.5")
        for name in ("jitter", "grayscale", "blur", "flip"):
            if not 0 <= getattr(self, f"{name}_probability") <= 1:
                raise ValueError(f"{name}_probability must lie between 0 and 1")

    def to_json(self) -> str:
        """Return the values as one line of JSON; `from_json` reads it back."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Augmentation:
        """Read what `to_json` wrote.

        Raises:
            ValueError: If the text is not such JSON or a value makes no sense.
        """
        try:
            values: dict[str, Any] = {
                name: tuple(map(float, value)) if isinstance(value, list) else float(value)
                for name, value in json.loads(text).items()
            }
            return cls(**values)
        except (TypeError, AttributeError) as error:
            raise ValueError(f"not a description of an augmentation: {error}") from error


WEAK = Augmentation(
    crop_scale=(0.6, 1.0),
    jitter_probability=0.0,
    grayscale_probability=0.0,
    blur_probability=0.0,
)
"""Crops of most of the image and mirroring only."""


def crop_source(rgb: NDArray[np.uint8], p: Preprocessing) -> NDArray[np.uint8]:
    """Shrink a large image by a whole factor before many views are cut out of it.

    Its shorter side keeps twice ``p.resize_size`` pixels or more, as a JPEG's does that
    `decode_image` reads at a reduced scale, so the smallest crop (a fifth of the area, 3:4) is
    enlarged by 1.3 at most and one of a quarter of the area not at all.

    Args:
        rgb: Image, uint8, (H, W, 3).
        p: The views that the encoder wants.

    Returns:
        uint8, (h, w, 3); ``rgb`` itself where it is not large.
    """
    factor = min(rgb.shape[:2]) // (2 * p.resize_size)
    return np.asarray(Image.fromarray(rgb).reduce(factor)) if factor > 1 else rgb


def augmented_view(
    rgb: NDArray[np.uint8], p: Preprocessing, augmentation: Augmentation, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Cut a random piece out of an image and change its colours, sharpness and direction.

    In MoCo v2's order (``RandomResizedCrop``, ``ColorJitter`` in random order,
    ``RandomGrayscale``, ``GaussianBlur``, ``RandomHorizontalFlip``), with the pixels that
    torchvision gives for a PIL image. The Gaussian blur is Pillow's, as in MoCo v2, with its
    deviation multiplied by ``p.image_size / 224``. Safe to call from several threads.

    Args:
        rgb: Image, uint8, (H, W, 3), C-contiguous.
        p: Side of the view and interpolation; normalisation is the encoder's part.
        augmentation: What may happen to it.
        rng: The only source of chance.

    Returns:
        uint8, (S, S, 3) with S = ``p.image_size``, C-contiguous and writable.
    """
    left, top, right, bottom = _random_box(rgb.shape[1], rgb.shape[0], augmentation, rng)
    piece = Image.fromarray(np.ascontiguousarray(rgb[top:bottom, left:right]))
    image = piece.resize((p.image_size, p.image_size), p.resampling)
    if rng.random() < augmentation.jitter_probability:
        image = _jittered(image, augmentation.jitter, rng)
    if rng.random() < augmentation.grayscale_probability:
        image = image.convert("L").convert("RGB")
    if rng.random() < augmentation.blur_probability:
        sigma = rng.uniform(*augmentation.blur_sigma) * p.image_size / _SIGMA_IMAGE_SIZE
        image = image.filter(ImageFilter.GaussianBlur(sigma))
    if rng.random() < augmentation.flip_probability:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return np.array(image)


def _random_box(
    width: int, height: int, augmentation: Augmentation, rng: np.random.Generator
) -> _Box:
    """Draw left, top, right, bottom; the middle of an image where no drawn box fits into it."""
    low, high = augmentation.crop_ratio
    for _ in range(_CROP_TRIES):
        area = width * height * rng.uniform(*augmentation.crop_scale)
        ratio = math.exp(rng.uniform(math.log(low), math.log(high)))
        w, h = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
        if 0 < w <= width and 0 < h <= height:
            top, left = int(rng.integers(height - h + 1)), int(rng.integers(width - w + 1))
            return left, top, left + w, top + h
    w = min(width, max(1, round(height * high)))
    h = min(height, max(1, round(width / low)))
    left, top = (width - w) // 2, (height - h) // 2
    return left, top, left + w, top + h


def _jittered(
    image: Image.Image, jitter: tuple[float, float, float, float], rng: np.random.Generator
) -> Image.Image:
    order = rng.permutation(4)
    factors = [rng.uniform(max(0.0, 1 - change), 1 + change) for change in jitter[:3]]
    hue = rng.uniform(-jitter[3], jitter[3])
    enhancers: tuple[Callable[[Image.Image], ImageEnhance._Enhance], ...] = (
        ImageEnhance.Brightness,
        ImageEnhance.Contrast,
        ImageEnhance.Color,
    )
    for step in order:
        if step < 3:
            image = enhancers[step](image).enhance(factors[step])
        else:
            image = _hue_shifted(image, hue)
    return image


def _hue_shifted(image: Image.Image, turns: float) -> Image.Image:
    hue, saturation, value = image.convert("HSV").split()
    shifted = Image.fromarray(np.asarray(hue) + np.uint8(int(turns * 255) % 256))
    return Image.merge("HSV", (shifted, saturation, value)).convert("RGB")
