"""A list view whose uniform cells lie on a grid that is computed and never stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QHoverEvent, QKeyEvent, QPainter, QRegion, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from uem_desktop.widgets.grid_geometry import GridGeometry

AnyIndex = QModelIndex | QPersistentModelIndex
Action = QAbstractItemView.CursorAction
Hint = QAbstractItemView.ScrollHint


class GridView(QListView):
    """Geometry, keyboard, selection and scrolling of a grid with any number of cells.

    It is a `QListView` by name, so that screen readers find a list of items, and lays out
    nothing of what a `QListView` lays out.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._section: tuple[int, str] | None = None
        self._hovered_row = -1
        self._geometry = GridGeometry(0, 0, 1, 1)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_section(self, first_row: int | None, title: str = "") -> None:
        """Begin a new line under a titled band at a row; None for one section."""
        section = None if first_row is None else (first_row, title)
        if section != self._section:
            self._section = section
            self.doItemsLayout()

    def visible_rows(self) -> range:
        """Return the rows in sight, whole lines of them."""
        top = self.verticalOffset()
        return self.geometry_now().rows_between(top, top + self.viewport().height())

    def selected_rows(self, limit: int | None = None) -> list[int]:
        """Return the selected rows in order, at most `limit` of them."""
        rows: list[int] = []
        for first, last in _ranges(self.selectionModel().selection() if self.model() else None):
            room = None if limit is None else limit - len(rows)
            rows.extend(range(first, last + 1)[:room])
        return rows

    def set_current_row(self, row: int) -> None:
        """Make a row the current and only selected one, and bring it into sight."""
        index = self.model().index(row, 0)
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(index, flag)
        self.scrollTo(index)

    def geometry_now(self) -> GridGeometry:
        """Return the geometry for the model and the viewport as they are now."""
        model, size = self.model(), self.cell_size()
        count = model.rowCount() if model else 0
        section = self._section[0] if self._section else None
        old = self._geometry
        wanted = (count, self.viewport().width(), size.width(), size.height(), section)
        known = (old.count, old.width, old.cell_width, old.cell_height, old.section_row)
        if wanted != known:
            self._geometry = GridGeometry(*wanted[:4], section_row=section)
        return self._geometry

    def cell_size(self) -> QSize:
        """Return the least width, and the height, of a cell."""
        raise NotImplementedError

    def cell_rect(self, row: int) -> QRect:
        """Return where a cell lies in the viewport."""
        x, y, width, height = self.geometry_now().rect(row)
        return QRect(x, y - self.verticalOffset(), width, height)

    def paint_cells(self, painter: QPainter, dirty: QRect) -> None:
        """Let the delegate paint the cells that touch a rectangle of the viewport."""
        # PySide's stubs do not tell the members of QStyleOption
        option: Any = QStyleOptionViewItem()
        self.initViewItemOption(option)
        flags = QStyle.StateFlag
        option.state &= ~(flags.State_Selected | flags.State_HasFocus | flags.State_MouseOver)
        has_focus = self.hasFocus()
        base = option.state | flags.State_Active
        base = base if has_focus else base & ~flags.State_Active
        model, selection, delegate = self.model(), self.selectionModel(), self.itemDelegate()
        current = self.currentIndex().row() if has_focus else -1
        top = self.verticalOffset()
        for row in self.geometry_now().rows_between(top + dirty.top(), top + dirty.bottom() + 1):
            option.rect = self.cell_rect(row)
            if not option.rect.intersects(dirty):
                continue
            index = model.index(row, 0)
            option.state = base
            if selection.isSelected(index):
                option.state |= flags.State_Selected
            if row == current:
                option.state |= flags.State_HasFocus
            if row == self._hovered_row:
                option.state |= flags.State_MouseOver
            delegate.paint(painter, option, index)

    def _set_hovered(self, row: int) -> None:
        if row == self._hovered_row:
            return
        for changed in (self._hovered_row, row):
            if 0 <= changed < self.geometry_now().count:
                self.viewport().update(self.cell_rect(changed))
        self._hovered_row = row

    def _scroll_anchored(self, before: GridGeometry) -> None:
        """Set the scroll bar for the geometry of now; what was at the top stays there."""
        now, bar = self.geometry_now(), self.verticalScrollBar()
        top = bar.value()
        rows = before.rows_between(top, top + before.pitch)
        page = self.viewport().height()
        bar.setPageStep(page)
        bar.setSingleStep(max(16, now.pitch // 4))
        bar.setRange(0, max(0, now.height - page))
        if before != now and top and rows and rows.start < now.count:
            offset = (top - before.rect(rows.start)[1]) / before.pitch
            bar.setValue(now.rect(rows.start)[1] + round(offset * now.pitch))

    def selectAll(self) -> None:
        model = self.model()
        is_many = self.selectionMode() == QAbstractItemView.SelectionMode.ExtendedSelection
        if model and model.rowCount() and is_many:
            every = QItemSelection(model.index(0, 0), model.index(model.rowCount() - 1, 0))
            self.selectionModel().select(every, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        before = self.model()
        if before is not None:
            before.rowsRemoved.disconnect(self.scheduleDelayedItemsLayout)
        super().setModel(model)
        if model is not None:
            model.rowsRemoved.connect(self.scheduleDelayedItemsLayout)
        self.doItemsLayout()

    def visualRect(self, index: AnyIndex) -> QRect:
        is_shown = index.isValid() and index.row() < self.geometry_now().count
        return self.cell_rect(index.row()) if is_shown else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self.geometry_now().row_at(point.x(), point.y() + self.verticalOffset())
        return self.model().index(row, 0) if row >= 0 else QModelIndex()

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: AnyIndex) -> bool:
        return False

    def scrollTo(self, index: AnyIndex, hint: Hint = Hint.EnsureVisible) -> None:
        grid = self.geometry_now()
        if not index.isValid() or index.row() >= grid.count:
            return
        bar, height = self.verticalScrollBar(), self.viewport().height()
        first, last = grid.span(index.row())
        if hint == Hint.PositionAtCenter:
            bar.setValue((first + last - height) // 2)
        elif hint == Hint.PositionAtTop or first < bar.value() or last - first > height:
            bar.setValue(first)
        elif hint == Hint.PositionAtBottom or last > bar.value() + height:
            bar.setValue(last - height)

    def moveCursor(self, action: Action, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        grid, current = self.geometry_now(), self.currentIndex()
        if not grid.count:
            return QModelIndex()
        if not current.isValid():
            return self.model().index(0, 0)
        page = max(1, self.viewport().height() // grid.pitch)
        row = current.row()
        match action:
            case Action.MoveLeft | Action.MovePrevious:
                row = max(0, row - 1)
            case Action.MoveRight | Action.MoveNext:
                row = min(grid.count - 1, row + 1)
            case Action.MoveHome:
                row = 0
            case Action.MoveEnd:
                row = grid.count - 1
            case Action.MoveUp:
                row = grid.row_lines_away(row, -1)
            case Action.MoveDown:
                row = grid.row_lines_away(row, 1)
            case Action.MovePageUp:
                row = grid.row_lines_away(row, -page)
            case Action.MovePageDown:
                row = grid.row_lines_away(row, page)
        return self.model().index(row, 0)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        model, selection = self.model(), QItemSelection()
        if self.state() == QAbstractItemView.State.DragSelectingState:
            area = rect.normalized().translated(0, self.verticalOffset())
            ranges = self.geometry_now().ranges_in(
                area.left(), area.top(), area.right() + 1, area.bottom() + 1
            )
        else:
            ends = [self.indexAt(point) for point in (rect.topLeft(), rect.bottomRight())]
            rows = sorted(index.row() for index in ends if index.isValid())
            ranges = [range(rows[0], rows[-1] + 1)] if rows else []
        for rows_in_line in ranges:
            first, last = rows_in_line[0], rows_in_line[-1]
            selection.select(model.index(first, 0), model.index(last, 0))
        self.selectionModel().select(selection, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region, visible = QRegion(), self.visible_rows()
        for first, last in _ranges(selection):
            for row in range(max(first, visible.start), min(last, visible.stop - 1) + 1):
                region += self.cell_rect(row)
        return region

    def dataChanged(
        self, top_left: AnyIndex, bottom_right: AnyIndex, roles: Sequence[int] = ()
    ) -> None:
        visible = self.visible_rows()
        first, last = max(top_left.row(), visible.start), min(bottom_right.row(), visible.stop - 1)
        for row in range(first, last + 1):
            self.viewport().update(self.cell_rect(row))

    def rowsInserted(self, parent: AnyIndex, start: int, end: int) -> None:
        QAbstractItemView.rowsInserted(self, parent, start, end)
        self.scheduleDelayedItemsLayout()

    def rowsAboutToBeRemoved(self, parent: AnyIndex, start: int, end: int) -> None:
        QAbstractItemView.rowsAboutToBeRemoved(self, parent, start, end)

    def reset(self) -> None:
        self._hovered_row = -1
        QAbstractItemView.reset(self)
        self.doItemsLayout()

    def doItemsLayout(self) -> None:
        QAbstractItemView.doItemsLayout(self)

    def updateGeometries(self) -> None:
        before = self._geometry
        self._scroll_anchored(before)
        QAbstractItemView.updateGeometries(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        current, before, top = self.currentIndex(), self._geometry, self.verticalOffset()
        is_in_sight = False
        if current.isValid() and current.row() < before.count:
            first, last = before.span(current.row())
            is_in_sight = top <= first and last <= top + event.oldSize().height()
        QAbstractItemView.resizeEvent(self, event)
        if is_in_sight:
            self.scrollTo(current)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self._set_hovered(-1)
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        kind = event.type()
        if isinstance(event, QHoverEvent) and kind != QEvent.Type.HoverLeave:
            self._set_hovered(self.indexAt(event.position().toPoint()).row())
        elif kind in (QEvent.Type.HoverLeave, QEvent.Type.Leave):
            self._set_hovered(-1)
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_typed = event.text().isprintable() and event.text() not in ("", " ")
        held = event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        )
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not held:
            if self.currentIndex().isValid():
                self.activated.emit(self.currentIndex())
        elif event.key() == Qt.Key.Key_Escape or (is_typed and not held):
            event.ignore()
        else:
            super().keyPressEvent(event)


def _ranges(selection: QItemSelection | None) -> list[tuple[int, int]]:
    """Return the first and last rows of a selection's ranges, in order."""
    # QItemSelection is a list of QItemSelectionRange, which PySide's stubs do not tell
    chosen: Any = selection if selection is not None else ()
    return sorted((one.top(), one.bottom()) for one in chosen)
