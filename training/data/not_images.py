"""Say what a file holds that is no image."""

from __future__ import annotations

from training.data.file_kinds import HEAD_BYTES, KIND_OF_MAGIC

_CONTENT_OF_MAGIC = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x1f\x8b", "compressed data"),
    (b"BZh", "compressed data"),
    (b"\xfd7zXZ\x00", "compressed data"),
    (b"\x28\xb5\x2f\xfd", "compressed data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"FLV\x01", "a video"),
    (b"\x00\x00\x01\xba", "a video"),
    (b"\x00\x00\x01\xb3", "a video"),
    (b"ID3", "sound"),
    (b"OggS", "sound or a video"),
    (b"fLaC", "sound"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3", "a database"),
    (b"\x93NUMPY", "a NumPy array"),
)


def content_phrase(head: bytes) -> str:
    """Say what a file without an image's first bytes holds instead."""
    if not head.strip(b"\x00"):
        return "not an image (it holds only zeros)"
    if _is_start_of_a_magic(head):
        return "cut off before its end"
    for magic, content in _CONTENT_OF_MAGIC:
        if head.startswith(magic):
            return f"not an image (it holds {content})"
    if head[4:8] in (b"ftyp", b"moov", b"mdat"):
        return "not an image (it holds a video)"
    if head[:4] == b"RIFF":
        return "not an image (it holds sound or a video)"
    if head.startswith(b"version https://git-lfs"):
        return "not an image (a Git LFS pointer; the image itself was not downloaded)"
    if not _is_text(head):
        return "not an image, or of a format that is not known"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head")):
        return "not an image (it holds a web page)"
    return "not an image (it holds text)"


def _is_start_of_a_magic(head: bytes) -> bool:
    if len(head) < 3:
        return any(magic.startswith(head) for magic, _kind in KIND_OF_MAGIC)
    is_short_box = len(head) < 12 and head[4:8] == b"ftyp"[: max(0, len(head) - 4)]
    return (
        any(magic.startswith(head) for magic, _kind in KIND_OF_MAGIC)
        or (len(head) < 12 and head[:4] == b"RIFF")
        or (is_short_box and head[:3] == b"\0\0\0")
    )


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if any(byte < 32 and byte not in b"\t\n\v\f\r\x1b" for byte in head):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        is_last_character_cut = len(head) == HEAD_BYTES and error.start > HEAD_BYTES - 4
        return is_last_character_cut or (len(head) >= 16 and _is_mostly_ascii(head))
    return True


def _is_mostly_ascii(head: bytes) -> bool:
    """Text of an older 8-bit encoding is."""
    return sum(byte < 128 for byte in head) > 0.7 * len(head)
