"""A table of shares as a heat map: square cells, names at the left and slanting above."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QModelIndex, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
    QStaticText,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from uem_desktop.widgets.fonts import scaled, tabular
from uem_desktop.widgets.thumbnail import qimage_of
from uem_desktop.widgets.tokens import SPACE_S, SPACE_XS, Tokens, contrast, tokens_of

Shares = NDArray[np.float64]

MIN_CELL, MAX_CELL = 20, 72
_MIN_CELL_FOR_NUMBERS = 26
_MAX_LABEL = 150
_ANGLE = 55.0
_LEAST_SEEN = 0.08


class HeatMap(QTableView):
    """Cells as large as the room allows; where it does not, they scroll.

    The colours are one image with a pixel for each cell, so that a thousand cells are painted as
    fast as ten. Enter, Space and a double click emit `activated`.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shares: Shares = np.zeros((0, 0))
        self._is_muted: NDArray[np.bool_] = np.zeros((0, 0), np.bool_)
        self._image = QImage()
        self._tokens: Tokens | None = None
        self._hovered = QModelIndex()
        self._numbers: dict[tuple[str, str], QStaticText] = {}
        self.setProperty("role", "heat")
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalHeader(_NameHeader(Qt.Orientation.Horizontal, self))
        self.setVerticalHeader(_NameHeader(Qt.Orientation.Vertical, self))
        self.setCornerButtonEnabled(False)

    def show_cells(self, shares: Shares, is_muted: NDArray[np.bool_]) -> None:
        """Colour the cells of the model.

        Args:
            shares: float64 (R, C), 0..1.
            is_muted: bool (R, C), what is as it should be, and so in grey.
        """
        self._shares, self._is_muted, self._tokens = shares, is_muted, None
        self._hovered = QModelIndex()
        self.viewport().update()

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

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(event.position().toPoint()))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(QModelIndex())
        return super().viewportEvent(event)

    def _hover(self, index: QModelIndex) -> None:
        before, self._hovered = self._hovered, index
        for changed in (before, index):
            self.viewport().update(self.visualRect(changed))

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        cells = self._cells_in(event.rect())
        if cells is None:
            return
        tokens = tokens_of(self.palette())
        if tokens != self._tokens:
            self._tokens = tokens
            self._image = qimage_of(share_colours(self._shares, self._is_muted, tokens))
        area = self._area_of(cells)
        painter.drawImage(area, self._image, cells)
        self._paint_gaps(painter, area)
        if self.columnWidth(0) > _MIN_CELL_FOR_NUMBERS:
            self._paint_numbers(painter, cells)
        for index, colour in (
            (self._hovered, tokens.border_strong),
            (self.currentIndex(), tokens.accent),
        ):
            if index.isValid():
                painter.setPen(QPen(QColor(colour), 2))
                painter.drawRect(self.visualRect(index).adjusted(1, 1, -2, -2))

    def _cells_in(self, area: QRect) -> QRect | None:
        """Return which cells an area shows, columns as x and rows as y; None for none."""
        rows, columns = self._shares.shape
        if not rows or not columns:
            return None
        top, left = self.rowAt(area.top()), self.columnAt(area.left())
        if top < 0 or left < 0:
            return None
        bottom, right = self.rowAt(area.bottom()), self.columnAt(area.right())
        bottom = rows - 1 if bottom < 0 else bottom
        right = columns - 1 if right < 0 else right
        return QRect(QPoint(left, top), QPoint(right, bottom))

    def _area_of(self, cells: QRect) -> QRect:
        side = self.columnWidth(0)
        left, top = self.columnViewportPosition(cells.left()), self.rowViewportPosition(cells.top())
        return QRect(left, top, side * cells.width(), side * cells.height())

    def _paint_gaps(self, painter: QPainter, area: QRect) -> None:
        side, ground = self.columnWidth(0), self.palette().color(QPalette.ColorRole.Base)
        for x in range(area.left() + side - 1, area.right() + 1, side):
            painter.fillRect(x, area.top(), 1, area.height(), ground)
        for y in range(area.top() + side - 1, area.bottom() + 1, side):
            painter.fillRect(area.left(), y, area.width(), 1, ground)

    def _paint_numbers(self, painter: QPainter, cells: QRect) -> None:
        side, origin = self.columnWidth(0), self._area_of(cells).topLeft()
        painter.setFont(tabular(scaled(self.font(), 0.86)))
        shown = self._shares[cells.top() : cells.bottom() + 1, cells.left() : cells.right() + 1]
        for row, column in np.argwhere(shown > 0.0).tolist():
            number = self._number(f"{100 * shown[row, column]:.0f}", painter)
            ground = self._image.pixelColor(cells.left() + column, cells.top() + row)
            painter.setPen(ink_on(ground))
            centre = QPointF(origin) + QPointF(side * (column + 0.5), side * (row + 0.5))
            size = number.size()
            painter.drawStaticText(centre - QPointF(size.width(), size.height()) / 2, number)

    def _number(self, text: str, painter: QPainter) -> QStaticText:
        key = text, painter.font().key()
        if key not in self._numbers:
            number = QStaticText(text)
            number.setTextFormat(Qt.TextFormat.PlainText)
            number.prepare(font=painter.font())
            self._numbers[key] = number
        return self._numbers[key]


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


def share_colours(shares: Shares, is_muted: NDArray[np.bool_], tokens: Tokens) -> NDArray[np.uint8]:
    """Return the colours of shares: of the errors' red, or of grey for what is right.

    Zero is the colour of an empty tile; a share just above it can be told from it.

    Args:
        shares: float64 (R, C), 0..1.
        is_muted: bool (R, C), which are grey.
        tokens: The theme's colours.

    Returns:
        uint8 (R, C, 3).
    """
    ground = _rgb(tokens.tile if tokens.is_dark else tokens.window)
    strength = _LEAST_SEEN + (1.0 - _LEAST_SEEN) * np.clip(shares, 0.0, 1.0) ** 0.7
    strength = np.where(shares > 0.0, strength * np.where(is_muted, 0.45, 1.0), 0.0)
    full = np.where(is_muted[..., None], _rgb(tokens.unknown), _rgb(tokens.wrong))
    return np.asarray(np.rint(ground + strength[..., None] * (full - ground)), np.uint8)


def heat_colour(share: float, tokens: Tokens, *, is_muted: bool) -> QColor:
    """Return the colour of one share, see `share_colours`."""
    pixels = share_colours(np.array([[share]]), np.array([[is_muted]]), tokens)
    return QColor(*pixels[0, 0].tolist())


def _rgb(name: str) -> NDArray[np.float64]:
    colour = QColor(name)
    return np.array([colour.red(), colour.green(), colour.blue()], np.float64)


@lru_cache(maxsize=1024)
def _ink_name(ground: str) -> str:
    return max(("#000000", "#ffffff"), key=lambda ink: contrast(ink, ground))


def ink_on(ground: QColor) -> QColor:
    """Return black or white, whichever is read better on a colour; one of them always can be."""
    return QColor(_ink_name(ground.name()))
