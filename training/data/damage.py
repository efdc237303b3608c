"""Tell a file that ends too early from one that is damaged or of a rare variant."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import BinaryIO, Literal

from training.data import file_kinds
from training.data.file_kinds import ImageKind

_TAIL_BYTES = 4096
_EARLY_END = ("truncated", "not enough image data", "eof", "end of file", "unexpected end")
_TIFF_WIDTHS = {3: 2, 4: 4, 5: 8, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_TIFF_PLACES = (273, 279, 324, 325)  # where the strips and tiles are, and how long
_MAX_TIFF_PLACES_BYTES = 1_000_000
_UNSUPPORTED = (
    *("unsupported", "not supported", "cannot handle", "not yet supported", "not implemented"),
    *("unknown pixel mode", "unknown data organization", "samples per pixel"),
)


def damage_phrase(stream: BinaryIO, kind: ImageKind, error: Exception) -> str:
    """Say in plain words why a file of a known kind could not be decoded.

    Args:
        stream: The file, at any position.
        kind: What its first bytes promise.
        error: What the decoder said, in its own words.
    """
    message = str(error).lower()
    is_complete = _is_complete(stream, kind)
    if is_complete is False or (is_complete is None and any(w in message for w in _EARLY_END)):
        return "cut off before its end"
    if any(words in message for words in _UNSUPPORTED):
        return f"a variant of {kind.name} that is not supported"
    return f"damaged, not readable as {kind.name}"


def _is_complete(stream: BinaryIO, kind: ImageKind) -> bool | None:
    """Say whether the end of a file is there; None where its format does not tell."""
    check = _CHECKS.get(kind)
    try:
        size = stream.seek(0, io.SEEK_END)
        return check(stream, size) if check else None
    except (OSError, ValueError, OverflowError):
        return None


def _read_at(stream: BinaryIO, offset: int, count: int) -> bytes:
    stream.seek(offset)
    return stream.read(count)


def _tail(stream: BinaryIO, size: int) -> bytes:
    return _read_at(stream, max(0, size - _TAIL_BYTES), _TAIL_BYTES)


def _ends_like_jpeg(stream: BinaryIO, size: int) -> bool:
    return b"\xff\xd9" in _tail(stream, size)


def _ends_like_png(stream: BinaryIO, size: int) -> bool:
    return b"IEND" in _tail(stream, size)


def _ends_like_gif(stream: BinaryIO, size: int) -> bool:
    return _tail(stream, size).rstrip(b"\0")[-1:] == b";"


def _riff_is_there(stream: BinaryIO, size: int) -> bool:
    return size >= 12 and int.from_bytes(_read_at(stream, 4, 4), "little") + 8 <= size


def _bmp_is_there(stream: BinaryIO, size: int) -> bool | None:
    promised = int.from_bytes(_read_at(stream, 2, 4), "little")
    return size >= 26 and promised <= size if promised else None


def _tiff_is_there(stream: BinaryIO, size: int) -> bool | None:
    """Follow the first directory to the last byte that it points to."""
    head = _read_at(stream, 0, 16)
    order: Literal["little", "big"] = "little" if head[:2] == b"II" else "big"
    word, entry_size, count_size = (8, 20, 8) if 43 in head[2:4] else (4, 12, 2)
    directory = int.from_bytes(head[word : 2 * word], order)
    if len(head) < 16 or directory + count_size > size:
        return False
    count = int.from_bytes(_read_at(stream, directory, count_size), order)
    if not 0 < count <= 4096:
        return None
    entries = _read_at(stream, directory + count_size, count * entry_size)
    ends = [directory + count_size + count * entry_size]
    places: dict[int, list[int]] = {}
    for at in range(0, len(entries) - entry_size + 1, entry_size):
        tag, kind, raw_count = _fields(entries[at : at + 4 + word], order)
        value = entries[at + 4 + word : at + entry_size]
        width = _TIFF_WIDTHS.get(kind, 1)
        where, length = int.from_bytes(value, order), width * raw_count
        if length > word:
            ends.append(where + length)
        if tag in _TIFF_PLACES and length <= _MAX_TIFF_PLACES_BYTES:
            raw = value[:length] if length <= word else _read_at(stream, where, length)
            places[tag] = [
                int.from_bytes(raw[i : i + width], order) for i in range(0, len(raw), width)
            ]
    for offsets, lengths in (_TIFF_PLACES[:2], _TIFF_PLACES[2:]):
        ends += map(sum, zip(places.get(offsets, ()), places.get(lengths, ()), strict=False))
    return False if max(ends) > size else None


def _fields(entry: bytes, order: Literal["little", "big"]) -> tuple[int, int, int]:
    tag, kind, count = entry[:2], entry[2:4], entry[4:]
    return int.from_bytes(tag, order), int.from_bytes(kind, order), int.from_bytes(count, order)


def _boxes_are_there(stream: BinaryIO, size: int) -> bool:
    """Follow the top-level boxes of an ISO media file (AVIF, HEIC, JPEG 2000)."""
    at = 0
    for _ in range(1000):
        head = _read_at(stream, at, 16)
        if len(head) < 8:
            return at == size
        length = int.from_bytes(head[:4], "big")
        if length == 0:
            return True
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        if length < 8:
            return True
        at += length
    return True


def _jpeg2000_is_there(stream: BinaryIO, size: int) -> bool:
    if _read_at(stream, 0, 4) == b"\xff\x4f\xff\x51":
        return _ends_like_jpeg(stream, size)
    return _boxes_are_there(stream, size) and _ends_like_jpeg(stream, size)


_CHECKS: dict[ImageKind, Callable[[BinaryIO, int], bool | None]] = {
    file_kinds.JPEG: _ends_like_jpeg,
    file_kinds.PNG: _ends_like_png,
    file_kinds.GIF: _ends_like_gif,
    file_kinds.WEBP: _riff_is_there,
    file_kinds.BMP: _bmp_is_there,
    file_kinds.TIFF: _tiff_is_there,
    file_kinds.AVIF: _boxes_are_there,
    file_kinds.HEIC: _boxes_are_there,
    file_kinds.JPEG2000: _jpeg2000_is_there,
}
