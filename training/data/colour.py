"""Bring any pixel format to 8-bit sRGB over white."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

_WITH_ALPHA = frozenset({"RGBA", "LA", "La", "RGBa", "PA"})
_MAX_PROFILE_BYTES = 8 * 1024 * 1024
_BITS_PER_SAMPLE, _SAMPLE_FORMAT, _SIGNED = 258, 339, 2


class UndefinedPixelsError(ValueError):
    """A float image holds no finite value at all."""


def to_srgb(image: Image.Image) -> Image.Image:
    """Convert a loaded image of any Pillow mode to ``RGB``.

    16-bit and 32-bit integers are scaled by the range of their type, float by 1 or by its own
    range, embedded colour profiles are followed, alpha is laid over white. A broken or misfit
    profile is ignored.

    Raises:
        UndefinedPixelsError: If a float image holds no finite value.
    """
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I") or image.mode == "F":
        image = _scaled(image)
    if image.mode == "LAB":
        return image.convert("RGB")
    if image.mode in _WITH_ALPHA or "transparency" in image.info or image.has_transparency_data:
        return _over_white(image.convert("RGBA"), profile)
    if image.mode not in ("RGB", "L", "CMYK"):
        image = image.convert("L" if image.mode == "1" else "RGB")
    return _follow_profile(image, profile)


def _over_white(image: Image.Image, profile: object) -> Image.Image:
    alpha = image.getchannel("A")
    colours = _follow_profile(image.convert("RGB"), profile)
    if alpha.getextrema() == (255, 255):
        return colours
    background = Image.new("RGB", image.size, "white")
    background.paste(colours, mask=alpha)
    return background


def _follow_profile(image: Image.Image, profile: object) -> Image.Image:
    if isinstance(profile, bytes) and 0 < len(profile) <= _MAX_PROFILE_BYTES:
        transform = _transform_to_srgb(profile, image.mode)
        if transform is not None:
            followed: Image.Image = transform.apply(image)
            return followed
    return image if image.mode == "RGB" else image.convert("RGB")


@lru_cache(maxsize=16)
def _transform_to_srgb(profile: bytes, mode: str) -> Any | None:
    """Return the way from a profile to sRGB, or None if there is none or nothing to change."""
    try:
        transform = ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            mode,
            "RGB",
        )
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return None
    probe = _probe(mode)
    if probe is not None:
        before = np.asarray(probe.convert("RGB"), dtype=np.int16)
        after = np.asarray(transform.apply(probe), dtype=np.int16)
        if np.abs(before - after).max() <= 1:
            return None
    return transform


def _probe(mode: str) -> Image.Image | None:
    """An image of many colours that shows whether a transform changes any."""
    steps = np.linspace(0, 255, 9).astype(np.uint8)
    if mode == "L":
        return Image.fromarray(steps[None])
    if mode == "RGB":
        cube = np.stack(np.meshgrid(steps, steps, steps), axis=-1)
        return Image.fromarray(np.ascontiguousarray(cube.reshape(-1, 9, 3)))
    return None


def _scaled(image: Image.Image) -> Image.Image:
    """Scale a 16-bit, 32-bit or float image to 8 bits."""
    values: NDArray[Any] = np.asarray(image)
    if values.dtype.kind == "f":
        return Image.fromarray(_scaled_float(values))
    low, high = _integer_range(image, values)
    if image.mode == "I" and high == 2**32 - 1:
        values = values.view(np.uint32)
    scaled = Image.fromarray(_stretched(values, low, high))
    key = image.info.get("transparency")
    if isinstance(key, int):
        scaled.putalpha(Image.fromarray(np.where(values == key, 0, 255).astype(np.uint8)))
    return scaled


def _integer_range(image: Image.Image, values: NDArray[Any]) -> tuple[float, float]:
    """Return the values that become black and white.

    What a 16-bit type can hold, or 12 bits where a TIFF says so. A 32-bit image mostly holds
    fewer bits than it has room for: the narrowest of 8, 16 and 32 bits that holds its values.
    """
    tags: Any = getattr(image, "tag_v2", {})
    bits = tags.get(_BITS_PER_SAMPLE, (16,))[0] if tags else 16
    if image.mode != "I":
        return 0.0, 2.0 ** (12 if bits == 12 else 16) - 1
    is_signed = bool(tags) and tags.get(_SAMPLE_FORMAT, (1,))[0] == _SIGNED
    low, high = (int(values.min()), int(values.max())) if values.size else (0, 0)
    if low < 0 and not is_signed and bits == 32:
        return 0.0, 2.0**32 - 1
    if low < 0:
        return (
            (-(2.0**15), 2.0**15 - 1)
            if low >= -(2**15) and high < 2**15
            else (
                -(2.0**31),
                2.0**31 - 1,
            )
        )
    if bits == 16 and is_signed:
        return 0.0, 2.0**15 - 1
    return 0.0, next(2.0**n - 1 for n in (8, 16, 32) if high < 2**n)


def _scaled_float(values: NDArray[np.floating[Any]]) -> NDArray[np.uint8]:
    """Scale float by 1 if it lies within 0..1, else by its range; undefined pixels are black."""
    finite = np.isfinite(values)
    if not finite.any():
        raise UndefinedPixelsError
    low = float(values.min(where=finite, initial=np.inf))
    high = float(values.max(where=finite, initial=-np.inf))
    if low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    return _stretched(np.where(finite, values, low), low, high)


def _stretched(values: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    """Map low..high to 0..255, a band of rows at a time to bound the memory."""
    result = np.zeros(values.shape, np.uint8)
    if high <= low:
        return result
    rows = max(1, 4_000_000 // max(1, values.shape[1]))
    for top in range(0, len(values), rows):
        band = (values[top : top + rows].astype(np.float64) - low) * (255.0 / (high - low))
        result[top : top + rows] = np.clip(np.rint(band), 0, 255).astype(np.uint8)
    return result
