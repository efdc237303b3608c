"""What a file is, told from its first bytes and its name."""

from __future__ import annotations

import os
from dataclasses import dataclass

HEAD_BYTES = 512
"""How many first bytes `kind_of_head` wants to see."""


@dataclass(frozen=True, slots=True)
class ImageKind:
    """An image format.

    Attributes:
        name: What people call it.
        suffixes: Lower case, with the dot.
        plugin: Pillow format and module that read it; None if it is not supported.
    """

    name: str
    suffixes: tuple[str, ...]
    plugin: tuple[str, str] | None = None


JPEG = ImageKind("JPEG", (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"), ("JPEG", "JpegImagePlugin"))
PNG = ImageKind("PNG", (".png", ".apng"), ("PNG", "PngImagePlugin"))
WEBP = ImageKind("WebP", (".webp",), ("WEBP", "WebPImagePlugin"))
AVIF = ImageKind("AVIF", (".avif", ".avifs"), ("AVIF", "AvifImagePlugin"))
GIF = ImageKind("GIF", (".gif",), ("GIF", "GifImagePlugin"))
TIFF = ImageKind("TIFF", (".tif", ".tiff"), ("TIFF", "TiffImagePlugin"))
BMP = ImageKind("BMP", (".bmp",), ("BMP", "BmpImagePlugin"))
JPEG2000 = ImageKind(
    "JPEG 2000",
    (".jp2", ".j2k", ".jpf", ".jpx", ".j2c", ".jpc"),
    ("JPEG2000", "Jpeg2KImagePlugin"),
)
NETPBM = ImageKind("Netpbm", (".ppm", ".pgm", ".pbm", ".pnm", ".pfm"), ("PPM", "PpmImagePlugin"))
PSD = ImageKind("Photoshop", (".psd",), ("PSD", "PsdImagePlugin"))
ICO = ImageKind("icon", (".ico",), ("ICO", "IcoImagePlugin"))
QOI = ImageKind("QOI", (".qoi",), ("QOI", "QoiImagePlugin"))
TGA = ImageKind("TGA", (".tga",), ("TGA", "TgaImagePlugin"))
HEIC = ImageKind("HEIC", (".heic", ".heif", ".hif", ".heics", ".heifs"), ("HEIF", "pillow_heif"))

SVG = ImageKind("SVG", (".svg", ".svgz"))
RAW = ImageKind(
    "camera RAW",
    (
        *(".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dng", ".erf", ".kdc", ".mrw", ".nef"),
        *(".nrw", ".orf", ".pef", ".raf", ".rw2", ".rwl", ".sr2", ".srf", ".srw", ".x3f"),
    ),
)
JPEG_XL = ImageKind("JPEG XL", (".jxl",))
JPEG_XR = ImageKind("JPEG XR", (".jxr", ".wdp", ".hdp"))
EXR = ImageKind("OpenEXR", (".exr",))
HDR = ImageKind("Radiance HDR", (".hdr",))
EPS = ImageKind("EPS", (".eps",))
WMF = ImageKind("Windows metafile", (".wmf", ".emf"))
XCF = ImageKind("GIMP", (".xcf",))
DDS = ImageKind("DDS", (".dds",))
PCX = ImageKind("PCX", (".pcx",))
CUR = ImageKind("cursor", (".cur",))
ICNS = ImageKind("ICNS", (".icns",))
SGI = ImageKind("SGI", (".sgi",))
XPM = ImageKind("XPM", (".xpm", ".xbm"))
BPG = ImageKind("BPG", (".bpg",))

KINDS = (
    *(JPEG, PNG, WEBP, AVIF, GIF, TIFF, BMP, JPEG2000, NETPBM, PSD, ICO, QOI, TGA, HEIC),
    *(SVG, RAW, JPEG_XL, JPEG_XR, EXR, HDR, EPS, WMF, XCF, DDS, PCX, CUR, ICNS, SGI, XPM, BPG),
)

_KIND_OF_SUFFIX = {suffix: kind for kind in KINDS for suffix in kind.suffixes}

_KIND_OF_MAGIC = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"FUJIFILMCCD-RAW", RAW),
    (b"IIU\x00", RAW),
    (b"IIRO", RAW),
    (b"IIRS", RAW),
    (b"MMOR", RAW),
    (b"FOVb", RAW),
    (b"II\xbc", JPEG_XR),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"II+\x00", TIFF),
    (b"MM\x00+", TIFF),
    (b"\xff\x4f\xff\x51", JPEG2000),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", JPEG2000),
    (b"\xff\x0a", JPEG_XL),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", JPEG_XL),
    (b"8BPS", PSD),
    (b"qoif", QOI),
    (b"\x00\x00\x01\x00", ICO),
    (b"\x00\x00\x02\x00", CUR),
    (b"v/1\x01", EXR),
    (b"#?RADIANCE", HDR),
    (b"#?RGBE", HDR),
    (b"%!PS", EPS),
    (b"\xc5\xd0\xd3\xc6", EPS),
    (b"\xd7\xcd\xc6\x9a", WMF),
    (b"gimp xcf", XCF),
    (b"DDS ", DDS),
    (b"icns", ICNS),
    (b"\x01\xda", SGI),
    (b"/* XPM */", XPM),
    (b"BPG\xfb", BPG),
)

