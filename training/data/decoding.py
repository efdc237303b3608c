"""The one decoding policy: thumbnail, preview and encoder see the same pixels."""

from __future__ import annotations

import errno
import io
import os
import re
import stat
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.data import file_kinds
from training.data.colour import UndefinedPixelsError, to_srgb
from training.data.damage import damage_phrase
from training.data.file_access import os_error_phrase, special_file_phrase
from training.data.file_kinds import HEAD_BYTES, ImageKind, image_suffixes
from training.data.not_images import content_phrase
from training.data.openers import NotReadableError, opened
from training.data.png_chunks import only_pixel_chunks
from training.data.quiet import without_warnings

__all__ = ["MAX_PIXELS", "DecodeError", "decode_image", "image_suffixes"]

MAX_PIXELS = 128_000_000
"""Width times height of the largest image that is decoded."""

_MAX_BYTES = 2 * 1000**3

# Pillow reads these in Python, at about a million values a second.
_SLOW_CODECS = frozenset({"ppm", "ppm_plain"})
_MAX_SLOW_PIXELS = 4_000_000

_DISK_ERRORS = frozenset({errno.EIO, errno.EACCES, errno.EPERM, errno.ENXIO, errno.ENODEV})

_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class DecodeError(Exception):
    """An image cannot be decoded.

    Attributes:
        reason: A plain phrase for a person, for example ``"cut off before its end"``.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def decode_image(source: Path | bytes, *, min_side: int | None = None) -> NDArray[np.uint8]:
    """Decode the first frame of an image completely.

    EXIF orientation is applied. 16-bit and 32-bit integers are scaled by the range of their type,
    float by 1 if it lies within 0..1 and else from its smallest to its largest value, where
    undefined pixels (NaN, infinite) become black. CMYK, Lab and embedded colour profiles become
    sRGB; a broken profile is ignored. Alpha is laid over white.

    Safe to call from several threads at once; no warning of an image library gets out.

    Args:
        source: The file, or its content.
        min_side: The caller will shrink the image to a shorter side of this many pixels or more.
            A JPEG may then be decoded at a reduced scale; its shorter side stays at least twice
            as long where the file has that much.

    Returns:
        RGB, uint8, (H, W, 3), C-contiguous and writable.

    Raises:
        DecodeError: If there is no whole image of a supported kind with at most `MAX_PIXELS`.
    """
    path = "" if isinstance(source, bytes) else os.fspath(source)
    try:
        with without_warnings():
            if isinstance(source, bytes):
                return _decode(io.BytesIO(source), len(source), path, min_side)
            size_bytes = _size_of_regular_file(path)
            with open(path, "rb") as stream:
                return _decode(stream, size_bytes, path, min_side)
    except DecodeError:
        raise
    except MemoryError as error:
        raise DecodeError("not enough memory to decode it") from error
    except OSError as error:
        raise DecodeError(os_error_phrase(error, path)) from error
    except Exception as error:
        raise DecodeError(f"it cannot be read ({type(error).__name__})") from error


def _size_of_regular_file(path: str) -> int:
    """Return the size in bytes; a pipe is refused here, because opening it would block."""
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode):
        raise DecodeError(special_file_phrase(status.st_mode))
    return status.st_size


def _decode(
    stream: BinaryIO, size_bytes: int, path: str, min_side: int | None
) -> NDArray[np.uint8]:
    if size_bytes == 0:
        raise DecodeError("the file is empty")
    if size_bytes > _MAX_BYTES:
        gigabytes = f"{size_bytes / 1000**3:.1f} GB"
        raise DecodeError(f"a file of {gigabytes}, more than the limit of 2 GB")
    kind = _supported_kind(stream.read(HEAD_BYTES), path)
    stream.seek(0)
    try:
        return _pixels(stream, kind, min_side)
    except (DecodeError, MemoryError):
        raise
    except NotReadableError as error:
        raise DecodeError(str(error)) from error
    except UndefinedPixelsError as error:
        raise DecodeError("none of its pixels has a defined value") from error
    except Image.DecompressionBombError as error:
        raise DecodeError(_too_many_phrase(str(error))) from error
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _DISK_ERRORS:
            raise
        rescued = _rescued_pixels(stream, kind)
        if rescued is not None:
            return rescued
        raise DecodeError(damage_phrase(stream, kind, error)) from error


def _rescued_pixels(stream: BinaryIO, kind: ImageKind) -> NDArray[np.uint8] | None:
    """Try a PNG again without its notes, which may be what the decoder stumbles over."""
    reduced = only_pixel_chunks(stream) if kind is file_kinds.PNG else None
    if reduced is None:
        return None
    try:
        return _pixels(reduced, kind, None)
    except (DecodeError, MemoryError):
        raise
    except Exception:
        return None


def _supported_kind(head: bytes, path: str) -> ImageKind:
    """Return what to decode a file as: its first bytes decide, the name only where they cannot."""
    kind = file_kinds.kind_of_head(head)
    announced = file_kinds.kind_of_suffix(path)
    if announced is file_kinds.TGA and kind in (None, file_kinds.CUR, file_kinds.ICO):
        kind = announced
    if announced is file_kinds.RAW and kind is file_kinds.TIFF:
        kind = announced
    if kind is None:
        raise DecodeError(content_phrase(head))
    if kind.reader is None:
        raise DecodeError(f"{kind.name} images are not supported")
    return kind


def _pixels(stream: BinaryIO, kind: ImageKind, min_side: int | None) -> NDArray[np.uint8]:
    with opened(stream, kind, _check_pixel_count) as image:
        _check_pixel_count(image.size)
        _check_speed(image)
        if kind is file_kinds.TIFF:
            _check_coverage(image)
        if min_side is not None and kind is file_kinds.JPEG:
            image.draft(None, (2 * max(1, min_side), 2 * max(1, min_side)))
        image.load()
        turn = _TURNS.get(_orientation(image))
        rgb = to_srgb(image)
    return np.array(rgb if turn is None else rgb.transpose(turn))


def _too_many_phrase(pillow_message: str) -> str:
    """Some readers count before they tell the size: ``Image size (268402689 pixels) exceeds …``."""
    found = re.search(r"(\d+) pixels", pillow_message)
    megapixels = f"{int(found[1]) // 1_000_000} megapixels" if found else "many more pixels"
    return f"{megapixels}, more than the limit of {MAX_PIXELS // 1_000_000} megapixels"


def _check_pixel_count(size: tuple[int, int]) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise DecodeError("an image without a single pixel")
    if width * height > MAX_PIXELS:
        limit = f"{MAX_PIXELS // 1_000_000} megapixels"
        raise DecodeError(f"{width} x {height} pixels, more than the limit of {limit}")


def _check_speed(image: Image.Image) -> None:
    codecs = {tile[0] for tile in getattr(image, "tile", ())}
    if codecs & _SLOW_CODECS and image.width * image.height > _MAX_SLOW_PIXELS:
        raise DecodeError("more than 4 megapixels in a variant of Netpbm that takes too long")


def _check_coverage(image: Image.Image) -> None:
    """Refuse a TIFF that has fewer strips or tiles than pixels; Pillow leaves the rest black."""
    tiles: list[Any] = getattr(image, "tile", [])
    extents = {tile[1] for tile in tiles}
    covered = sum((right - left) * (bottom - top) for left, top, right, bottom in extents)
    if tiles and covered < image.width * image.height:
        raise DecodeError("cut off before its end")


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation, 1 (upright) where there is none or it cannot be read."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:
        return 1
