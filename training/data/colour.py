"""Bring any pixel format to 8-bit sRGB over white."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

_MAX_PROFILE_BYTES = 8 * 1024 * 1024
_BITS_PER_SAMPLE, _PHOTOMETRIC, _SAMPLE_FORMAT, _SIGNED = 258, 262, 339, 2


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
    if image.has_transparency_data:
        return _over_white(image, profile)
    if image.mode not in ("RGB", "L", "CMYK"):
        image = image.convert("L" if image.mode == "1" else "RGB")
    return _follow_profile(image, profile)


def _over_white(image: Image.Image, profile: object) -> Image.Image:
    image = image.convert("LA" if image.mode in ("L", "LA", "La", "1") else "RGBA")
    alpha = image.getchannel("A")
    colours = _follow_profile(image.convert("L" if image.mode == "LA" else "RGB"), profile)
    if alpha.getextrema() == (255, 255):
        return colours
    background = Image.new("RGB", image.size, "white")
    background.paste(colours, mask=alpha)
    return background


def _follow_profile(image: Image.Image, profile: object) -> Image.Image:
    """Bring an ``L``, ``RGB`` or ``CMYK`` image to sRGB."""
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
    tags = getattr(image, "tag_v2", None) or {}
    is_white_zero = tags.get(_PHOTOMETRIC) == 0
    if values.dtype.kind == "f":
        grey = _scaled_float(values)
        return Image.fromarray(~grey if is_white_zero else grey)
    bits = int(tags.get(_BITS_PER_SAMPLE, (16,))[0])
    is_signed = tags.get(_SAMPLE_FORMAT, (1,))[0] == _SIGNED
    if bits == 32 and not is_signed and image.mode == "I":
        values = values.view(np.uint32)
    if image.mode != "I" or image.format == "PPM":
        low, high = 0, 4095 if bits == 12 else 65535
    else:
        low, high = _integer_range(values, bits, is_signed)
    grey = _stretched(values, low, high)
    scaled = Image.fromarray(~grey if is_white_zero else grey)
    key = image.info.get("transparency")
    if isinstance(key, int):
        scaled.putalpha(Image.fromarray(np.where(values == key, 0, 255).astype(np.uint8)))
    return scaled


def _integer_range(values: NDArray[Any], bits: int, is_signed: bool) -> tuple[int, int]:
    """Return the values of a 32-bit image that become black and white.

    Few such images fill their type, and scaled by it the others would be black. So: what 8 bits
    hold, else what 16 bits hold, else from the image's lowest to its highest value. Signed values
    count from 0 if none is negative.
    """
    low, high = int(values.min()), int(values.max())
    if is_signed and bits == 16:
        return (-(2**15) if low < 0 else 0), 2**15 - 1
    if low >= 0 and high < 2**16:
        return 0, 2**8 - 1 if high < 2**8 else 2**16 - 1
    if -(2**15) <= low < 0 and high < 2**15:
        return -(2**15), 2**15 - 1
    return low, high


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