_WEAK_MAGIC = frozenset({BMP, ICO, CUR, JPEG_XL, SGI, EPS, HDR, XPM, NETPBM})

_OTHER_MAGIC = (
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

_HEIC_BRANDS = frozenset(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")
)


def image_suffixes() -> frozenset[str]:
    """Return the suffixes that announce an image, lower case, supported or not."""
    return frozenset(_KIND_OF_SUFFIX)


def has_image_suffix(name: str) -> bool:
    """Say whether a file name announces an image, in any case."""
    return kind_of_suffix(name) is not None


def kind_of_suffix(name: str) -> ImageKind | None:
    """Return the kind that a file name announces."""
    return _KIND_OF_SUFFIX.get(os.path.splitext(name)[1].lower())


def is_image_head(head: bytes) -> bool:
    """Say whether first bytes alone, under a name that promises nothing, are an image's.

    Formats whose first bytes are too common to be believed need their suffix.
    """
    kind = kind_of_head(head)
    return kind is not None and kind not in _WEAK_MAGIC


def kind_of_head(head: bytes) -> ImageKind | None:
    """Return the image format that a file's first bytes show."""
    for magic, kind in _KIND_OF_MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        return _kind_of_brands(head)
    if head[:2] == b"BM" and len(head) >= 6:
        return BMP
    if head[:1] == b"P" and head[1:2] in b"123456fF" and head[2:3] in (b"\n", b" ", b"\t", b"\r"):
        return NETPBM
    if _is_svg(head):
        return SVG
    return None


def _kind_of_brands(head: bytes) -> ImageKind | None:
    length = min(int.from_bytes(head[:4], "big"), len(head))
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))}
    if brands & {b"avif", b"avis"}:
        return AVIF
    if b"crx " in brands:
        return RAW
    return HEIC if brands & _HEIC_BRANDS else None


def _is_svg(head: bytes) -> bool:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return text.startswith(b"<") and b"<svg" in text


def content_phrase(head: bytes) -> str:
    """Say what a file without an image's first bytes holds instead."""
    if not head.strip(b"\x00"):
        return "not an image (it holds only zeros)"
    for magic, content in _OTHER_MAGIC:
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


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if any(byte < 32 and byte not in b"\t\n\v\f\r\x1b" for byte in head):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4 or _is_mostly_ascii(head)
    return True


def _is_mostly_ascii(head: bytes) -> bool:
    return sum(byte < 128 for byte in head) > 0.7 * len(head)
