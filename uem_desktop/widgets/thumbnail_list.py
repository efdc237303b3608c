"""Images as rows of text: a small tile, two lines to its right, numbers at the end."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QWheelEvent
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from uem_desktop.widgets.cell_roles import CellRoles
from uem_desktop.widgets.decision_marks import DecisionMark
from uem_desktop.widgets.fonts import scaled, tabular
from uem_desktop.widgets.grid_view import GridView
from uem_desktop.widgets.marks import Mark
from uem_desktop.widgets.thumbnail_delegate import paint_background
from uem_desktop.widgets.thumbnail_grid import ThumbnailGrid
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tile_painter import BLEED, Tile, TilePainter
from uem_desktop.widgets.tokens import SPACE_S, tokens_of

AnyIndex = QModelIndex | QPersistentModelIndex

TILE = 56
_PAD = 6
ROW_HEIGHT = TILE + 2 * _PAD


@dataclass(frozen=True, slots=True)
class RowRoles:
    """Roles of what stands in a row beside its name, which is Qt's display role.

    Attributes:
        cell: Path and mark of the tile; its detail is the second line.
        value: Text at the end of the first line.
        second: Text at the end of the second line.
    """

    cell: CellRoles
    value: int
    second: int


class ThumbnailList(ThumbnailGrid):
    """One image a row; everything else is as in a grid."""

    def __init__(
        self, loader: ThumbnailLoader, roles: RowRoles, parent: QWidget | None = None
    ) -> None:
        super().__init__(loader, roles.cell, parent)
        self._rows = _RowDelegate(loader, roles)
        self.setItemDelegate(self._rows)

    def cell_size(self) -> QSize:
        """Return the size of a row: as wide as the list."""
        return QSize(max(1, self.viewport().width()), ROW_HEIGHT)

    def _thumbnail_px(self) -> int:
        return round(TILE * self.devicePixelRatioF())

    def wheelEvent(self, event: QWheelEvent) -> None:
        GridView.wheelEvent(self, event)


class _RowDelegate(QStyledItemDelegate):
    def __init__(self, loader: ThumbnailLoader, roles: RowRoles) -> None:
        super().__init__()
        self._loader = loader
        self._roles = roles
        self._tiles = TilePainter()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        # PySide's stubs do not tell the members of QStyleOption
        given: Any = option
        cell: QRect = given.rect
        tokens = tokens_of(given.palette)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_background(painter, cell, given.state, tokens)
        tile = QRectF(cell.x() + _PAD, cell.y() + _PAD, TILE, TILE)
        self._paint_tile(painter, tile, index, given.palette)
        text = QRect(cell).adjusted(TILE + _PAD + SPACE_S + 6, _PAD + 5, -SPACE_S - 4, -_PAD - 5)
        half = text.height() // 2
        first = QRect(text.left(), text.top(), text.width(), half)
        strong = scaled(given.font, 1.0, QFont.Weight.DemiBold)
        small = scaled(given.font, 0.92)
        value, second = (str(index.data(r) or "") for r in (self._roles.value, self._roles.second))
        name = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        detail = str(index.data(self._roles.cell.detail) or "")
        _paint_line(painter, first, name, value, (given.font, tabular(strong)), tokens.text)
        below = first.translated(0, half)
        _paint_line(painter, below, detail, second, (small, tabular(small)), tokens.text_dim)

    def _paint_tile(self, painter: QPainter, rect: QRectF, index: AnyIndex, palette: Any) -> None:
        path: Path | None = index.data(self._roles.cell.path)
        mark = index.data(self._roles.cell.mark)
        ratio = painter.device().devicePixelRatioF()
        thumbnail = self._loader.find(path, round(TILE * ratio)) if path else None
        tile = Tile(
            thumbnail,
            is_failed=path is not None and self._loader.reason(path) is not None,
            mark=Mark(mark) if mark else None,
            width=rect.width(),
            height=rect.height(),
            decisions=tuple(map(DecisionMark, index.data(self._roles.cell.decisions) or ())),
        )
        corner = rect.topLeft() - QPointF(BLEED, BLEED)
        painter.drawPixmap(corner, self._tiles.pixmap(tile, tokens_of(palette), ratio))

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(200, ROW_HEIGHT)


def _paint_line(
    painter: QPainter, area: QRect, left: str, right: str, fonts: tuple[QFont, QFont], colour: str
) -> None:
    middle, side = Qt.AlignmentFlag.AlignVCenter, Qt.TextElideMode.ElideMiddle
    width = QFontMetrics(fonts[1]).horizontalAdvance(right)
    painter.setPen(QColor(colour))
    painter.setFont(fonts[1])
    painter.drawText(area, middle | Qt.AlignmentFlag.AlignRight, right)
    room = area.adjusted(0, 0, -(width + SPACE_S if right else 0), 0)
    painter.setFont(fonts[0])
    painter.drawText(room, middle, QFontMetrics(fonts[0]).elidedText(left, side, room.width()))
