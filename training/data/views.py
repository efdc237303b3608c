"""The view of an image that an encoder gets when it embeds."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_RESAMPLING = {
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
}

# An image longer than this many times its shorter side is cut to its middle before it is resized:
# 1 x 60000 pixels would otherwise become 256 x 15,360,000.
_MAX_ASPECT = 16


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """How an image becomes the input of an encoder.

    Attributes:
        image_size: Side of the square the encoder gets, in pixels.
        resize_size: Length of the shorter side before the centre crop, in pixels.
        mean: Mean of red, green and blue on the 0..1 scale.
        std: Standard deviation of red, green and blue on the 0..1 scale.
        interpolation: ``"bilinear"`` or ``"bicubic"``, both with antialiasing.

    Raises:
        ValueError: If a value makes no sense.
    """

    image_size: int
    resize_size: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    interpolation: str = "bilinear"

    def __post_init__(self) -> None:
        if not 1 <= self.image_size <= self.resize_size:
            raise ValueError(
                f"image_size {self.image_size} must lie between 1 "
                f"and resize_size {self.resize_size}"
            )
        if len(self.mean) != 3 or len(self.std) != 3:
            raise ValueError("mean and std need one value each for red, green and blue")
        if min(self.std) <= 0:
            raise ValueError("std must be positive")
        if self.interpolation not in _RESAMPLING:
            raise ValueError(
                f"interpolation {self.interpolation!r} is not one of {sorted(_RESAMPLING)}"
            )

    @property
    def resampling(self) -> Image.Resampling:
        """The interpolation as Pillow names it."""
        return _RESAMPLING[self.interpolation]

    def to_json(self) -> str:
        """Return the values as one line of JSON; `from_json` reads it back."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Preprocessing:
        """Read what `to_json` wrote.

        Raises:
            ValueError: If the text is not such JSON or a value makes no sense.
        """
        try:
            values = json.loads(text)
            return cls(
                image_size=int(values["image_size"]),
                resize_size=int(values["resize_size"]),
                mean=_three_floats(values["mean"]),
                std=_three_floats(values["std"]),
                interpolation=str(values.get("interpolation", "bilinear")),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a preprocessing description: {error}") from error


def _three_floats(values: list[float]) -> tuple[float, float, float]:
    red, green, blue = values
    return float(red), float(green), float(blue)


def eval_view(rgb: NDArray[np.uint8], p: Preprocessing) -> NDArray[np.uint8]:
    """Resize the shorter side with antialiasing and cut the centre out.

    The same pixels as torchvision's ``Resize(resize_size)`` and ``CenterCrop(image_size)`` on a
    PIL image, but the ends of an image more than 16 times as long as wide are cut off first.

    Args:
        rgb: Image, uint8, (H, W, 3).
        p: Sizes and interpolation; normalisation is the encoder's part.

    Returns:
        uint8, (S, S, 3) with S = ``p.image_size``, C-contiguous and writable.
    """
    image = Image.fromarray(_without_far_ends(rgb))
    width, height = image.size
    shorter, longer = min(width, height), max(width, height)
    if shorter != p.resize_size:
        resized_longer = int(p.resize_size * longer / shorter)
        size = (
            (p.resize_size, resized_longer) if width <= height else (resized_longer, p.resize_size)
        )
        image = image.resize(size, p.resampling)
    left = round((image.width - p.image_size) / 2)
    top = round((image.height - p.image_size) / 2)
    return np.array(image.crop((left, top, left + p.image_size, top + p.image_size)))


def seen_area(width: int, height: int, p: Preprocessing) -> tuple[float, float, float, float]:
    """Return which part of an image `eval_view` shows, as left, top, right, bottom in 0..1.

    Args:
        width: Of the image, in pixels.
        height: Of the image, in pixels.
        p: Sizes.
    """
    side = min(width, height) * p.image_size / p.resize_size
    left, top = (max(0.0, (1.0 - side / length) / 2) for length in (width, height))
    return left, top, 1.0 - left, 1.0 - top


def _without_far_ends(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = rgb.shape[:2]
    limit = _MAX_ASPECT * min(height, width)
    top = max(0, (height - limit) // 2)
    left = max(0, (width - limit) // 2)
    return np.ascontiguousarray(rgb[top : top + limit, left : left + limit])
