"""A small button on the cell under the pointer, so that one click makes it the next query."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QToolButton

_SIDE = 28
_MARGIN = 6


class HoverButton(QToolButton):
    """Follows the pointer from cell to cell of one grid.

    Signals:
        index_clicked(QModelIndex): The button on this cell was clicked.
    """

    index_clicked = Signal(QModelIndex)

    def __init__(self, grid: QAbstractItemView, tool_tip: str) -> None:
        super().__init__(grid.viewport())
        self._grid = grid
        self._index = QPersistentModelIndex()
        self.setToolTip(tool_tip)
        self.setAccessibleName(tool_tip)
        self.setProperty("role", "button")
        self.setIconSize(QSize(16, 16))
        self.setFixedSize(_SIDE, _SIDE)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.hide()
        grid.viewport().setMouseTracking(True)
        grid.viewport().installEventFilter(self)
        self.clicked.connect(self._tell)

    def _tell(self) -> None:
        index = self._grid.model().index(self._index.row(), 0) if self._index.isValid() else None
        self.hide()
        if index is not None:
            self.index_clicked.emit(index)

    def _follow(self, index: QModelIndex) -> None:
        self._index = QPersistentModelIndex(index)
        self.setVisible(index.isValid())
        if index.isValid():
            cell = self._grid.visualRect(index)
            self.move(cell.right() - _SIDE - _MARGIN, cell.top() + _MARGIN)
            self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if isinstance(event, QMouseEvent) and event.buttons() == Qt.MouseButton.NoButton:
            self._follow(self._grid.indexAt(event.position().toPoint()))
        has_left = kind == QEvent.Type.Leave and not self.underMouse()
        if has_left or kind in (QEvent.Type.Wheel, QEvent.Type.Resize):
            self._follow(QModelIndex())
        return False
