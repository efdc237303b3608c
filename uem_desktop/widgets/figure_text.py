"""Letters of figures: in the bundled typeface, as text or as shapes."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath

from uem_desktop.widgets.fonts import FAMILY, load_fonts


def figure_font(size: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the figure's typeface at a size in points of the figure."""
    load_fonts()
    font = QFont(FAMILY)
    font.setPixelSize(size)
    font.setWeight(weight)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def paint_figure_text(
    painter: QPainter,
    area: QRectF,
    text: str,
    font: QFont,
    side: Qt.AlignmentFlag,
    colour: str,
    *,
    is_outlined: bool,
) -> None:
    """Paint one line of text, shortened in its middle where it is too long.

    Args:
        painter: Of the figure.
        area: Where it stands, in the middle of its height.
        text: The line.
        font: Its font.
        side: `AlignLeft`, `AlignHCenter` or `AlignRight`.
        colour: ``#rrggbb``.
        is_outlined: Draw letters as shapes, for files that are shown where the typeface is not.
    """
    metrics = QFontMetricsF(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, area.width() + 0.1)
    if not is_outlined:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, shown)
        return
    slack = area.width() - metrics.horizontalAdvance(shown)
    share = {Qt.AlignmentFlag.AlignHCenter: 0.5, Qt.AlignmentFlag.AlignRight: 1.0}.get(side, 0.0)
    left = area.left() + share * slack
    base = area.center().y() + (metrics.ascent() - metrics.descent()) / 2
    path = QPainterPath()
    path.addText(QPointF(left, base), font, shown)
    painter.fillPath(path, QColor(colour))
