"""Open an image with the one reader that its kind needs, without Pillow's global registry."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, BinaryIO

from PIL import Image, features

from training.data.file_kinds import HEIC, TIFF, ImageKind

_BITS_PER_SAMPLE, _COMPRESSION, _PLANAR_CONFIGURATION = 258, 259, 284
_OPTIONAL_CODECS = {"WebP": "webp", "AVIF": "avif", "JPEG 2000": "jpg_2000"}


class NotReadableError(Exception):
    """No reader for this kind is installed; the message is a plain phrase."""


def opened(
    stream: BinaryIO, kind: ImageKind, check_size: Callable[[tuple[int, int]], None]
) -> Image.Image:
    """Read the header of an image; most pixels are only read by ``load()``.

    The reader is asked directly: `PIL.Image.open` would try others, hide why the right one failed
    and apply a pixel limit that is global to the process.

    Args:
        stream: The file, at its beginning.
        kind: A kind with a reader.
        check_size: Raises if there are too many pixels to go on.

    Raises:
        NotReadableError: If the reader is not installed.
        Exception: Whatever Pillow thinks of the file.
    """
    if kind is HEIC:
        return _opened_heic(stream, check_size)
    if kind.reader is None:
        raise NotReadableError(f"{kind.name} images are not supported")
    codec = _OPTIONAL_CODECS.get(kind.name)
    if codec is not None and not features.check(codec):
        raise NotReadableError(f"{kind.name} images need a Pillow that was built with {codec}")
    module, reader = kind.reader
    image: Image.Image = getattr(importlib.import_module(f"PIL.{module}"), reader)(stream)
    if kind is TIFF:
        _read_16_bits_a_plane(image)
    return image


def _read_16_bits_a_plane(image: Any) -> None:
    """Mend what Pillow plans for an uncompressed TIFF with a plane each for 16-bit colours.

    It would read the planes as if they had 8 bits, and show noise.
    """
    tags = image.tag_v2
    is_raw, is_planar = tags.get(_COMPRESSION, 1) == 1, tags.get(_PLANAR_CONFIGURATION, 1) == 2
    if is_raw and is_planar and max(tags.get(_BITS_PER_SAMPLE, (1,))) == 16:
        order = "L" if tags.prefix == b"II" else "B"
        image.tile = [
            tile._replace(args=(f"{tile.args[0]};16{order}", *tile.args[1:]))
            for tile in image.tile
            if isinstance(tile.args, tuple)
        ]


def _opened_heic(stream: BinaryIO, check_size: Callable[[tuple[int, int]], None]) -> Image.Image:
    try:
        import pillow_heif
    except ImportError as error:
        reason = "HEIC needs the extra: pip install 'uem-desktop[heic]'"
        raise NotReadableError(reason) from error
    heif = pillow_heif.open_heif(stream)
    check_size(heif.size)
    image: Image.Image = heif.to_pillow()
    return image
