"""One line of thumbnails: as many as there is room for."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QWidget

from uem_desktop.widgets.thumbnail_grid import ThumbnailGrid
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader


class LimitedModel(Protocol):
    """A model of images that shows no more than it is told to."""

    def set_limit(self, limit: int) -> None:
        """Show this many images at most."""


class ThumbnailLine(ThumbnailGrid):
    """Asks its model for what fits, and leaves the wheel to the page around it."""

    def __init__(
        self,
        loader: ThumbnailLoader,
        model: QAbstractItemModel,
        limited: LimitedModel,
        tile: int,
        *,
        has_detail: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(loader, parent=parent)
        self._limited = limited
        self.setModel(model)
        self.set_detail_shown(has_detail)
        self.set_tile_size(tile)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFixedHeight(self.cell_size().height() + 2 * self.geometry_now().margin)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._limited.set_limit(self.geometry_now().columns)
