"""Writes a figure as PNG, SVG or PDF; as a program it reads what to write from standard input."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QGuiApplication, QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from training.atomic_file import atomic_file
from training.data.decoding import DecodeError
from uem_desktop.retrieval.compare_figure import FigureRow, rows_from_json
from uem_desktop.widgets.ranking_figure import RankingFigure
from uem_desktop.widgets.thumbnail import RenderedImage, render_thumbnail

_DPI = 300
_POINTS_PER_INCH = 72
_SCALE = _DPI / _POINTS_PER_INCH


def write_figure(path: Path, rows: Sequence[FigureRow]) -> None:
    """Write a figure; what was there before stays whole until the new one is complete.

    Args:
        path: Its suffix says the kind: ``.png`` at 300 dots an inch, ``.svg`` or ``.pdf``.
        rows: What to show.

    Raises:
        OSError: The disk does not take it.
    """
    writers = {".png": _png, ".svg": _svg, ".pdf": _pdf}
    data = writers[path.suffix.lower()](rows)
    with atomic_file(path) as temporary:
        temporary.write_bytes(data)


def _png(rows: Sequence[FigureRow]) -> bytes:
    figure = RankingFigure(rows, _Pictures().of)
    size = figure.layout.size
    image = QImage(
        math.ceil(size.width() * _SCALE),
        math.ceil(size.height() * _SCALE),
        QImage.Format.Format_RGB32,
    )
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    painter.scale(_SCALE, _SCALE)
    figure.paint(painter)
    painter.end()
    image.setDotsPerMeterX(round(_DPI / 0.0254))
    image.setDotsPerMeterY(round(_DPI / 0.0254))
    buffer = _opened()
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def _svg(rows: Sequence[FigureRow]) -> bytes:
    figure = RankingFigure(rows, _Pictures().of, is_outlined=True)
    size, buffer = figure.layout.size, _opened()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(_POINTS_PER_INCH)
    generator.setSize(size.toSize())
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle("Queries and their first matches")
    painter = QPainter(generator)
    figure.paint(painter)
    painter.end()
    return bytes(buffer.data().data())


def _pdf(rows: Sequence[FigureRow]) -> bytes:
    figure = RankingFigure(rows, _Pictures().of)
    size, buffer = figure.layout.size, _opened()
    writer = QPdfWriter(buffer)
    writer.setTitle("Queries and their first matches")
    writer.setResolution(10 * _POINTS_PER_INCH)
    page = QSizeF(size.width(), size.height())
    writer.setPageSize(
        QPageSize(page, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch)
    )
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    painter = QPainter(writer)
    painter.scale(10, 10)
    figure.paint(painter)
    painter.end()
    return bytes(buffer.data().data())


class _Pictures:
    """Pictures for print, each decoded once however often it is shown."""

    def __init__(self) -> None:
        self._known: dict[tuple[Path, int], RenderedImage | None] = {}

    def of(self, path: Path, side: float) -> RenderedImage | None:
        """Return a picture for a side in points; None for a file that cannot be read."""
        key = path, math.ceil(side * _SCALE)
        if key not in self._known:
            try:
                self._known[key] = render_thumbnail(*key)
            except DecodeError:
                self._known[key] = None
        return self._known[key]


def _opened() -> QBuffer:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer


def main() -> int:
    """Write the figure that standard input describes as ``{"path": …, "rows": […]}``."""
    wish = json.load(sys.stdin)
    app = QGuiApplication.instance() or QGuiApplication([])
    try:
        write_figure(Path(wish["path"]), rows_from_json(wish["rows"]))
    except OSError as error:
        print(error.strerror or error, file=sys.stderr)
        return 2
    app.quit()
    return 0


if __name__ == "__main__":
    sys.exit(main())
