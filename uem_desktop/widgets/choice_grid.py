"""A grid in which a plain click chooses an image and a resting pointer looks at one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHoverEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget

from uem_desktop.widgets.grid_view import AnyIndex
from uem_desktop.widgets.thumbnail_grid import ThumbnailGrid
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader

LOOK_DELAY_MS = 250
_STILL_PX = 24


class ChoiceGrid(ThumbnailGrid):
    """Thumbnails to follow from one to the next.

    A left click that neither drags nor selects chooses, and so does Enter. Clicks with a
    modifier select. The second press of a double click does nothing: by then other images may
    stand where the first one did.

    Signals:
        chosen(QModelIndex): A plain click on an image, or Enter.
        looked_at(QModelIndex): The pointer rests on an image; invalid when it does no more.
    """

    chosen = Signal(QModelIndex)
    looked_at = Signal(QModelIndex)

    def __init__(self, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        self._pressed: tuple[int, QPoint] | None = None
        self._is_second_press = False
        self._pointer: QPoint | None = None
        self._still_at: QPoint | None = None
        self._wished_row = -1
        self._is_looking = False
        super().__init__(loader, parent=parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LOOK_DELAY_MS)
        self._timer.timeout.connect(self._look)

    # ---- looking

    def _follow(self, point: QPoint | None) -> None:
        """Take where the pointer is now; None when it left the grid."""
        self._pointer = point
        row = self.indexAt(point).row() if point is not None else -1
        shape = Qt.CursorShape.PointingHandCursor if row >= 0 else Qt.CursorShape.ArrowCursor
        if self.viewport().cursor().shape() != shape:
            self.viewport().setCursor(shape)
        if self._pressed is not None or self.state() != QAbstractItemView.State.NoState:
            return
        if point is None:
            self._wish(-1)
            self._look()
        elif not self._is_still(point):
            self._still_at = None
            self._wish(row)

    def _is_still(self, point: QPoint) -> bool:
        """Whether the pointer has not really moved since something else was shown under it."""
        still = self._still_at
        return still is not None and (point - still).manhattanLength() < _STILL_PX

    def _wish(self, row: int) -> None:
        if row != self._wished_row:
            self._wished_row = row
            self._timer.start()

    def _look(self) -> None:
        self._timer.stop()
        if self._wished_row >= 0:
            self._is_looking = True
            self.looked_at.emit(self.model().index(self._wished_row, 0))
        elif self._is_looking:
            self._is_looking = False
            self.looked_at.emit(QModelIndex())

    def _rest(self) -> None:
        """Wait for the pointer to move before anything is looked at again."""
        self._timer.stop()
        self._wished_row = -1
        self._still_at = self._pointer

    # ---- Qt

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        super().currentChanged(current, previous)
        self._rest()
        self._look()

    def reset(self) -> None:
        self._pressed = None
        super().reset()
        if hasattr(self, "_timer"):
            self._rest()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self._timer.stop()
        self._wished_row = -1

    def viewportEvent(self, event: QEvent) -> bool:
        kind = event.type()
        if isinstance(event, QHoverEvent) and kind != QEvent.Type.HoverLeave:
            self._follow(event.position().toPoint())
        elif kind == QEvent.Type.Leave:
            self._follow(None)
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._is_second_press = False
        self._pressed = None
        point = event.position().toPoint()
        self._pointer = point
        self._rest()
        if _is_plain(event) and (row := self.indexAt(point).row()) >= 0:
            self._pressed = row, point
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None:
            moved = event.position().toPoint() - self._pressed[1]
            if moved.manhattanLength() >= QApplication.startDragDistance():
                self._pressed = None
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if self._is_second_press:
            self._is_second_press = False
            return
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if pressed is not None and _is_plain(event) and index.row() == pressed[0]:
            self.chosen.emit(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if _is_plain(event):
            self._is_second_press = True
        else:
            self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if is_enter and not held:
            if self.currentIndex().isValid():
                self.chosen.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


def _is_plain(event: QMouseEvent) -> bool:
    is_left = event.button() == Qt.MouseButton.LeftButton
    return is_left and event.modifiers() == Qt.KeyboardModifier.NoModifier
