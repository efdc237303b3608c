"""A picture of a plot for papers and mails: no switches, any size."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from training.atomic_file import atomic_file
from uem_desktop.widgets.curve_legend import SWATCH, paint_swatch
from uem_desktop.widgets.fonts import scaled
from uem_desktop.widgets.painting import EmptyText, paint_empty
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S, SPACE_XS, tokens_of

if TYPE_CHECKING:
    from uem_desktop.widgets.curve_plot import CurvePlot


def save_picture(plot: CurvePlot, path: Path, scale: float) -> None:
    """Paint a plot and save it; the file is whole or not there.

    Raises:
        OSError: The disk does not take it.
    """
    image = plot_image(plot, scale)
    kind = path.suffix.lstrip(".").upper() or "PNG"
    with atomic_file(path) as temporary:
        if not image.save(str(temporary), kind):  # type: ignore[call-overload]
            raise OSError(f"{path.name} cannot be written as {kind}")


def plot_image(plot: CurvePlot, scale: float) -> QImage:
    """Paint a plot's title, note, legend and drawing.

    Args:
        plot: The plot, drawn as it is.
        scale: Pixels of the picture for one of the window.
    """
    canvas, overlay, area = plot.drawing()
    tokens = tokens_of(plot.palette())
    lines = _legend_lines(plot, plot.width() - 2 * SPACE_M)
    row = QFontMetricsF(plot.font()).height() + SPACE_XS
    top = SPACE_S + row * (1 + len(lines)) + SPACE_XS
    height = top + area.height() + SPACE_S
    image = QImage(round(plot.width() * scale), round(height * scale), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(QColor(tokens.surface))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_title(painter, plot, row)
    for number, line in enumerate(lines):
        _paint_legend(painter, plot, line, SPACE_S + row * (number + 1), row)
    if canvas is None or overlay is None or plot.is_empty:
        room = QRect(SPACE_M, round(top), plot.width() - 2 * SPACE_M, area.height())
        paint_empty(painter, room, EmptyText("", plot.accessibleDescription()), plot.font(), tokens)
    else:
        painter.translate(area.left(), top)
        canvas.redraw(scale)
        canvas.render_into(painter)
        canvas.redraw()
        overlay.paint_words(painter)
    painter.end()
    return image


def _legend_lines(plot: CurvePlot, width: float) -> list[list[tuple[float, int]]]:
    """Return (x, number of the curve) of each name, line by line."""
    metrics = QFontMetricsF(plot.font())
    lines: list[list[tuple[float, int]]] = []
    x = width + 1.0
    for number, line in enumerate(plot.legend_entries()):
        own = SWATCH + SPACE_S + metrics.horizontalAdvance(line.trace.curve.kind.title)
        if x + own > width:
            lines.append([])
            x = 0.0
        lines[-1].append((x, number))
        x += own + SPACE_M
    return lines


def _paint_title(painter: QPainter, plot: CurvePlot, row: float) -> None:
    tokens = tokens_of(plot.palette())
    bold = scaled(plot.font(), 1.0, QFont.Weight.DemiBold)
    left = QRectF(SPACE_M, SPACE_S, plot.width() - 2 * SPACE_M, row)
    painter.setFont(bold)
    painter.setPen(QColor(tokens.text))
    painter.drawText(left, Qt.AlignmentFlag.AlignVCenter, plot.title)
    shift = QFontMetricsF(bold).horizontalAdvance(plot.title) + SPACE_M
    painter.setFont(scaled(plot.font(), 0.9))
    painter.setPen(QColor(tokens.text_dim))
    note, right = plot.header.notes()
    painter.drawText(left.adjusted(shift, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, note)
    end = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
    painter.drawText(left, end, right)


def _paint_legend(
    painter: QPainter, plot: CurvePlot, line: list[tuple[float, int]], y: float, row: float
) -> None:
    tokens, entries = tokens_of(plot.palette()), plot.legend_entries()
    painter.setFont(plot.font())
    for x, number in line:
        entry = entries[number]
        place = QPointF(SPACE_M + x, y)
        paint_swatch(painter, QRectF(place.x(), y, SWATCH, row), entry.style, tokens)
        painter.setPen(QColor(tokens.text))
        words = QRectF(place.x() + SWATCH + SPACE_XS + 2, y, plot.width(), row)
        title = entry.trace.curve.kind.title
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, title)
