"""The one decoding policy: thumbnail, preview and encoder see the same pixels."""

from __future__ import annotations

import importlib
import io
import os
import stat
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.data import file_kinds
from training.data.colour import UndefinedPixelsError, to_srgb
from training.data.file_kinds import HEAD_BYTES, ImageKind, image_suffixes
from training.data.quiet import without_warnings
from training.data.scanning import special_file_phrase

__all__ = ["MAX_PIXELS", "DecodeError", "decode_image", "image_suffixes"]

MAX_PIXELS = 128_000_000
"""Width times height of the largest image that is decoded."""

_MAX_BYTES = 2 * 1024**3
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
    """Decode the first frame of an image file completely.

    Args:
        source: The file, or its content.
        min_side: The caller will shrink the image to a shorter side of this many pixels or more.
            A JPEG may then be decoded at a reduced scale; its shorter side stays at least twice
            as long where the file has that much.

    Returns:
        RGB, uint8, (H, W, 3), C-contiguous: upright, sRGB, over white.

    Raises:
        DecodeError: If the file is no whole image, or one that is not supported.
    """
    try:
        with without_warnings():
            if isinstance(source, bytes):
                return _decode(io.BytesIO(source), len(source), "", min_side)
            size = _checked_size(source)
            with open(source, "rb") as stream:
                return _decode(stream, size, source.name, min_side)
    except DecodeError:
        raise
    except MemoryError as error:
        raise DecodeError("not enough memory to decode it") from error
    except OSError as error:
        raise DecodeError(_os_phrase(source, error)) from error
    except Exception as error:
        raise DecodeError("damaged") from error


def _checked_size(path: Path) -> int:
    """Return the size in bytes of a regular file; a pipe is never opened."""
    status = os.stat(path)
    if stat.S_ISDIR(status.st_mode):
        raise DecodeError("a folder, not an image")
    if not stat.S_ISREG(status.st_mode):
        raise DecodeError(special_file_phrase(status.st_mode))
    return status.st_size


def _os_phrase(source: Path | bytes, error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "no permission to read it"
    if isinstance(error, FileNotFoundError):
        is_link = isinstance(source, Path) and source.is_symlink()
        return "the link points to a file that is not there" if is_link else "the file is not there"
    return f"it cannot be read: {error.strerror or error}"


def _decode(
    stream: BinaryIO, size_bytes: int, name: str, min_side: int | None
) -> NDArray[np.uint8]:
    if size_bytes == 0:
        raise DecodeError("the file is empty")
    if size_bytes > _MAX_BYTES:
        raise DecodeError("a file of more than 2 GB")
    head = stream.read(HEAD_BYTES)
    kind = _kind(head, name)
    try:
        return _pixels(stream, kind, min_side)
    except (DecodeError, MemoryError):
        raise
    except UndefinedPixelsError as error:
        raise DecodeError("not a single pixel has a defined value") from error
    except Exception as error:
        if "truncated" in str(error):
            raise DecodeError("cut off before its end") from error
        raise DecodeError(f"damaged: not readable as a {kind.name} image") from error


def _kind(head: bytes, name: str) -> ImageKind:
    kind = file_kinds.kind_of_head(head)
    announced = file_kinds.kind_of_suffix(name)
    if announced is file_kinds.TGA and kind is None:
        kind = announced
    if announced is file_kinds.RAW and kind is file_kinds.TIFF:
        kind = announced
    if kind is None:
        raise DecodeError(file_kinds.content_phrase(head))
    if kind.plugin is None:
        raise DecodeError(f"{kind.name} images are not supported")
    return kind


def _pixels(stream: BinaryIO, kind: ImageKind, min_side: int | None) -> NDArray[np.uint8]:
    with _opened(stream, kind) as image:
        _check_pixel_count(image.size)
        if min_side is not None and kind is file_kinds.JPEG:
            image.draft(None, (2 * min_side, 2 * min_side))
        image.load()
        turn = _TURNS.get(_orientation(image))
        rgb = to_srgb(image)
        return np.array(rgb if turn is None else rgb.transpose(turn))


def _opened(stream: BinaryIO, kind: ImageKind) -> Image.Image:
    assert kind.plugin is not None
    pillow_format, module = kind.plugin
    if kind is file_kinds.HEIC:
        return _opened_heic(stream)
    importlib.import_module(f"PIL.{module}")
    try:
        return Image.open(stream, formats=(pillow_format,))
    except Image.DecompressionBombError:
        stream.seek(0)
        factory, _accept = Image.OPEN[pillow_format]
        with factory(stream, "") as image:
            _check_pixel_count(image.size)
        raise


def _opened_heic(stream: BinaryIO) -> Image.Image:
    try:
        import pillow_heif
    except ImportError as error:
        raise DecodeError("HEIC needs the extra: pip install 'uem-desktop[heic]'") from error
    heif = pillow_heif.open_heif(stream)
    _check_pixel_count(heif.size)
    image: Image.Image = heif.to_pillow()
    return image


def _check_pixel_count(size: tuple[int, int]) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise DecodeError("an image without a single pixel")
    if width * height > MAX_PIXELS:
        limit = f"{MAX_PIXELS // 1_000_000} megapixels"
        raise DecodeError(f"{width} x {height} pixels, more than the limit of {limit}")


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation, 1 (upright) where there is none or it cannot be read."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:
        return 1
