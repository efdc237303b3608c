"""The parts of one thumbnail cell and where they lie in it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QFont, QFontMetrics

from uem_desktop.widgets.fonts import scaled, tabular
from uem_desktop.widgets.tokens import SPACE_XS

PAD = 5
TEXT_GAP = 5
MIN_TILE = 64
MAX_TILE = 320
MIN_TILE_FOR_DETAIL = 88


@dataclass(frozen=True, slots=True)
class CellLayout:
    """Sizes that all cells of one grid share.

    Attributes:
        tile: Height of the tile, and its least width.
        caption_font: Font of the first line of text.
        detail_font: Font of the second line.
        line_height: Height of a line of text.
        has_detail: Whether there is a second line.
    """

    tile: int
    caption_font: QFont
    detail_font: QFont
    line_height: int
    has_detail: bool

    @classmethod
    def of(cls, tile: int, font: QFont, *, has_detail: bool) -> CellLayout:
        """Lay out cells for a tile size and the font of the grid."""
        caption = tabular(scaled(font, 0.94))
        return cls(
            tile=tile,
            caption_font=caption,
            detail_font=scaled(font, 0.88),
            line_height=QFontMetrics(caption).height() + 1,
            has_detail=has_detail and tile >= MIN_TILE_FOR_DETAIL,
        )

    @property
    def cell_size(self) -> QSize:
        """Least width, and height, of a cell."""
        lines = 2 if self.has_detail else 1
        return QSize(self.tile + 2 * PAD, self.tile + 2 * PAD + TEXT_GAP + lines * self.line_height)

    def tile_rect(self, cell: QRect) -> QRectF:
        """Return where the tile lies in a cell."""
        return QRectF(cell.x() + PAD, cell.y() + PAD, cell.width() - 2 * PAD, self.tile)

    def caption_rect(self, cell: QRect) -> QRect:
        """Return where the first line of text lies in a cell."""
        top = cell.y() + PAD + self.tile + TEXT_GAP
        inset = PAD + SPACE_XS // 2
        return QRect(cell.x() + inset, top, cell.width() - 2 * inset, self.line_height)

    def detail_rect(self, cell: QRect) -> QRect:
        """Return where the second line of text lies in a cell."""
        return self.caption_rect(cell).translated(0, self.line_height - 1)
