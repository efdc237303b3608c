"""Twenty-odd ways in which a file that claims to be an image is none."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

Break = Callable[[Path], object]


def picture(width: int = 48, height: int = 32, seed: int = 0) -> Image.Image:
    """A small picture with structure, so that every codec has something to store."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (4, 6, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BILINEAR)


def encoded(kind: str, **options: object) -> bytes:
    """The picture as a file of a Pillow format."""
    content = io.BytesIO()
    picture().save(content, kind, **options)
    return content.getvalue()


def png_chunk(name: bytes, content: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + checksum


def png_of_size(width: int, height: int) -> bytes:
    """A PNG whose header claims a size and whose pixels do not come."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(bytes(900)))
    return b"\x89PNG\r\n\x1a\n" + body + png_chunk(b"IEND", b"")


def zip_archive() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.txt", "no image")
    return content.getvalue()


def half(kind: str, share: float = 0.5) -> Break:
    content = encoded(kind)
    return lambda path: path.write_bytes(content[: int(len(content) * share)])


def with_bytes(content: bytes) -> Break:
    return lambda path: path.write_bytes(content)


def flipped_png() -> bytes:
    content = bytearray(encoded("PNG"))
    start = content.index(b"IDAT") + 12
    content[start : start + 8] = bytes(8)
    return bytes(content)


DAMAGED: dict[str, tuple[Break, str]] = {
    "empty.jpg": (with_bytes(b""), "empty"),
    "half.jpg": (half("JPEG"), "cut off"),
    "half.png": (half("PNG"), "cut off"),
    "half.webp": (half("WEBP"), "cut off"),
    "half.gif": (half("GIF"), "cut off"),
    "half.tif": (half("TIFF"), "cut off"),
    "half.bmp": (half("BMP"), "cut off"),
    "half.avif": (half("AVIF"), "cut off"),
    "head.jpg": (with_bytes(encoded("JPEG")[:20]), "cut off"),
    "text.jpg": (with_bytes(b"only words\n" * 40), "text"),
    "page.png": (with_bytes(b"<!DOCTYPE html><html><body>404</body></html>"), "web page"),
    "archive.jpg": (with_bytes(zip_archive()), "ZIP"),
    "zeros.png": (with_bytes(bytes(4000)), "zeros"),
    "noise.jpg": (with_bytes(np.random.default_rng(1).bytes(4000)), "not an image"),
    "flipped.png": (with_bytes(flipped_png()), "damaged"),
    "huge.png": (with_bytes(png_of_size(60_000, 60_000)), "megapixels"),
    "nothing.png": (with_bytes(png_of_size(0, 10)), ""),
    "drawing.svg": (with_bytes(b'<svg xmlns="http://www.w3.org/2000/svg"/>'), "SVG"),
}
"""Name, how to make it, and a word that the reason must hold; all of these decode to nothing."""

UNREACHABLE: dict[str, tuple[Break, str]] = {
    "gone.jpg": (lambda path: path.symlink_to(path.parent / "not-there.jpg"), "link"),
    "loop.png": (lambda path: path.symlink_to(path.name), "link"),
    "pipe.jpg": (lambda path: os.mkfifo(path), "pipe"),
    "folder.jpg": (lambda path: path.mkdir(), "folder"),
}
"""The same for what a scan finds without decoding."""


def break_folder(folder: Path) -> dict[str, str]:
    """Fill a folder with every broken file.

    Returns:
        Name of each file and a word that its reason must hold.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ways = DAMAGED if os.name == "nt" else {**DAMAGED, **UNREACHABLE}
    for name, (make, _) in ways.items():
        make(folder / name)
    return {name: word for name, (_, word) in ways.items()}
