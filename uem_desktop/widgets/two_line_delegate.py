"""Paints a row of a list as a name over a detail, with a dot before and a value behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from uem_desktop.widgets.fonts import scaled, tabular
from uem_desktop.widgets.tokens import RADIUS_M, SPACE_S, SPACE_XS, Tokens, tokens_of

AnyIndex = QModelIndex | QPersistentModelIndex
_DOT = 8
_PAD = 7


class TwoLineDelegate(QStyledItemDelegate):
    """The name is Qt's display role; the other three have roles of the model.

    Args:
        detail: Role of the second line.
        value: Role of the text at the right end.
        colour: Returns the colour of the dot, and whether it is filled.
    """

    def __init__(
        self, detail: int, value: int, colour: Callable[[AnyIndex, Tokens], tuple[str, bool]]
    ) -> None:
        super().__init__()
        self._detail = detail
        self._value = value
        self._colour = colour

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        some: Any = option
        height = QFontMetrics(some.font).height() + QFontMetrics(scaled(some.font, 0.9)).height()
        return QSize(160, height + 2 * _PAD + 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        some: Any = option
        tokens = tokens_of(some.palette)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area: QRect = some.rect.adjusted(SPACE_XS, 1, -SPACE_XS, -1)
        self._paint_ground(painter, area, some.state, tokens)
        inner = area.adjusted(SPACE_S + 4, _PAD - 1, -SPACE_S - 4, -_PAD + 1)
        value = str(index.data(self._value) or "")
        strong = scaled(some.font, 1.0, QFont.Weight.DemiBold)
        small = tabular(scaled(some.font, 0.9))
        top = QRect(inner.left(), inner.top(), inner.width(), QFontMetrics(strong).height())
        if value:
            width = QFontMetrics(small).horizontalAdvance(value)
            painter.setFont(small)
            painter.setPen(QColor(tokens.text))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(top, right, value)
            top.setWidth(top.width() - width - SPACE_S)
        name = QFontMetrics(strong).elidedText(
            str(index.data()), Qt.TextElideMode.ElideMiddle, top.width()
        )
        painter.setFont(strong)
        painter.setPen(some.palette.color(QPalette.ColorRole.Text))
        painter.drawText(top, Qt.AlignmentFlag.AlignVCenter, name)
        below = QRect(inner.left(), top.bottom() + 1, inner.width(), inner.bottom() - top.bottom())
        self._paint_detail(painter, below, index, small, tokens)
        painter.restore()

    def _paint_detail(
        self, painter: QPainter, area: QRect, index: AnyIndex, font: QFont, tokens: Tokens
    ) -> None:
        colour, is_filled = self._colour(index, tokens)
        centre = QPointF(area.left() + _DOT / 2, area.center().y() + 0.5)
        painter.setPen(QPen(QColor(colour), 1.5))
        painter.setBrush(QColor(colour) if is_filled else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, _DOT / 2 - 1, _DOT / 2 - 1)
        room = area.adjusted(_DOT + 6, 0, 0, 0)
        text = QFontMetrics(font).elidedText(
            str(index.data(self._detail) or ""), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.setFont(font)
        painter.setPen(QColor(tokens.text_dim))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_ground(
        self, painter: QPainter, area: QRect, state: QStyle.StateFlag, tokens: Tokens
    ) -> None:
        flags = QStyle.StateFlag
        is_selected = bool(state & flags.State_Selected)
        if not is_selected and not state & flags.State_MouseOver:
            return
        painter.setBrush(QColor(tokens.accent_soft if is_selected else tokens.hover))
        has_focus = state & flags.State_HasFocus
        painter.setPen(QPen(QColor(tokens.accent), 2) if has_focus else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(area).adjusted(1, 1, -1, -1), RADIUS_M, RADIUS_M)
