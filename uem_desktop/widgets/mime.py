"""What a drop or a paste brings: files, the bytes of an image, or a sentence of refusal."""

from __future__ import annotations

import base64
import binascii
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QUrl
from PySide6.QtGui import QImage, QPixmap

NETWORK_REFUSAL = "uem-desktop never touches the network: save the image first, then drop the file."
NOTHING_REFUSAL = "There is no image, file or folder in what was dropped or pasted."
UNREADABLE_REFUSAL = "The image in what was dropped or pasted cannot be read."

_ENCODED_FORMATS = ("image/png", "image/jpeg", "image/webp", "image/tiff", "image/bmp")


@dataclass(frozen=True, slots=True)
class Dropped:
    """A copy of everything useful in MIME data, which is gone when its event is over.

    Exactly one of the three holds something.

    Attributes:
        paths: Local files and folders, in the order given.
        image_bytes: An encoded image, PNG where the source offered pixels only.
        refusal: One sentence for the person where nothing could be taken.
    """

    paths: tuple[Path, ...] = ()
    image_bytes: bytes | None = None
    refusal: str | None = None


def may_hold_images(mime: QMimeData) -> bool:
    """Return whether it is worth accepting a drag; `read_mime` says what is really in it."""
    return mime.hasUrls() or mime.hasImage() or bool(_paths_in_text(mime))


def read_mime(mime: QMimeData) -> Dropped:
    """Take what can be taken; call it inside the drop event.

    Local files come before image data, because file managers offer names as text and browsers
    a copy of the pixels beside an address.
    """
    urls = mime.urls() if mime.hasUrls() else []
    paths = tuple(_path_of(url) for url in urls if url.isLocalFile())
    if paths:
        return Dropped(paths=paths)
    image_bytes = _image_bytes(mime) or _bytes_in_data_url(urls)
    if image_bytes:
        return Dropped(image_bytes=image_bytes)
    paths = _paths_in_text(mime)
    if paths:
        return Dropped(paths=paths)
    if urls:
        return Dropped(refusal=NETWORK_REFUSAL)
    return Dropped(refusal=UNREADABLE_REFUSAL if mime.hasImage() else NOTHING_REFUSAL)


def _image_bytes(mime: QMimeData) -> bytes | None:
    for name in _ENCODED_FORMATS:
        if mime.hasFormat(name) and (encoded := mime.data(name).data()):
            return bytes(encoded)
    pixels = mime.imageData() if mime.hasImage() else None
    if isinstance(pixels, QPixmap):
        pixels = pixels.toImage()
    return png_bytes(pixels) if isinstance(pixels, QImage) and not pixels.isNull() else None


def png_bytes(image: QImage) -> bytes:
    """Return an image as a PNG file."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    buffer.close()
    return bytes(content.data())


def _bytes_in_data_url(urls: list[QUrl]) -> bytes | None:
    """Return the image that a ``data:`` address carries in itself."""
    for url in urls:
        if url.scheme() != "data":
            continue
        kind, _, encoded = url.path().partition(",")
        if kind.startswith("image/") and kind.endswith(";base64"):
            try:
                return base64.b64decode(encoded, validate=True)
            except (binascii.Error, ValueError):
                return None
    return None


def _paths_in_text(mime: QMimeData) -> tuple[Path, ...]:
    """Return the paths where every line of a text is the path of something that exists."""
    if not mime.hasText():
        return ()
    lines = [line.strip() for line in mime.text().splitlines() if line.strip()]
    if not lines or len(lines) > 10_000:
        return ()
    paths = [_path_of(QUrl(line)) if line.startswith("file:") else Path(line) for line in lines]
    return tuple(paths) if all(_exists(path) for path in paths) else ()


def _path_of(url: QUrl) -> Path:
    """Return the local file of an address, whatever bytes are in its name."""
    local = url.toLocalFile()
    if "\N{REPLACEMENT CHARACTER}" not in local or os.name == "nt":
        return Path(local)
    encoded = url.path(QUrl.ComponentFormattingOption.FullyEncoded)
    return Path(os.fsdecode(unquote_to_bytes(encoded)))


def _exists(path: Path) -> bool:
    try:
        return path.is_absolute() and os.path.lexists(path)
    except (OSError, ValueError):
        return False
