"""Paints a figure for a paper: queries, and under each checkpoint what they found first.

It is always dark on white, as wide as a page of two columns where the matches fit, and every mark
is a shape as well as a colour.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from uem_desktop.retrieval.compare_figure import FigureRanking, FigureRow
from uem_desktop.widgets.figure_text import figure_font, paint_figure_text
from uem_desktop.widgets.marks import Mark, paint_badge, paint_frame
from uem_desktop.widgets.thumbnail import RenderedImage
from uem_desktop.widgets.tokens import LIGHT

PAGE_WIDTH = 516.0
"""Points: the text width of a page with two columns."""

Pictures = Callable[[Path, float], RenderedImage | None]
"""Gives a picture for a side in points; None for a file that cannot be read."""

_MARGIN = 6.0
_GAP = 4.0
_LINE = 11.0
_BETWEEN = 14.0
_MIN_TILE, _MAX_TILE = 26.0, 64.0
_MAX_QUERY = 92.0
_MAX_NAMES = 118.0
_BADGE = 0.24
_SMALL, _PLAIN = 7, 8
_MEANINGS = (
    (Mark.CORRECT, "same category as the query"),
    (Mark.WRONG, "another category"),
    (Mark.UNKNOWN, "category not known"),
)


@dataclass(frozen=True, slots=True)
class FigureLayout:
    """Where the parts of a figure lie, in points.

    Attributes:
        size: Of the whole figure.
        tile: Side of a match.
        query: Side of a query.
        names: Left end of the names of the checkpoints.
        matches: Left end of the first match.
        row_height: Of one query with all that belongs to it.
        head: Height above the first query.
    """

    size: QSizeF
    tile: float
    query: float
    names: float
    matches: float
    row_height: float
    head: float

    @classmethod
    def of(cls, rows: Sequence[FigureRow]) -> FigureLayout:
        """Lay out some rows."""
        rankings = [ranking for row in rows for ranking in row.rankings]
        count = max((len(ranking.images) for ranking in rankings), default=1)
        lines = max((len(row.rankings) for row in rows), default=1)
        bold = QFontMetricsF(figure_font(_PLAIN, QFont.Weight.DemiBold))
        widest = max((bold.horizontalAdvance(one.title) for one in rankings), default=0.0)
        name_width = min(_MAX_NAMES, widest) + 2 * _GAP
        room = PAGE_WIDTH - 2 * _MARGIN - _MAX_QUERY - name_width - 3 * _GAP - (count - 1) * _GAP
        tile = min(_MAX_TILE, max(_MIN_TILE, room / count))
        block = lines * (tile + _LINE) - _LINE + (lines - 1) * _GAP
        query = min(_MAX_QUERY, max(tile, block - _LINE))
        names = _MARGIN + query + 3 * _GAP
        matches = names + name_width
        head = _MARGIN + _LINE + 2
        row_height = lines * (tile + _LINE + _GAP) - _GAP
        height = head + len(rows) * (row_height + _BETWEEN) - _BETWEEN + _LINE + 3 * _MARGIN
        width = matches + count * (tile + _GAP) - _GAP + _MARGIN
        return cls(QSizeF(width, height), tile, query, names, matches, row_height, head)

    def tile_rect(self, row: int, line: int, place: int) -> QRectF:
        """Return where a match lies."""
        top = self.head + row * (self.row_height + _BETWEEN)
        return QRectF(
            self.matches + place * (self.tile + _GAP),
            top + line * (self.tile + _LINE + _GAP),
            self.tile,
            self.tile,
        )

    def query_rect(self, row: int) -> QRectF:
        """Return where a query lies: in the middle of its lines, with room for its category."""
        top = self.head + row * (self.row_height + _BETWEEN)
        above = (self.row_height - _LINE - self.query - _LINE) / 2
        return QRectF(_MARGIN, top + max(0.0, above), self.query, self.query)


class RankingFigure:
    """Paints rows with any painter whose unit is a point.

    Args:
        rows: What to show.
        pictures: Where the pictures come from.
        is_outlined: Draw letters as shapes, for files that are shown where the typeface is not.
    """

    def __init__(
        self, rows: Sequence[FigureRow], pictures: Pictures, *, is_outlined: bool = False
    ) -> None:
        self.layout = FigureLayout.of(rows)
        self._rows = rows
        self._pictures = pictures
        self._is_outlined = is_outlined

    def paint(self, painter: QPainter) -> None:
        """Paint the whole figure, its corner at (0, 0)."""
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        painter.fillRect(QRectF(QPointF(0, 0), self.layout.size), QColor("#ffffff"))
        self._paint_head(painter)
        for number, row in enumerate(self._rows):
            if number:
                self._paint_line_above(painter, number)
            self._paint_query(painter, number, row)
            for line, ranking in enumerate(row.rankings):
                self._paint_ranking(painter, number, line, ranking)
        self._paint_legend(painter)

    def _paint_head(self, painter: QPainter) -> None:
        layout, dim = self.layout, LIGHT.text_dim
        middle = Qt.AlignmentFlag.AlignHCenter
        self._text(painter, QRectF(_MARGIN, _MARGIN, layout.query, _LINE), "Query", middle, dim)
        count = max((len(r.images) for row in self._rows for r in row.rankings), default=0)
        for place in range(count):
            tile = layout.tile_rect(0, 0, place)
            area = QRectF(tile.left(), _MARGIN, tile.width(), _LINE)
            self._text(painter, area, f"{place + 1}", middle, dim)

    def _paint_line_above(self, painter: QPainter, number: int) -> None:
        y = self.layout.tile_rect(number, 0, 0).top() - _BETWEEN / 2 - 1
        painter.setPen(QPen(QColor(LIGHT.border), 0.6))
        painter.drawLine(QPointF(_MARGIN, y), QPointF(self.layout.size.width() - _MARGIN, y))

    def _paint_query(self, painter: QPainter, number: int, row: FigureRow) -> None:
        rect = self.layout.query_rect(number)
        self._paint_picture(painter, rect, row.query)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(LIGHT.border_strong), 0.8))
        painter.drawRoundedRect(rect, 2, 2)
        below = QRectF(rect.left(), rect.bottom() + 2, rect.width(), _LINE)
        weight = QFont.Weight.DemiBold
        self._text(painter, below, row.category, Qt.AlignmentFlag.AlignHCenter, LIGHT.text, weight)

    def _paint_ranking(
        self, painter: QPainter, number: int, line: int, ranking: FigureRanking
    ) -> None:
        layout = self.layout
        first = layout.tile_rect(number, line, 0)
        names = QRectF(layout.names, first.center().y() - _LINE, 0, _LINE)
        names.setRight(layout.matches - 2 * _GAP)
        side, bold = Qt.AlignmentFlag.AlignLeft, QFont.Weight.DemiBold
        self._text(painter, names, ranking.title, side, LIGHT.text, bold)
        self._text(painter, names.translated(0, _LINE), ranking.note, side, LIGHT.text_dim)
        for place, image in enumerate(ranking.images):
            rect, mark = layout.tile_rect(number, line, place), Mark(image.mark)
            inner = rect.adjusted(2.2, 2.2, -2.2, -2.2)
            self._paint_picture(painter, inner, image.path)
            painter.save()
            painter.translate(rect.topLeft())
            painter.scale(0.5, 0.5)  # frames are made for a screen
            area = QRectF(0, 0, 2 * rect.width(), 2 * rect.height())
            paint_frame(painter, area.adjusted(1, 1, -1, -1), mark, LIGHT, 5.0)
            painter.restore()
            badge = max(9.0, _BADGE * rect.width())
            corner = rect.topLeft() - QPointF(1.6, 1.6)
            paint_badge(painter, QRectF(corner, QSizeF(badge, badge)), mark, LIGHT)
            if mark is Mark.WRONG:
                below = QRectF(rect.left() - 1, rect.bottom() + 1, rect.width() + 2, _LINE - 2)
                middle = Qt.AlignmentFlag.AlignHCenter
                self._text(painter, below, image.category, middle, LIGHT.text_dim)

    def _paint_picture(self, painter: QPainter, rect: QRectF, path: Path) -> None:
        rendered = self._pictures(path, max(rect.width(), rect.height()))
        painter.setPen(Qt.PenStyle.NoPen)
        backdrop = rendered.backdrop if rendered is not None else None
        painter.setBrush(QColor(*backdrop) if backdrop else QColor(LIGHT.tile))
        painter.drawRoundedRect(rect, 1.5, 1.5)
        if rendered is None:
            area = QRectF(rect.left(), rect.center().y() - _LINE / 2, rect.width(), _LINE)
            self._text(painter, area, "unreadable", Qt.AlignmentFlag.AlignHCenter, LIGHT.text_dim)
        else:
            painter.drawImage(_fitted(rendered.image, rect), rendered.image)

    def _paint_legend(self, painter: QPainter) -> None:
        size = self.layout.size
        shown = {image.mark for row in self._rows for r in row.rankings for image in r.images}
        metrics = QFontMetricsF(figure_font(_SMALL))
        x, y = self.layout.matches, size.height() - _MARGIN - _LINE
        for mark, meaning in _MEANINGS:
            if mark not in shown:
                continue
            paint_badge(painter, QRectF(x, y + 1, 9, 9), mark, LIGHT)
            width = metrics.horizontalAdvance(meaning) + 1
            area = QRectF(x + 12, y, width, _LINE)
            self._text(painter, area, meaning, Qt.AlignmentFlag.AlignLeft, LIGHT.text_dim)
            x += 12 + width + 3 * _GAP

    def _text(
        self,
        painter: QPainter,
        area: QRectF,
        text: str,
        side: Qt.AlignmentFlag,
        colour: str,
        weight: QFont.Weight = QFont.Weight.Normal,
    ) -> None:
        font = figure_font(_PLAIN if weight > QFont.Weight.Normal else _SMALL, weight)
        is_outlined = self._is_outlined
        paint_figure_text(painter, area, text, font, side, colour, is_outlined=is_outlined)


def _fitted(image: QImage, rect: QRectF) -> QRectF:
    """Return where an image lies when it fills a rectangle as far as its shape allows."""
    size = QSizeF(image.size()).scaled(rect.size(), Qt.AspectRatioMode.KeepAspectRatio)
    return QRectF(rect.center() - QPointF(size.width() / 2, size.height() / 2), size)
