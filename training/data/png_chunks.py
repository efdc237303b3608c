"""Reduce a PNG to what its pixels need, for files whose notes stop the decoder.

Editors store megabytes of compressed history beside the pixels, and Pillow then refuses the whole
image as a possible decompression bomb, which every browser shows.
"""

from __future__ import annotations

import io
import zlib
from typing import BinaryIO

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"eXIf", b"iCCP"})
_MAX_PROFILE_BYTES = 1024 * 1024  # of which Pillow takes no more
_MAX_FILE_BYTES = 256 * 1024 * 1024


def only_pixel_chunks(stream: BinaryIO) -> BinaryIO | None:
    """Copy a PNG without notes, animation and whatever else is not needed for its pixels.

    Returns:
        The smaller PNG, or None if there is nothing to leave out or the file is no whole PNG.
    """
    if stream.seek(0, io.SEEK_END) > _MAX_FILE_BYTES:
        return None
    stream.seek(len(_SIGNATURE))
    kept, has_left_out = [_SIGNATURE], False
    while True:
        head = stream.read(8)
        length, name = int.from_bytes(head[:4], "big"), head[4:]
        body = stream.read(length)
        checksum = stream.read(4)
        if len(checksum) < 4:
            return None
        if name not in _KEPT or (name == b"iCCP" and not _is_usable_profile(body)):
            has_left_out = True
        else:
            kept += (head, body, checksum)
        if name == b"IEND":
            return io.BytesIO(b"".join(kept)) if has_left_out else None


def _is_usable_profile(body: bytes) -> bool:
    _name, _zero, rest = body.partition(b"\0")
    try:
        inflating = zlib.decompressobj()
        inflating.decompress(rest[1:], _MAX_PROFILE_BYTES)
    except zlib.error:
        return False
    return rest[:1] == b"\0" and not inflating.unconsumed_tail
