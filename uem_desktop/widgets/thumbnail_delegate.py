"""Paints one thumbnail cell: tile, image, mark, caption, selection and focus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from uem_desktop.widgets.cell_layout import CellLayout
from uem_desktop.widgets.cell_roles import CellRoles
from uem_desktop.widgets.decision_marks import DecisionMark
from uem_desktop.widgets.marks import Mark
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tile_painter import BLEED, Tile, TilePainter
from uem_desktop.widgets.tokens import RADIUS_M, Tokens, tokens_of

AnyIndex = QModelIndex | QPersistentModelIndex

_MAX_ELIDED = 4000


class ThumbnailDelegate(QStyledItemDelegate):
    """One look for records and matches; what differs comes from the model's roles."""

    def __init__(self, loader: ThumbnailLoader, roles: CellRoles, layout: CellLayout) -> None:
        super().__init__()
        self._loader = loader
        self._roles = roles
        self._layout = layout
        self._elided: dict[tuple[str, int, bool], str] = {}
        self._tiles = TilePainter()

    @property
    def layout(self) -> CellLayout:
        """Where the parts of a cell lie."""
        return self._layout

    def set_layout(self, layout: CellLayout) -> None:
        """Use other sizes or fonts from the next painting on."""
        self._layout = layout
        self._elided.clear()

    def _paint_tile(self, painter: QPainter, rect: QRectF, index: AnyIndex, tokens: Tokens) -> None:
        path: Path | None = index.data(self._roles.path)
        name = index.data(self._roles.mark)
        ratio = painter.device().devicePixelRatioF()
        size_px = round(max(rect.width(), rect.height()) * ratio)
        thumbnail = self._loader.find(path, size_px) if path else None
        tile = Tile(
            thumbnail,
            is_failed=path is not None and self._loader.reason(path) is not None,
            mark=Mark(name) if name else None,
            width=rect.width(),
            height=rect.height(),
            decisions=tuple(map(DecisionMark, index.data(self._roles.decisions) or ())),
        )
        corner = rect.topLeft() - QPointF(BLEED, BLEED)
        painter.drawPixmap(corner, self._tiles.pixmap(tile, tokens, ratio))

    def _paint_text(
        self, painter: QPainter, rect: QRect, text: str, font: QFont, colour: str
    ) -> None:
        key = (text, rect.width(), font is self._layout.detail_font)
        elided = self._elided.get(key)
        if elided is None:
            if len(self._elided) > _MAX_ELIDED:
                self._elided.clear()
            middle = Qt.TextElideMode.ElideMiddle
            elided = QFontMetrics(font).elidedText(text, middle, rect.width())
            self._elided[key] = elided
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, elided)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        # PySide's stubs do not tell the members of QStyleOption
        given: Any = option
        state: QStyle.StateFlag = given.state
        cell: QRect = given.rect
        palette: QPalette = given.palette
        tokens = tokens_of(palette)
        layout, roles = self._layout, self._roles
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_background(painter, cell, state, tokens)
        self._paint_tile(painter, layout.tile_rect(cell), index, tokens)
        is_dim = index.data(roles.is_ready) is False
        caption = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        colour = tokens.text_dim if is_dim else tokens.text
        self._paint_text(painter, layout.caption_rect(cell), caption, layout.caption_font, colour)
        detail = index.data(roles.detail) if layout.has_detail else None
        if detail:
            rect = layout.detail_rect(cell)
            self._paint_text(painter, rect, str(detail), layout.detail_font, tokens.text_dim)

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return self._layout.cell_size


def paint_background(
    painter: QPainter, cell: QRect, state: QStyle.StateFlag, tokens: Tokens
) -> None:
    """Paint what says that a cell is selected, current or under the pointer."""
    flags = QStyle.StateFlag
    is_selected, is_current = flags.State_Selected in state, flags.State_HasFocus in state
    is_active = flags.State_Active in state
    rect = QRectF(cell).adjusted(1, 1, -1, -1)
    radius = RADIUS_M + 2
    if is_selected or flags.State_MouseOver in state:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent_soft if is_selected else tokens.hover))
        painter.drawRoundedRect(rect, radius, radius)
    if not (is_selected or is_current):
        return
    colour = QColor(tokens.accent if is_active or is_current else tokens.border_strong)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 2.0 if is_selected else 1.5))
    painter.drawRoundedRect(rect, radius, radius)
    if is_selected and is_current:
        painter.setPen(QPen(QColor(tokens.canvas), 1.0))
        painter.drawRoundedRect(rect.adjusted(1.5, 1.5, -1.5, -1.5), radius - 1.5, radius - 1.5)
