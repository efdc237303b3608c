"""A drawing as the bytes of a PNG, SVG or PDF file."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from training.atomic_file import atomic_file

_DPI = 300
POINTS_PER_INCH = 72
SCALE = _DPI / POINTS_PER_INCH
"""Pixels of a PNG for one point of the drawing."""

Paint = Callable[[QPainter], None]


def png_bytes(size: QSizeF, paint: Paint) -> bytes:
    """Return a picture at 300 dots an inch on white.

    Args:
        size: Of the drawing, in points.
        paint: Draws it.
    """
    width, height = math.ceil(size.width() * SCALE), math.ceil(size.height() * SCALE)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    painter.scale(SCALE, SCALE)
    paint(painter)
    painter.end()
    image.setDotsPerMeterX(round(_DPI / 0.0254))
    image.setDotsPerMeterY(round(_DPI / 0.0254))
    buffer = _opened()
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def svg_bytes(size: QSizeF, paint: Paint, title: str) -> bytes:
    """Return a drawing of shapes; see `png_bytes`."""
    buffer = _opened()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(POINTS_PER_INCH)
    generator.setSize(size.toSize())
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle(title)
    painter = QPainter(generator)
    paint(painter)
    painter.end()
    return bytes(buffer.data().data())


def pdf_bytes(size: QSizeF, paint: Paint, title: str) -> bytes:
    """Return a page of the size of the drawing; see `png_bytes`."""
    buffer = _opened()
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setResolution(10 * POINTS_PER_INCH)
    writer.setPageSize(
        QPageSize(size, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch)
    )
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    painter = QPainter(writer)
    painter.scale(10, 10)
    paint(painter)
    painter.end()
    return bytes(buffer.data().data())


def write_drawing(path: Path, size: QSizeF, paint: Paint, title: str) -> None:
    """Write a drawing; what was there before stays whole until the new one is complete.

    Args:
        path: Its suffix says the kind: ``.svg``, ``.pdf``, else PNG at 300 dots an inch.
        size: Of the drawing, in points.
        paint: Draws it.
        title: What the file says that it is.

    Raises:
        OSError: The disk does not take it.
    """
    match path.suffix.lower():
        case ".svg":
            data = svg_bytes(size, paint, title)
        case ".pdf":
            data = pdf_bytes(size, paint, title)
        case _:
            data = png_bytes(size, paint)
    with atomic_file(path) as temporary:
        temporary.write_bytes(data)


def _opened() -> QBuffer:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer
