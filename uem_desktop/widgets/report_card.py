"""One query of a printed report: its picture, its matches framed by their marks, what it missed."""

from __future__ import annotations

import base64
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPen

from uem_desktop.widgets.marks import Mark, paint_badge, paint_frame
from uem_desktop.widgets.report_pages import Block
from uem_desktop.widgets.report_text import Ink, Style
from uem_desktop.widgets.tokens import LIGHT

_QUERY_SIDE = 92.0
_QUERY_GAP = 18.0
_PER_ROW, _MISSED_PER_ROW = 5, 10
_GAP, _MISSED_GAP = 9.0, 6.0
_CAPTION, _MISSED_CAPTION = 26.0, 11.0
_BADGE = 13.0
_FACTS = 15.0
_RADIUS = 4.0


def card_block(ink: Ink, card: dict[str, Any], width: float) -> Block:
    """Return the block of a query."""
    side = _side(width, _PER_ROW, _GAP)
    small = _side(width, _MISSED_PER_ROW, _MISSED_GAP)
    rows = -(-len(card["matches"]) // _PER_ROW)
    height = _FACTS + rows * (side + _CAPTION + _remark_height(card))
    if card["missed"]:
        height += _FACTS + small + _MISSED_CAPTION
    height = max(height, _QUERY_SIDE + _asked_height(ink, card)) + 14.0

    def draw(ink: Ink, rect: QRectF) -> None:
        ink.painter.setPen(QPen(QColor(LIGHT.border), 0.6))
        ink.painter.drawLine(rect.topLeft(), rect.topRight())
        body = rect.adjusted(0, 10.0, 0, 0)
        _draw_asked(ink, card, body)
        left = body.left() + _QUERY_SIDE + _QUERY_GAP
        ink.line(
            _facts_text(card), QRectF(left, body.top() - 2, body.right() - left, 11.0), Style.SMALL
        )
        top = body.top() + _FACTS
        step = side + _CAPTION + _remark_height(card)
        for place, match in enumerate(card["matches"]):
            row, column = divmod(place, _PER_ROW)
            spot = QRectF(left + column * (side + _GAP), top + row * step, side, side)
            _draw_match(ink, match, spot, is_small=False)
        if card["missed"]:
            top += rows * step
            ink.line(_missed_text(card), QRectF(left, top, body.right() - left, 11.0), Style.SMALL)
            for column, match in enumerate(card["missed"][:_MISSED_PER_ROW]):
                spot = QRectF(left + column * (small + _MISSED_GAP), top + _FACTS, small, small)
                _draw_match(ink, match, spot, is_small=True)

    return Block(height, draw, space=8.0)


def _side(width: float, count: int, gap: float) -> float:
    return (width - _QUERY_SIDE - _QUERY_GAP - (count - 1) * gap) / count


def _remark_height(card: dict[str, Any]) -> float:
    return 9.0 if any(match["remarks"] for match in card["matches"]) else 0.0


def _asked_height(ink: Ink, card: dict[str, Any]) -> float:
    texts = [(card["category"] or "No category", Style.STRONG), (card["name"], Style.SMALL)]
    texts += [(remark, Style.DECIDED) for remark in card["remarks"]]
    return 6.0 + sum(ink.height(text, style, _QUERY_SIDE) for text, style in texts)


def _draw_asked(ink: Ink, card: dict[str, Any], body: QRectF) -> None:
    spot = QRectF(body.left(), body.top(), _QUERY_SIDE, _QUERY_SIDE)
    _draw_picture(ink, card["picture"], spot)
    ink.painter.setPen(QPen(QColor(LIGHT.border), 0.8))
    ink.painter.setBrush(Qt.BrushStyle.NoBrush)
    ink.painter.drawRoundedRect(spot, _RADIUS, _RADIUS)
    top = spot.bottom() + 4.0
    texts = [(card["category"] or "No category", Style.STRONG), (card["name"], Style.SMALL)]
    texts += [(remark, Style.DECIDED) for remark in card["remarks"]]
    for text, style in texts:
        height = ink.height(text, style, _QUERY_SIDE)
        ink.text(text, QRectF(spot.left(), top, _QUERY_SIDE, height), style)
        top += height


def _draw_match(ink: Ink, match: dict[str, Any], spot: QRectF, *, is_small: bool) -> None:
    _draw_picture(ink, match["picture"], spot)
    paint_frame(ink.painter, spot, Mark(match["mark"]), LIGHT, _RADIUS)
    rank, similarity = f"{match['rank']:,}", f"{match['similarity']:.3f}"
    line = QRectF(spot.left(), spot.bottom() + 2.0, spot.width(), 9.0)
    if is_small:
        ink.line(rank, line, Style.TINY)
        return
    badge = QRectF(
        spot.topLeft() - QPointF(4.0, 4.0), spot.topLeft() + QPointF(_BADGE - 4.0, _BADGE - 4.0)
    )
    paint_badge(ink.painter, badge, Mark(match["mark"]), LIGHT)
    ink.line(rank, line, Style.SMALL_STRONG)
    ink.line(similarity, line, Style.SMALL, Qt.AlignmentFlag.AlignRight)
    line.translate(0, 9.0)
    ink.line(match["category"] or match["name"], line, Style.TINY)
    if match["remarks"]:
        line.translate(0, 8.5)
        ink.line(" · ".join(match["remarks"]), line, Style.DECIDED)


def _draw_picture(ink: Ink, uri: str | None, spot: QRectF) -> None:
    image = QImage()
    if uri is not None:
        image.loadFromData(base64.b64decode(uri.partition(",")[2]))
    if image.isNull():
        ink.line("cannot be read", spot, Style.TINY, Qt.AlignmentFlag.AlignHCenter)
        return
    inner = spot.adjusted(3.5, 3.5, -3.5, -3.5)
    scale = min(inner.width() / image.width(), inner.height() / image.height())
    size = QRectF(0, 0, image.width() * scale, image.height() * scale)
    size.moveCenter(inner.center())
    ink.painter.drawImage(size, image.convertToFormat(QImage.Format.Format_RGB32))


def _facts_text(card: dict[str, Any]) -> str:
    parts = [card["standing"]] if card["standing"] else []
    if card["average_precision"] is not None:
        parts.append(f"AP {card['average_precision']:.2f} %")
    if card["first_rank"] is not None:
        parts.append(f"first correct at rank {card['first_rank']:,}")
    if card["right"] is not None and card["relevant"]:
        parts.append(f"{card['right']} of the first {card['shown']} correct")
        parts.append(f"{card['relevant']:,} of this category in the gallery")
    return " · ".join(parts)


def _missed_text(card: dict[str, Any]) -> str:
    shown = min(len(card["missed"]), _MISSED_PER_ROW)
    count = card["missed_count"] or shown
    if count > shown:
        return f"{count:,} more of this category come later; the first {shown}, at their true ranks"
    return "More of this category, at their true ranks"
