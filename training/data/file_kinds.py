"""What a file is, told from its first bytes and its name."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

HEAD_BYTES = 512
"""How many first bytes `kind_of_head` wants to see."""


@dataclass(frozen=True, slots=True)
class ImageKind:
    """An image format.

    Attributes:
        name: What people call it.
        suffixes: Lower case, with the dot.
        reader: Module and class that read it; None if it is not supported.
    """

    name: str
    suffixes: tuple[str, ...]
    reader: tuple[str, str] | None = None


JPEG = ImageKind(
    "JPEG", (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"), ("JpegImagePlugin", "JpegImageFile")
)
PNG = ImageKind("PNG", (".png", ".apng"), ("PngImagePlugin", "PngImageFile"))
WEBP = ImageKind("WebP", (".webp",), ("WebPImagePlugin", "WebPImageFile"))
AVIF = ImageKind("AVIF", (".avif", ".avifs"), ("AvifImagePlugin", "AvifImageFile"))
GIF = ImageKind("GIF", (".gif",), ("GifImagePlugin", "GifImageFile"))
TIFF = ImageKind("TIFF", (".tif", ".tiff"), ("TiffImagePlugin", "TiffImageFile"))
BMP = ImageKind("BMP", (".bmp",), ("BmpImagePlugin", "BmpImageFile"))
JPEG2000 = ImageKind(
    "JPEG 2000",
    (".jp2", ".j2k", ".jpf", ".jpx", ".j2c", ".jpc"),
    ("Jpeg2KImagePlugin", "Jpeg2KImageFile"),
)
NETPBM = ImageKind(
    "Netpbm", (".ppm", ".pgm", ".pbm", ".pnm", ".pfm"), ("PpmImagePlugin", "PpmImageFile")
)
PSD = ImageKind("Photoshop", (".psd",), ("PsdImagePlugin", "PsdImageFile"))
TGA = ImageKind("TGA", (".tga",), ("TgaImagePlugin", "TgaImageFile"))
HEIC = ImageKind(
    "HEIC", (".heic", ".heif", ".hif", ".heics", ".heifs"), ("pillow_heif", "open_heif")
)

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
ICO = ImageKind("icon", (".ico",))
QOI = ImageKind("QOI", (".qoi",))
CUR = ImageKind("cursor", (".cur",))
ICNS = ImageKind("ICNS", (".icns",))
SGI = ImageKind("SGI", (".sgi",))
XPM = ImageKind("XPM", (".xpm", ".xbm"))
BPG = ImageKind("BPG", (".bpg",))

KINDS = (
    *(JPEG, PNG, WEBP, AVIF, GIF, TIFF, BMP, JPEG2000, NETPBM, PSD, TGA, HEIC),
    *(
        SVG,
        RAW,
        JPEG_XL,
        JPEG_XR,
        EXR,
        HDR,
        EPS,
        WMF,
        XCF,
        DDS,
        PCX,
        ICO,
        QOI,
        CUR,
        ICNS,
        SGI,
        XPM,
        BPG,
    ),
)

_KIND_OF_SUFFIX = {suffix: kind for kind in KINDS for suffix in kind.suffixes}

KIND_OF_MAGIC: tuple[tuple[bytes, ImageKind], ...] = (
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

# The size of the second header, the only thing in a BMP that two letters of text do not have too;
# empty where the file ends before it.
_BMP_HEADER_SIZES = (b"", *(bytes([size]) for size in (12, 16, 40, 52, 56, 64, 108, 124)))

_HEIC_BRANDS = frozenset(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")
)


def image_suffixes() -> frozenset[str]:
    """Return the suffixes that announce an image, lower case, supported or not."""
    return frozenset(_KIND_OF_SUFFIX)


def has_image_suffix(name: str) -> bool:
    """Say whether a file name announces an image, in any case."""
    if name[-4:] in _KIND_OF_SUFFIX and not name.startswith("."):
        return True  # most names by far, in a third of the time
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
    for magic, kind in KIND_OF_MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        return _kind_of_brands(head)
    if head[:2] == b"BM" and head[14:15] in _BMP_HEADER_SIZES and len(head) > 5:
        return BMP
    if re.match(rb"P[1-6Ff]\s", head):
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
