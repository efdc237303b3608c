"""Text on a printed page: a few styles, measured and painted alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QPainter,
    QTextLayout,
    QTextOption,
)

from uem_desktop.widgets.fonts import FAMILY, load_fonts
from uem_desktop.widgets.tokens import LIGHT

_FINE = 10
_NORMAL, _MEDIUM, _BOLD = QFont.Weight.Normal, QFont.Weight.Medium, QFont.Weight.DemiBold


class Style(Enum):
    """Size in points, weight, colour, and whether every sign is as wide as another."""

    TITLE = (26.0, _BOLD, LIGHT.text, False)
    HEADING = (14.0, _BOLD, LIGHT.text, False)
    BIG = (28.0, _BOLD, LIGHT.text, False)
    STRONG = (9.0, _BOLD, LIGHT.text, False)
    BODY = (9.0, _NORMAL, LIGHT.text, False)
    NOTE = (9.0, _NORMAL, LIGHT.text_dim, False)
    FIGURE = (8.0, _NORMAL, LIGHT.text, False)
    SMALL = (7.5, _NORMAL, LIGHT.text_dim, False)
    SMALL_STRONG = (7.5, _BOLD, LIGHT.text, False)
    TINY = (6.5, _NORMAL, LIGHT.text_dim, False)
    EYEBROW = (9.0, _MEDIUM, LIGHT.accent, False)
    DECIDED = (6.5, _MEDIUM, LIGHT.accent, False)
    CODE = (8.0, _NORMAL, LIGHT.text, True)


class Ink:
    """Paints and measures text on one painter, whose unit is a point.

    Letters are laid out on a grid ten times as fine, so that they stand as their designer meant.
    """

    def __init__(self, painter: QPainter) -> None:
        load_fonts()
        self.painter = painter
        self._fonts = {style: _font(style) for style in Style}
        self._metrics = {style: QFontMetricsF(font) for style, font in self._fonts.items()}

    def height(self, text: str, style: Style, width: float) -> float:
        """Return how high a text is that wraps at a width."""
        return self._laid_out(text, style, width)[1]

    def width(self, text: str, style: Style) -> float:
        """Return how wide a text is on one line."""
        return self._metrics[style].horizontalAdvance(text) / _FINE

    def line_height(self, style: Style) -> float:
        """Return the height of one line."""
        return self._metrics[style].lineSpacing() / _FINE

    def text(self, text: str, rect: QRectF, style: Style) -> None:
        """Paint a text that wraps, between words where it can, from the top of a rectangle."""
        layout, _ = self._laid_out(text, style, rect.width())
        with self._fine(style):
            layout.draw(self.painter, rect.topLeft() * _FINE)

    def line(
        self,
        text: str,
        rect: QRectF,
        style: Style,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        """Paint one line in the middle of a rectangle's height; its own middle may go."""
        shown = self._metrics[style].elidedText(
            text, Qt.TextElideMode.ElideMiddle, (rect.width() + 0.5) * _FINE
        )
        flags = int(align | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextDontClip)
        with self._fine(style):
            fine = QRectF(rect.topLeft() * _FINE, rect.size() * _FINE)
            self.painter.drawText(fine, flags, shown)

    def _laid_out(self, text: str, style: Style, width: float) -> tuple[QTextLayout, float]:
        """Return the lines of a text and their height in points."""
        layout = QTextLayout(text, self._fonts[style])
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        bottom = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width * _FINE)
            line.setPosition(QPointF(0.0, bottom))
            bottom += line.height()
        layout.endLayout()
        return layout, bottom / _FINE

    @contextmanager
    def _fine(self, style: Style) -> Iterator[None]:
        painter = self.painter
        painter.save()
        painter.scale(1 / _FINE, 1 / _FINE)
        painter.setFont(self._fonts[style])
        painter.setPen(QColor(style.value[2]))
        yield
        painter.restore()


def _font(style: Style) -> QFont:
    size, weight, _, is_code = style.value
    fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font = QFont(fixed.family() if is_code else FAMILY)
    for feature in ("calt", "tnum"):  # such glyphs are read back from the file as other signs
        font.setFeature(QFont.Tag(feature), 0)
    font.setPixelSize(round(size * _FINE))
    font.setWeight(weight)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
