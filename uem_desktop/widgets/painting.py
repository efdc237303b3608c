"""What views paint beside images: empty states, bands, notices, the dragged pictures."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap

from uem_desktop.widgets.fonts import scaled, tabular
from uem_desktop.widgets.icons import icon_pixmap
from uem_desktop.widgets.tokens import RADIUS_M, SPACE_M, SPACE_S, SPACE_XS, Tokens

_ICON_SIDE = 40
_MAX_TEXT_WIDTH = 360
_DRAG_SIDE = 88


@dataclass(frozen=True, slots=True)
class EmptyText:
    """What is said where there is nothing to show.

    Attributes:
        title: What is missing, in a few words.
        hint: What to do about it.
        icon_name: A bundled icon above the words; None for none.
    """

    title: str = ""
    hint: str = ""
    icon_name: str | None = None


def paint_empty(
    painter: QPainter, area: QRect, text: EmptyText, font: QFont, tokens: Tokens
) -> None:
    """Paint an empty state into the middle of an area, a little above it."""
    width = min(_MAX_TEXT_WIDTH, area.width() - 2 * SPACE_M)
    if width <= 0 or not (text.title or text.hint):
        return
    wrapped = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
    title_font = scaled(font, 1.12, QFont.Weight.DemiBold)
    heights = []
    for line, line_font in ((text.title, title_font), (text.hint, font)):
        bounds = QFontMetrics(line_font).boundingRect(0, 0, width, 1000, wrapped, line)
        heights.append(bounds.height() if line else 0)
    icon_height = _ICON_SIDE + SPACE_M if text.icon_name else 0
    total = icon_height + heights[0] + SPACE_XS + heights[1]
    top = area.top() + max(SPACE_M, int((area.height() - total) * 0.45))
    left = area.left() + (area.width() - width) // 2
    if text.icon_name:
        ratio = painter.device().devicePixelRatioF()
        pixmap = icon_pixmap(text.icon_name, tokens.text_disabled, _ICON_SIDE, ratio)
        painter.drawPixmap(QPointF(area.center().x() - _ICON_SIDE / 2, top), pixmap)
    painter.setFont(title_font)
    painter.setPen(QColor(tokens.text))
    title = QRect(left, top + icon_height, width, heights[0])
    painter.drawText(title, wrapped, text.title)
    painter.setFont(font)
    painter.setPen(QColor(tokens.text_dim))
    hint = QRect(left, title.y() + title.height() + SPACE_XS, width, heights[1])
    painter.drawText(hint, wrapped, text.hint)


def paint_band(painter: QPainter, area: QRect, title: str, font: QFont, tokens: Tokens) -> None:
    """Paint the title of a section and a hairline to its right."""
    bold = scaled(font, 1.0, QFont.Weight.DemiBold)
    metrics = QFontMetrics(bold)
    line = area.adjusted(SPACE_XS, SPACE_S, -SPACE_XS, 0)
    shown = metrics.elidedText(title, Qt.TextElideMode.ElideRight, line.width())
    painter.setFont(bold)
    painter.setPen(QColor(tokens.text))
    painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
    start = line.left() + metrics.horizontalAdvance(shown) + SPACE_M
    if start < line.right():
        painter.setPen(QPen(QColor(tokens.border), 1))
        painter.drawLine(start, line.center().y(), line.right(), line.center().y())


def drag_pixmap(
    pixmap: QPixmap | None, count: int, font: QFont, tokens: Tokens, ratio: float
) -> QPixmap:
    """Return what follows the pointer while images are dragged: one of them, and how many."""
    side = _DRAG_SIDE
    result = QPixmap(round(side * ratio), round(side * ratio))
    result.setDevicePixelRatio(ratio)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.setRenderHints(
        QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
    )
    frame = QRectF(2, 8, side - 10, side - 10)
    painter.setPen(QPen(QColor(tokens.border_strong), 1))
    painter.setBrush(QColor(tokens.surface))
    if count > 1:
        painter.drawRoundedRect(frame.translated(3, -3), RADIUS_M, RADIUS_M)
    painter.drawRoundedRect(frame, RADIUS_M, RADIUS_M)
    if pixmap is not None:
        room = frame.adjusted(4, 4, -4, -4)
        size = pixmap.deviceIndependentSize().scaled(
            room.size(), Qt.AspectRatioMode.KeepAspectRatio
        )
        corner = room.center() - QPointF(size.width() / 2, size.height() / 2)
        painter.drawPixmap(QRectF(corner, size), pixmap, QRectF(pixmap.rect()))
    if count > 1:
        _paint_count(painter, side, f"{count:,}", font, tokens)
    painter.end()
    return result


def _paint_count(painter: QPainter, side: int, text: str, font: QFont, tokens: Tokens) -> None:
    bold = tabular(scaled(font, 0.9, QFont.Weight.DemiBold))
    width = max(20, QFontMetrics(bold).horizontalAdvance(text) + 12)
    badge = QRectF(side - width, 0, width, 20)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.accent))
    painter.drawRoundedRect(badge, 10, 10)
    painter.setFont(bold)
    painter.setPen(QColor(tokens.on_accent))
    painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)


def paint_pill(painter: QPainter, area: QRect, text: str, font: QFont, tokens: Tokens) -> None:
    """Paint a short notice into the middle of an area, readable on any picture."""
    metrics = QFontMetrics(font)
    width = metrics.horizontalAdvance(text) + 2 * SPACE_M
    pill = QRectF(0, 0, width, metrics.height() + 2 * SPACE_XS)
    pill.moveCenter(QRectF(area).center())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(tokens.border), 1))
    painter.setBrush(QColor(tokens.surface))
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
    painter.setFont(font)
    painter.setPen(QColor(tokens.text_dim))
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
