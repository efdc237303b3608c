"""Paints tiles once, with image, frame and badge, so that scrolling only copies pixels."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap, QTransform

from uem_desktop.widgets.decision_marks import DecisionMark, paint_decision
from uem_desktop.widgets.icons import icon_pixmap
from uem_desktop.widgets.marks import BADGE_SIZE, Mark, paint_badge, paint_frame
from uem_desktop.widgets.thumbnail import Thumbnail
from uem_desktop.widgets.tokens import RADIUS_M, RADIUS_S, Tokens

BLEED = 4
"""Logical pixels that a badge may reach beyond the tile, on each side."""

BUDGET_BYTES = 48 * 1024**2
FRAME_ROOM = 5.0
_BADGE_OVERLAP = 3.0
_BACKDROP_INSET = 3.0
_MIN_TILE_FOR_LARGE_BADGE = 96
_SHADE_OF_LIGHT_TILES = QColor(0, 0, 0, 26)


@dataclass(frozen=True, slots=True)
class Tile:
    """What one tile shows.

    Attributes:
        thumbnail: None while there is none.
        is_failed: Whether there will be none.
        mark: None for no frame and no badge.
        decisions: What a person decided: badges along the right edge, from the top.
        width: Logical pixels.
        height: Logical pixels.
    """

    thumbnail: Thumbnail | None
    is_failed: bool
    mark: Mark | None
    width: float
    height: float
    decisions: tuple[DecisionMark, ...] = ()

    @property
    def picture_rect(self) -> QRectF:
        """Where the picture lies, the corner of the tile being (0, 0)."""
        room = FRAME_ROOM if self.mark else 0.0
        return QRectF(room, room, self.width - 2 * room, self.height - 2 * room)


class TilePainter:
    """Keeps the tiles painted last within a budget of bytes."""

    def __init__(self, budget_bytes: int = BUDGET_BYTES) -> None:
        self._budget_bytes = budget_bytes
        self._byte_count = 0
        self._pixmaps: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()

    def pixmap(self, tile: Tile, tokens: Tokens, ratio: float) -> QPixmap:
        """Return a tile with `BLEED` around it, for a device pixel ratio."""
        image = tile.thumbnail.pixmap.cacheKey() if tile.thumbnail else tile.is_failed
        key = (
            image, tile.mark, tile.decisions, tile.width, tile.height, tokens.is_dark, ratio,
        )  # fmt: skip
        known = self._pixmaps.get(key)
        if known is not None:
            self._pixmaps.move_to_end(key)
            return known
        pixmap = _painted(tile, tokens, ratio)
        self._pixmaps[key] = pixmap
        self._byte_count += _byte_count(pixmap)
        while self._byte_count > self._budget_bytes and len(self._pixmaps) > 1:
            self._byte_count -= _byte_count(self._pixmaps.popitem(last=False)[1])
        return pixmap


def fitted(pixmap: QPixmap, rect: QRectF) -> QRectF:
    """Return where a pixmap lies when it fills a rectangle as far as its shape allows."""
    scale = min(rect.width() / pixmap.width(), rect.height() / pixmap.height())
    width = max(1, round(pixmap.width() * scale))
    height = max(1, round(pixmap.height() * scale))
    left = round(rect.x() + (rect.width() - width) / 2)
    return QRectF(left, round(rect.y() + (rect.height() - height) / 2), width, height)


def _byte_count(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4


def _painted(tile: Tile, tokens: Tokens, ratio: float) -> QPixmap:
    size = QSizeF(tile.width + 2 * BLEED, tile.height + 2 * BLEED) * ratio
    pixmap = QPixmap(size.toSize())
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(BLEED, BLEED)
    _paint_picture(painter, tile, tokens, ratio)
    side = BADGE_SIZE - 2 if tile.height < _MIN_TILE_FOR_LARGE_BADGE else BADGE_SIZE + 2
    if tile.mark:
        paint_frame(painter, QRectF(0, 0, tile.width, tile.height), tile.mark, tokens, RADIUS_M)
        badge = QRectF(-_BADGE_OVERLAP, -_BADGE_OVERLAP, side, side)
        paint_badge(painter, badge, tile.mark, tokens)
    for place, decision in enumerate(tile.decisions):
        left, top = tile.width + _BADGE_OVERLAP - side, place * (side + 2) - _BADGE_OVERLAP
        paint_decision(painter, QRectF(left, top, side, side), decision, tokens)
    painter.end()
    return pixmap


def _paint_picture(painter: QPainter, tile: Tile, tokens: Tokens, ratio: float) -> None:
    rect, thumbnail = tile.picture_rect, tile.thumbnail
    backdrop = thumbnail.backdrop if thumbnail else None
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(backdrop or QColor(tokens.tile))
    painter.drawRoundedRect(rect, RADIUS_M, RADIUS_M)
    if thumbnail is not None:
        _paint_image(painter, rect, thumbnail)
    elif tile.is_failed:
        side = 24 if rect.height() < _MIN_TILE_FOR_LARGE_BADGE else 32
        icon = icon_pixmap("broken-image", tokens.text_dim, side, ratio)
        painter.drawPixmap(rect.center() - QPointF(side / 2, side / 2), icon)
    if backdrop is not None and backdrop.lightness() >= 200:
        _soften(painter, rect, tokens, is_framed=tile.mark is not None)


def _paint_image(painter: QPainter, rect: QRectF, thumbnail: Thumbnail) -> None:
    inset = 0.0 if thumbnail.backdrop is None else _BACKDROP_INSET
    target = fitted(thumbnail.pixmap, rect.adjusted(inset, inset, -inset, -inset))
    brush = QBrush(thumbnail.pixmap)
    brush.setTransform(
        QTransform.fromTranslate(target.x(), target.y()).scale(
            target.width() / thumbnail.pixmap.width(), target.height() / thumbnail.pixmap.height()
        )
    )
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setBrush(brush)
    painter.drawRoundedRect(target, RADIUS_S, RADIUS_S)


def _soften(painter: QPainter, rect: QRectF, tokens: Tokens, *, is_framed: bool) -> None:
    """Keep white tiles from glaring on a dark canvas, and from drowning in a light one."""
    if tokens.is_dark:
        painter.setBrush(_SHADE_OF_LIGHT_TILES)
        painter.drawRoundedRect(rect, RADIUS_M, RADIUS_M)
    elif not is_framed:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(tokens.border), 1.0))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_M, RADIUS_M)
