"""A table of shares as a heat map: square cells, names at the left and slanting above."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from uem_desktop.widgets.fonts import scaled, tabular
from uem_desktop.widgets.tokens import SPACE_S, SPACE_XS, Tokens, contrast, tokens_of

AnyIndex = QModelIndex | QPersistentModelIndex

MIN_CELL, MAX_CELL = 20, 72
_MIN_CELL_FOR_NUMBERS = 26
_MAX_LABEL = 150
_ANGLE = 55.0
_LEAST_SEEN = 0.08


class HeatMap(QTableView):
    """Cells as large as the room allows; where it does not, they scroll.

    Enter, Space and a double click emit `activated`.
    """

    def __init__(self, role: int, parent: QWidget | None = None) -> None:
        """Show a model.

        Args:
            role: By which the model gives a tuple of an index: its share 0..1, which colours it;
                whether it is what should be, and so in grey; its number as text.
            parent: The owner.
        """
        super().__init__(parent)
        self.setProperty("role", "heat")
        self._delegate = _HeatDelegate(role)
        self.setItemDelegate(self._delegate)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalHeader(_NameHeader(Qt.Orientation.Horizontal, self))
        self.setVerticalHeader(_NameHeader(Qt.Orientation.Vertical, self))
        self.setCornerButtonEnabled(False)

    def fit(self) -> None:
        """Give the cells the size that the room allows."""
        model = self.model()
        if model is None or not model.columnCount() or not model.rowCount():
            return
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        side = self.width() - rows.sizeHint().width() - columns.sizeHint().height() // 2
        down = self.height() - columns.sizeHint().height() - 4
        cell = min(side // model.columnCount(), down // model.rowCount())
        cell = max(MIN_CELL, min(MAX_CELL, cell))
        for header in (rows, columns):
            header.setMinimumSectionSize(1)
            header.setDefaultSectionSize(cell)
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if event.key() in keys and self.currentIndex().isValid():
            self.activated.emit(self.currentIndex())
        elif event.key() == Qt.Key.Key_Escape or event.text().isalpha():
            event.ignore()
        else:
            super().keyPressEvent(event)


class _HeatDelegate(QStyledItemDelegate):
    def __init__(self, role: int) -> None:
        super().__init__()
        self._role = role

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        # PySide's stubs do not tell the members of QStyleOption
        given: Any = option
        tokens = tokens_of(given.palette)
        share, is_muted, text = index.data(self._role)
        area: QRect = given.rect.adjusted(0, 0, -1, -1)
        ground = heat_colour(share, tokens, is_muted=is_muted)
        painter.fillRect(area, ground)
        if text and min(area.width(), area.height()) >= _MIN_CELL_FOR_NUMBERS:
            painter.setFont(tabular(scaled(given.font, 0.86)))
            painter.setPen(ink_on(ground))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
        self._paint_state(painter, area, given.state, tokens)

    def _paint_state(
        self, painter: QPainter, area: QRect, state: QStyle.StateFlag, tokens: Tokens
    ) -> None:
        flags = QStyle.StateFlag
        is_current = flags.State_Selected in state
        if not is_current and flags.State_MouseOver not in state:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(tokens.accent if is_current else tokens.border_strong), 2))
        painter.drawRect(area.adjusted(1, 1, -1, -1))

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(MIN_CELL, MIN_CELL)


class _NameHeader(QHeaderView):
    """Names beside the rows, or slanting above the columns, shortened where they are long."""

    def __init__(self, orientation: Qt.Orientation, parent: QWidget) -> None:
        super().__init__(orientation, parent)
        self.setHighlightSections(True)
        self.setSectionsClickable(False)

    def _widest(self) -> int:
        model = self.model()
        if model is None:
            return 0
        metrics = QFontMetrics(self._label_font())
        names = (model.headerData(n, self.orientation()) for n in range(self.count()))
        widths = (metrics.horizontalAdvance(str(name or "")) for name in names)
        return min(_MAX_LABEL, max(widths, default=0))

    def _label_font(self) -> Any:
        return scaled(self.font(), 0.92)

    def sizeHint(self) -> QSize:
        if self.orientation() == Qt.Orientation.Vertical:
            return QSize(self._widest() + 2 * SPACE_S, 0)
        return QSize(0, round(self._widest() * 0.82) + QFontMetrics(self.font()).height() + SPACE_S)

    def paintSection(self, painter: QPainter, rect: QRect, logical_index: int) -> None:
        tokens = tokens_of(self.palette())
        name = str(self.model().headerData(logical_index, self.orientation()) or "")
        font = self._label_font()
        metrics = QFontMetrics(font)
        view = self.parentWidget()
        current = view.currentIndex() if isinstance(view, QTableView) else QModelIndex()
        is_row = self.orientation() == Qt.Orientation.Vertical
        at = current.row() if is_row else current.column()
        text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, _MAX_LABEL)
        painter.save()
        painter.setFont(font)
        painter.setPen(QColor(tokens.accent if at == logical_index else tokens.text))
        if is_row:
            room = rect.adjusted(SPACE_S, 0, -SPACE_XS, 0)
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(room, side, text)
        else:
            painter.setClipping(False)
            painter.translate(QPointF(rect.center().x() + metrics.height() / 3, rect.bottom() - 4))
            painter.rotate(-_ANGLE)
            painter.drawText(QPointF(0, 0), text)
        painter.restore()


@lru_cache(maxsize=1024)
def heat_colour(share: float, tokens: Tokens, *, is_muted: bool) -> QColor:
    """Return the colour of a share: of the errors' red, or of grey for what is right.

    Zero is the colour of an empty tile; a share just above it can be told from it.
    """
    ground = QColor(tokens.tile if tokens.is_dark else tokens.window)
    if share <= 0.0:
        return ground
    strength = _LEAST_SEEN + (1.0 - _LEAST_SEEN) * min(1.0, share) ** 0.7
    full = QColor(tokens.unknown if is_muted else tokens.wrong)
    strength *= 0.45 if is_muted else 1.0
    return QColor.fromRgbF(
        ground.redF() + strength * (full.redF() - ground.redF()),
        ground.greenF() + strength * (full.greenF() - ground.greenF()),
        ground.blueF() + strength * (full.blueF() - ground.blueF()),
    )


@lru_cache(maxsize=1024)
def _ink_name(ground: str) -> str:
    return max(("#000000", "#ffffff"), key=lambda ink: contrast(ink, ground))


def ink_on(ground: QColor) -> QColor:
    """Return black or white, whichever is read better on a colour; one of them always can be."""
    return QColor(_ink_name(ground.name()))
