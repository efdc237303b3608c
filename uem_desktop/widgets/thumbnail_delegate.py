"""Paints one thumbnail cell: tile, image, mark, caption, selection and focus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPalette,
    QPen,
    QPixmap,
    QTransform,
)
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from uem_desktop.widgets.cell_layout import CellLayout
from uem_desktop.widgets.cell_roles import CellRoles
from uem_desktop.widgets.icons import icon_pixmap
from uem_desktop.widgets.marks import BADGE_SIZE, Mark, badge_pixmap, paint_frame
from uem_desktop.widgets.thumbnail import Thumbnail
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import RADIUS_M, RADIUS_S, Tokens, tokens_of

AnyIndex = QModelIndex | QPersistentModelIndex

_FRAME_ROOM = 5.0
_BADGE_OVERLAP = 3.0
_BACKDROP_INSET = 3.0
_MIN_TILE_FOR_LARGE_BADGE = 96
_DIMMED_BACKDROP = QColor(0, 0, 0, 26)
_MAX_ELIDED = 4000


class ThumbnailDelegate(QStyledItemDelegate):
    """One look for records and matches; what differs comes from the model's roles."""

    def __init__(self, loader: ThumbnailLoader, roles: CellRoles, layout: CellLayout) -> None:
        super().__init__()
        self._loader = loader
        self._roles = roles
        self._layout = layout
        self._elided: dict[tuple[str, int, bool], str] = {}
        self._pictures: dict[tuple[str, bool, float], QPixmap] = {}

    @property
    def layout(self) -> CellLayout:
        """Where the parts of a cell lie."""
        return self._layout

    def set_layout(self, layout: CellLayout) -> None:
        """Use other sizes or fonts from the next painting on."""
        self._layout = layout
        self._elided.clear()

    def _paint_tile(
        self,
        painter: QPainter,
        rect: QRectF,
        path: Path | None,
        tokens: Tokens,
        *,
        is_framed: bool,
    ) -> None:
        ratio = painter.device().devicePixelRatioF()
        size_px = round(max(rect.width(), rect.height()) * ratio)
        thumbnail = self._loader.find(path, size_px) if path else None
        colour = QColor(tokens.tile)
        if thumbnail is not None and thumbnail.backdrop is not None:
            colour = thumbnail.backdrop
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(rect, RADIUS_M, RADIUS_M)
        if thumbnail is not None:
            self._paint_image(painter, rect, thumbnail)
            self._soften(painter, rect, thumbnail, tokens, is_framed=is_framed)
        elif path is not None and self._loader.reason(path) is not None:
            self._paint_failure(painter, rect, tokens)

    def _paint_image(self, painter: QPainter, rect: QRectF, thumbnail: Thumbnail) -> None:
        inset = 0.0 if thumbnail.backdrop is None else _BACKDROP_INSET
        target = fitted(thumbnail.pixmap, rect.adjusted(inset, inset, -inset, -inset))
        scale = target.width() / thumbnail.pixmap.width()
        brush = QBrush(thumbnail.pixmap)
        brush.setTransform(
            QTransform.fromTranslate(target.x(), target.y()).scale(
                scale, target.height() / thumbnail.pixmap.height()
            )
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale != 1.0)
        painter.setBrush(brush)
        painter.drawRoundedRect(target, RADIUS_S, RADIUS_S)

    def _soften(
        self,
        painter: QPainter,
        rect: QRectF,
        thumbnail: Thumbnail,
        tokens: Tokens,
        *,
        is_framed: bool,
    ) -> None:
        """Keep white tiles from glaring on a dark canvas, and from drowning in a light one."""
        backdrop = thumbnail.backdrop
        if backdrop is None or backdrop.lightness() < 200:
            return
        if tokens.is_dark:
            painter.setBrush(_DIMMED_BACKDROP)
            painter.drawRoundedRect(rect, RADIUS_M, RADIUS_M)
        elif not is_framed:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.border), 1.0))
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_M, RADIUS_M)

    def _paint_failure(self, painter: QPainter, rect: QRectF, tokens: Tokens) -> None:
        side = 24 if rect.height() < 96 else 32
        picture = self._picture("broken-image", tokens, painter, side)
        centre = rect.center()
        painter.drawPixmap(QPointF(centre.x() - side / 2, centre.y() - side / 2), picture)

    def _paint_mark(self, painter: QPainter, rect: QRectF, mark: Mark, tokens: Tokens) -> None:
        paint_frame(painter, rect, mark, tokens, RADIUS_M)
        is_small = rect.height() < _MIN_TILE_FOR_LARGE_BADGE
        corner = rect.topLeft() - QPointF(_BADGE_OVERLAP, _BADGE_OVERLAP)
        side = BADGE_SIZE - 2 if is_small else BADGE_SIZE + 2
        painter.drawPixmap(corner, self._picture(mark, tokens, painter, side))

    def _picture(self, name: str, tokens: Tokens, painter: QPainter, side: int) -> QPixmap:
        ratio = painter.device().devicePixelRatioF()
        key = (name, tokens.is_dark, ratio * side)
        if key not in self._pictures:
            if isinstance(name, Mark):
                self._pictures[key] = badge_pixmap(name, tokens, side, ratio)
            else:
                self._pictures[key] = icon_pixmap(name, tokens.text_dim, side, ratio)
        return self._pictures[key]

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
        name = index.data(roles.mark)
        mark = Mark(name) if name else None
        tile = layout.tile_rect(cell)
        room = _FRAME_ROOM if mark else 0.0
        inner = tile.adjusted(room, room, -room, -room)
        path = index.data(roles.path)
        self._paint_tile(painter, inner, path, tokens, is_framed=mark is not None)
        if mark:
            self._paint_mark(painter, tile, mark, tokens)
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


def fitted(pixmap: QPixmap, rect: QRectF) -> QRectF:
    """Return where a pixmap lies when it fills a rectangle as far as its shape allows."""
    scale = min(rect.width() / pixmap.width(), rect.height() / pixmap.height())
    width, height = round(pixmap.width() * scale), round(pixmap.height() * scale)
    left = round(rect.x() + (rect.width() - width) / 2)
    return QRectF(left, round(rect.y() + (rect.height() - height) / 2), width, height)


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
