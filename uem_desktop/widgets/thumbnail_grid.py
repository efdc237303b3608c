"""A grid of thumbnails that stays fluid with a million images."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QDrag, QFont, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from uem_desktop.widgets.cell_layout import MAX_TILE, MIN_TILE, CellLayout
from uem_desktop.widgets.cell_roles import CellRoles
from uem_desktop.widgets.grid_view import GridView
from uem_desktop.widgets.painting import EmptyText, drag_pixmap, paint_band, paint_empty
from uem_desktop.widgets.thumbnail_delegate import ThumbnailDelegate
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import tokens_of

MAX_DRAGGED = 5000
DEFAULT_TILE = 128
_WHEEL_STEP = 16


class ThumbnailGrid(GridView):
    """Images of a model as cells that load while they are looked at.

    The model's rows are asked for `CellRoles`; Enter and a double click emit `activated`,
    dragging hands out what the model's `mimeData` makes of the selection.

    Signals:
        tile_size_changed(int): The person changed the size by turning the wheel with Ctrl held.
    """

    tile_size_changed = Signal(int)

    def __init__(
        self,
        loader: ThumbnailLoader,
        roles: CellRoles | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._cells = CellLayout.of(DEFAULT_TILE, QFont(), has_detail=True)
        super().__init__(parent)
        self._loader = loader
        self._roles = roles or CellRoles()
        self._shows_detail = True
        self._empty = EmptyText()
        self._rows_of_path: dict[Path, list[int]] = {}
        self._delegate = ThumbnailDelegate(loader, self._roles, self._cells)
        self._lay_out_cells(DEFAULT_TILE)
        self.setItemDelegate(self._delegate)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setDefaultDropAction(Qt.DropAction.CopyAction)
        loader.loaded.connect(self._show_loaded)

    @property
    def tile_size(self) -> int:
        """Height of a tile in logical pixels."""
        return self._cells.tile

    def set_tile_size(self, pixels: int) -> None:
        """Make tiles larger or smaller; what is at the top stays there."""
        pixels = max(MIN_TILE, min(MAX_TILE, pixels))
        if pixels != self._cells.tile:
            self._lay_out_cells(pixels)

    def set_detail_shown(self, is_shown: bool) -> None:
        """Show or hide the second line of text, for example where nothing has a category."""
        if is_shown != self._shows_detail:
            self._shows_detail = is_shown
            self._lay_out_cells(self._cells.tile)

    def set_empty_text(self, title: str, hint: str = "", icon_name: str | None = None) -> None:
        """Say what is painted while the model has no rows."""
        self._empty = EmptyText(title, hint, icon_name)
        self.viewport().update()

    def dragged_data(self) -> tuple[QMimeData, int] | None:
        """Return what dragging the selection hands out, and how many images that are."""
        rows = self.selected_rows(limit=MAX_DRAGGED)
        if not rows:
            return None
        model = self.model()
        return model.mimeData([model.index(row, 0) for row in rows]), len(rows)

    def cell_size(self) -> QSize:
        """Return the least width, and the height, of a cell."""
        return self._cells.cell_size

    def _lay_out_cells(self, tile: int) -> None:
        self._cells = CellLayout.of(tile, self.font(), has_detail=self._shows_detail)
        self._delegate.set_layout(self._cells)
        self.doItemsLayout()

    def _show_loaded(self, paths: Sequence[Path]) -> None:
        for path in paths:
            for row in self._rows_of_path.get(path, ()):
                self.viewport().update(self.cell_rect(row))

    def _say_wanted(self) -> None:
        """Tell the loader what is in sight, and then what lies around it."""
        model, rows, count = self.model(), self.visible_rows(), self.geometry_now().count
        ahead = range(rows.stop, min(count, rows.stop + len(rows)))
        behind = range(max(0, rows.start - len(rows)), rows.start)
        size_px = self._thumbnail_px() if rows else 0
        wishes: list[tuple[Path, int]] = []
        self._rows_of_path = {}
        for row in (*rows, *ahead, *reversed(behind)):
            path = model.index(row, 0).data(self._roles.path)
            if path is None:
                continue
            wishes.append((path, size_px))
            if row in rows:
                self._rows_of_path.setdefault(path, []).append(row)
        self._loader.set_wanted(self, wishes)

    def _thumbnail_px(self) -> int:
        _, _, width, _ = self.geometry_now().rect(0)
        tile = self._cells.tile_rect(QRect(0, 0, width, 0))
        return round(max(tile.width(), tile.height()) * self.devicePixelRatioF())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, dirty = QPainter(self.viewport()), event.rect()
        tokens = tokens_of(self.palette())
        painter.fillRect(dirty, QColor(tokens.canvas))
        grid = self.geometry_now()
        if not grid.count:
            paint_empty(painter, self.viewport().rect(), self._empty, self.font(), tokens)
            self._loader.set_wanted(self, ())
            return
        if self._section and grid.has_band:
            top = grid.band_top - self.verticalOffset()
            width = self.viewport().width() - 2 * grid.margin
            area = QRect(grid.margin, top, width, grid.band_height)
            if area.intersects(dirty):
                paint_band(painter, area, self._section[1], self.font(), tokens)
        self.paint_cells(painter, dirty)
        self._say_wanted()

    def startDrag(self, supported: Qt.DropAction) -> None:
        dragged = self.dragged_data()
        if dragged is None:
            return
        data, count = dragged
        path = self.currentIndex().data(self._roles.path)
        ratio = self.devicePixelRatioF()
        thumbnail = self._loader.find(path, self._thumbnail_px()) if path else None
        pixmap = thumbnail.pixmap if thumbnail else None
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.setPixmap(drag_pixmap(pixmap, count, self.font(), tokens_of(self.palette()), ratio))
        drag.setHotSpot(QPoint(24, 24))
        drag.exec(Qt.DropAction.CopyAction)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        step = _WHEEL_STEP if event.angleDelta().y() > 0 else -_WHEEL_STEP
        before = self.tile_size
        self.set_tile_size(before + step)
        if self.tile_size != before:
            self.tile_size_changed.emit(self.tile_size)
        event.accept()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            cells = CellLayout.of(self._cells.tile, self.font(), has_detail=self._shows_detail)
            if cells != self._cells:
                self._lay_out_cells(self._cells.tile)
