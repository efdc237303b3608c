"""Two rankings of one query, one above the other, with a line from each image to itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from uem_desktop.widgets.decision_marks import DecisionMark
from uem_desktop.widgets.fonts import scaled, tabular
from uem_desktop.widgets.marks import Mark, mark_colour
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tile_painter import BLEED, Tile, TilePainter
from uem_desktop.widgets.tokens import RADIUS_M, SPACE_M, SPACE_S, Tokens, tokens_of

_TILE = 76
_PITCH = _TILE + 12
_NAMES = 156
_CAPTION = 20
_RIBBON = 46
_TOP = 6
HEIGHT = 2 * (_TILE + _CAPTION) + _RIBBON + 2 * _TOP


@dataclass(frozen=True, slots=True)
class RankedTile:
    """One match in one of the rankings.

    Attributes:
        key: The same in both rankings for the same image.
        path: The image.
        mark: A `Mark` or its name.
        caption: Its rank, and where it stands in the other ranking.
        spoken: All that is known, for a tool tip and a screen reader.
        decisions: Names of `DecisionMark`, what a person decided about the match.
    """

    key: int
    path: Path
    mark: str
    caption: str
    spoken: str
    decisions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RankedRow:
    """One ranking.

    Attributes:
        title: Whose it is.
        notes: Lines below the title.
        tiles: Rank 1 first.
    """

    title: str
    notes: tuple[str, ...]
    tiles: tuple[RankedTile, ...]


class RankingPair(QAbstractScrollArea):
    """Shows two rankings. Arrow keys go from image to image, up and down along its line.

    Signals:
        current_changed: `current` is another one.
        activated(Path): Enter or a double click on an image.
    """

    current_changed = Signal()
    activated = Signal(object)

    def __init__(self, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loader = loader
        self._rows: tuple[RankedRow, ...] = ()
        self._at: tuple[int, int] | None = None
        self._hovered: tuple[int, int] | None = None
        self._empty = ""
        self._tiles = TilePainter()
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Both rankings of the query")
        self.viewport().setMouseTracking(True)
        loader.loaded.connect(self._show_loaded)

    @property
    def rows(self) -> tuple[RankedRow, ...]:
        """What is shown, from above."""
        return self._rows

    @property
    def current(self) -> RankedTile | None:
        """The image that the keys are at."""
        return self._tile(self._at)

    def show_rows(self, rows: Sequence[RankedRow], empty: str = "") -> None:
        """Show other rankings, or say in a few words why there are none."""
        self._rows, self._empty = tuple(rows), empty
        self._at = self._hovered = None
        self.horizontalScrollBar().setValue(0)
        self._update_range()
        self.viewport().update()

    def show_again(self, rows: Sequence[RankedRow]) -> None:
        """Show the same images where something else is known of them now."""
        self._rows = tuple(rows)
        self.viewport().update()

    def set_current(self, row: int, place: int) -> None:
        """Go to an image."""
        if not (0 <= row < len(self._rows) and 0 <= place < len(self._rows[row].tiles)):
            return
        if (row, place) != self._at:
            self._at = row, place
            self._reveal(place)
            tile = self.current
            self.setAccessibleDescription(tile.spoken if tile else "")
            self.viewport().update()
            self.current_changed.emit()

    def tile_rect(self, row: int, place: int) -> QRectF:
        """Return where an image lies in the viewport."""
        left = _NAMES + place * _PITCH - self.horizontalScrollBar().value()
        top = _TOP + _CAPTION if row == 0 else _TOP + _CAPTION + _TILE + _RIBBON
        return QRectF(left, top, _TILE, _TILE)

    def partner(self, row: int, place: int) -> int | None:
        """Return the place of the same image in the other ranking; None where it is not shown."""
        if len(self._rows) < 2:
            return None
        key = self._rows[row].tiles[place].key
        others = self._rows[1 - row].tiles
        return next((n for n, tile in enumerate(others) if tile.key == key), None)

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self.viewport()), tokens_of(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.viewport().rect(), QColor(tokens.canvas))
        if not self._rows:
            painter.setPen(QColor(tokens.text_dim))
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, self._empty)
            self._loader.set_wanted(self, ())
            return
        painter.save()
        painter.setClipRect(self.viewport().rect().adjusted(_NAMES - BLEED - 4, 0, 0, 0))
        self._paint_ribbons(painter, tokens)
        for row, ranking in enumerate(self._rows):
            for place, tile in enumerate(ranking.tiles):
                self._paint_tile(painter, row, place, tile, tokens)
        painter.restore()
        for row, ranking in enumerate(self._rows):
            self._paint_names(painter, row, ranking, tokens)
        self._say_wanted()

    def _paint_ribbons(self, painter: QPainter, tokens: Tokens) -> None:
        looked_at = self._hovered or self._at
        chosen = self._tile(looked_at)
        for place, tile in enumerate(self._rows[0].tiles):
            other = self.partner(0, place)
            if other is None:
                continue
            above, below = self.tile_rect(0, place), self.tile_rect(1, other)
            start = QPointF(above.center().x(), above.bottom() + 3)
            end = QPointF(below.center().x(), below.top() - 3)
            middle = (start.y() + end.y()) / 2
            path = QPainterPath(start)
            path.cubicTo(QPointF(start.x(), middle), QPointF(end.x(), middle), end)
            is_chosen = chosen is not None and chosen.key == tile.key
            colour = mark_colour(Mark(tile.mark), tokens)
            colour.setAlphaF(1.0 if is_chosen else 0.55)
            is_wrong = tile.mark == Mark.WRONG
            pen = QPen(colour, 3.0 if is_chosen else (1.4 if is_wrong else 2.0))
            if is_wrong:
                pen.setDashPattern([4.0, 3.0])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap if is_wrong else Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(path)

    def _paint_tile(
        self, painter: QPainter, row: int, place: int, tile: RankedTile, tokens: Tokens
    ) -> None:
        rect, ratio = self.tile_rect(row, place), self.devicePixelRatioF()
        if rect.right() < 0 or rect.left() > self.viewport().width():
            return
        chosen = self._tile(self._hovered or self._at)
        if chosen is not None and chosen.key == tile.key:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent_soft))
            painter.drawRoundedRect(rect.adjusted(-5, -5, 5, 5), RADIUS_M + 2, RADIUS_M + 2)
        if (row, place) == self._at and self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(-5, -5, 5, 5), RADIUS_M + 2, RADIUS_M + 2)
        shown = Tile(
            self._loader.find(tile.path, round(_TILE * ratio)),
            is_failed=self._loader.reason(tile.path) is not None,
            mark=Mark(tile.mark),
            width=rect.width(),
            height=rect.height(),
            decisions=tuple(map(DecisionMark, tile.decisions)),
        )
        corner = rect.topLeft() - QPointF(BLEED, BLEED)
        painter.drawPixmap(corner, self._tiles.pixmap(shown, tokens, ratio))
        font = tabular(scaled(self.font(), 0.9))
        top = rect.top() - _CAPTION - 2 if row == 0 else rect.bottom() + 3
        area = QRectF(rect.left() - 5, top, rect.width() + 10, _CAPTION)
        painter.setFont(font)
        painter.setPen(QColor(tokens.text))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, tile.caption)

    def _paint_names(self, painter: QPainter, row: int, ranking: RankedRow, tokens: Tokens) -> None:
        tile = self.tile_rect(row, 0)
        area = QRectF(SPACE_M, tile.top(), _NAMES - SPACE_M - SPACE_S - 6, tile.height())
        strong, small = scaled(self.font(), 1.0, QFont.Weight.DemiBold), scaled(self.font(), 0.92)
        bold, plain = QFontMetricsF(strong), QFontMetricsF(small)
        lines = _wrapped(ranking.title, bold, area.width())
        height = len(lines) * bold.height() + len(ranking.notes) * plain.height() + 2
        y = area.center().y() - height / 2
        for texts, font, metrics, colour in (
            (lines, strong, bold, tokens.text),
            (ranking.notes, tabular(small), plain, tokens.text_dim),
        ):
            painter.setFont(font)
            painter.setPen(QColor(colour))
            for text in texts:
                shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, area.width())
                line = QRectF(area.left(), y, area.width() + 1, metrics.height())
                painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, shown)
                y += metrics.height()
            y += 2

    def _say_wanted(self) -> None:
        size = round(_TILE * self.devicePixelRatioF())
        paths = dict.fromkeys(tile.path for ranking in self._rows for tile in ranking.tiles)
        self._loader.set_wanted(self, [(path, size) for path in paths])

    def _show_loaded(self, paths: Sequence[Path]) -> None:
        shown = {tile.path for ranking in self._rows for tile in ranking.tiles}
        if not shown.isdisjoint(paths):
            self.viewport().update()

    # ---- the person

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, at = event.key(), self._at
        if not self._rows:
            event.ignore()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if (tile := self.current) is not None:
                self.activated.emit(tile.path)
        elif key in _MOVES:
            row, place = at if at is not None else (0, -1 if key == Qt.Key.Key_Right else 0)
            self._move(Qt.Key(key), row, place)
        else:
            event.ignore()

    def _move(self, key: Qt.Key, row: int, place: int) -> None:
        last = len(self._rows[row].tiles) - 1
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            wanted = 0 if key == Qt.Key.Key_Up else 1
            if wanted == row or wanted >= len(self._rows) or place < 0:
                return
            other = self.partner(row, place)
            same = min(place, len(self._rows[wanted].tiles) - 1)
            self.set_current(wanted, same if other is None else other)
            return
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}
        step = 1 if key == Qt.Key.Key_Right else -1
        self.set_current(row, ends.get(key, max(0, min(last, place + step))))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if (at := self._place_at(event.position())) is not None:
            self.set_current(*at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if (tile := self._tile(self._place_at(event.position()))) is not None:
            self.activated.emit(tile.path)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._place_at(event.position()))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        elif isinstance(event, QHelpEvent):
            tile = self._tile(self._place_at(QPointF(event.pos())))
            QToolTip.showText(event.globalPos(), tile.spoken if tile else "", self)
            return True
        return super().viewportEvent(event)

    def _hover(self, at: tuple[int, int] | None) -> None:
        if at != self._hovered:
            self._hovered = at
            self.viewport().update()

    def _place_at(self, point: QPointF) -> tuple[int, int] | None:
        for row, ranking in enumerate(self._rows):
            for place in range(len(ranking.tiles)):
                inside = self.tile_rect(row, place).adjusted(-5, -5, 5, 5).contains(point)
                if inside and point.x() >= _NAMES - 8:
                    return row, place
        return None

    def _tile(self, at: tuple[int, int] | None) -> RankedTile | None:
        return self._rows[at[0]].tiles[at[1]] if at is not None else None

    # ---- geometry

    def _reveal(self, place: int) -> None:
        bar, room = self.horizontalScrollBar(), self.viewport().width() - _NAMES
        left = place * _PITCH
        if left < bar.value():
            bar.setValue(left - 8)
        elif left + _PITCH > bar.value() + room:
            bar.setValue(left + _PITCH - room)

    def _update_range(self) -> None:
        count = max((len(ranking.tiles) for ranking in self._rows), default=0)
        wide, room = _NAMES + count * _PITCH + 4, self.viewport().width()
        bar = self.horizontalScrollBar()
        bar.setRange(0, max(0, wide - room))
        bar.setPageStep(room)
        bar.setSingleStep(_PITCH)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_range()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(800, HEIGHT + self.horizontalScrollBar().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(320, HEIGHT)


_MOVES = frozenset(
    {
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
    }
)


def _wrapped(text: str, metrics: QFontMetricsF, width: float) -> list[str]:
    """Break a title into two lines at most, at a space where there is one."""
    if metrics.horizontalAdvance(text) <= width:
        return [text]
    words, first = text.split(" "), ""
    while words and metrics.horizontalAdvance(f"{first} {words[0]}".strip()) <= width:
        first = f"{first} {words.pop(0)}".strip()
    return [first, " ".join(words)] if first and words else [text]
