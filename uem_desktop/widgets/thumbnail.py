"""One thumbnail: how it is made in a worker thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPixmap

from training.data.decoding import decode_image

SIZES_PX = (64, 96, 128, 192, 256, 384, 512, 768)
_BACKDROP_TOLERANCE = 10
_BACKDROP_SHARE = 0.97


@dataclass(frozen=True, slots=True)
class RenderedImage:
    """A thumbnail as it leaves a worker thread.

    Attributes:
        image: Format RGB32, its longer side no longer than was asked for.
        backdrop: Colour of the image's border where that is of one colour, else None.
        is_whole: Whether the file has no more pixels than these.
    """

    image: QImage
    backdrop: tuple[int, int, int] | None
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A thumbnail that can be painted; the attributes of `RenderedImage`, for the GUI thread."""

    pixmap: QPixmap
    backdrop: QColor | None
    is_whole: bool

    @property
    def byte_count(self) -> int:
        """Memory the pixels take."""
        return self.pixmap.width() * self.pixmap.height() * 4


def step_size(pixels: int) -> int:
    """Return the size that is made when a thumbnail of `pixels` is shown, so that a slider
    moves without decoding at each of its steps.
    """
    return next((size for size in SIZES_PX if size >= pixels), SIZES_PX[-1])


def render_thumbnail(path: Path, size_px: int) -> RenderedImage:
    """Decode a file and shrink it into a square; a smaller image stays as it is.

    Args:
        path: The file.
        size_px: Device pixels of the square's side.

    Raises:
        DecodeError: The file cannot be decoded.
    """
    rgb = decode_image(path, min_side=size_px)
    image = qimage_of(rgb)
    is_whole = max(image.width(), image.height()) <= size_px
    if not is_whole:
        image = image.scaled(
            size_px,
            size_px,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    return RenderedImage(image, backdrop_of(rgb), is_whole)


def qimage_of(rgb: NDArray[np.uint8]) -> QImage:
    """Copy pixels (H, W, 3) into an image that paints fast."""
    height, width, _ = rgb.shape
    view = QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return view.convertToFormat(QImage.Format.Format_RGB32)


def backdrop_of(rgb: NDArray[np.uint8]) -> tuple[int, int, int] | None:
    """Return the colour of the outermost pixels where nearly all share it, else None."""
    step = max(1, max(rgb.shape[:2]) // 256)
    edges = (rgb[0, ::step], rgb[-1, ::step], rgb[::step, 0], rgb[::step, -1])
    border = np.concatenate(edges).astype(np.int16)
    colour = np.median(border, axis=0).astype(np.int16)
    is_near = (np.abs(border - colour) <= _BACKDROP_TOLERANCE).all(axis=1)
    if is_near.mean() < _BACKDROP_SHARE:
        return None
    red, green, blue = (int(value) for value in colour)
    return red, green, blue
