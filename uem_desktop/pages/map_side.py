"""Beside the map: what its colours mean, and the images that are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from uem_desktop.item_models.image_selection_list import ImageSelectionListModel
from uem_desktop.pages.labels import ElidedLabel, hairline, plain_label
from uem_desktop.pages.map_selection import MapSelection
from uem_desktop.retrieval.map_points import MapPoints
from uem_desktop.widgets.map_legend import LegendEntry, MapLegend
from uem_desktop.widgets.thumbnail_grid import ThumbnailGrid
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S

_TILE = 84
_MOST_RANGES = 2000
_LEGEND_SHARE = 0.45
_EMPTY = (
    "Nothing chosen",
    "Click a point, or hold Shift and draw a loop around many.",
    "map",
)


class MapSide(QWidget):
    """The legend and the list of the chosen images.

    Signals:
        image_opened(int): An image is wanted in Explore.
    """

    image_opened = Signal(int)

    def __init__(
        self, selection: MapSelection, loader: ThumbnailLoader, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._selection = selection
        self._is_showing = False
        self.legend = MapLegend()
        self.legend_title = ElidedLabel(role="heading")
        self.all_button = QPushButton("Show all")
        self.model = ImageSelectionListModel(self)
        self.grid = ThumbnailGrid(loader)
        self.count = ElidedLabel(role="dim")
        self.clear_button = QPushButton("Clear")
        self.lines_text = plain_label("", "dim", is_wrapped=True)
        self._lay_out()
        self._connect()
        self._show_images()

    def show_domains(self, points: MapPoints | None) -> None:
        """List images of these domains from now on."""
        domains = (
            [("query", points.query.records), ("gallery", points.gallery.records)]
            if points is not None
            else []
        )
        self.model.set_domains(domains)
        self._show_images()

    def show_legend(
        self, title: str, entries: Sequence[LegendEntry], chosen: Sequence[int]
    ) -> None:
        """Show what colours mean."""
        self.legend_title.set_text(title)
        self.legend.show_entries(entries, chosen)
        self.all_button.setVisible(bool(chosen))
        self._fit_legend()

    def show_lines_text(self, text: str) -> None:
        """Say what the lines show; an empty text for nothing."""
        self.lines_text.setText(text)
        self.lines_text.setVisible(bool(text))

    def selected_paths(self) -> list[Path]:
        """Return the marked images, or all that are chosen."""
        rows = sorted(index.row() for index in self.grid.selectionModel().selectedIndexes())
        return [self.model.path_at(row) for row in rows or range(self.model.rowCount())]

    def _show_images(self) -> None:
        self._is_showing = True
        try:
            has_domains = self.model.has_domains
            images = self._selection.images
            self.model.set_images(images if has_domains else images[:0])
        finally:
            self._is_showing = False
        count = self.model.rowCount()
        self.count.set_text(f"{count:,} image{'' if count == 1 else 's'}" if count else "")
        self.clear_button.setVisible(count > 0)
        self._show_marked()

    def _show_marked(self) -> None:
        rows = [self.model.row_of(image) for image in self._selection.marked.tolist()]
        rows = [row for row in rows if row >= 0][:_MOST_RANGES]
        model = self.grid.selectionModel()
        if {index.row() for index in model.selectedIndexes()} == set(rows):
            return
        self._is_showing = True
        try:
            chosen = QItemSelection()
            for row in rows:
                chosen.select(self.model.index(row), self.model.index(row))
            flags = QItemSelectionModel.SelectionFlag
            model.select(chosen, flags.ClearAndSelect)
            if rows:
                model.setCurrentIndex(self.model.index(rows[0]), flags.NoUpdate)
                self.grid.scrollTo(self.model.index(rows[0]))
        finally:
            self._is_showing = False

    def _take_marked(self) -> None:
        if self._is_showing:
            return
        rows = [index.row() for index in self.grid.selectionModel().selectedIndexes()]
        current = self.grid.currentIndex()
        image = self.model.image_at(current.row()) if current.isValid() and rows else None
        images = np.array([self.model.image_at(row) for row in rows], np.int64)
        self._selection.mark(images, image)

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.image_opened.emit(self.model.image_at(index.row()))

    def _connect(self) -> None:
        self._selection.changed.connect(self._show_images)
        self._selection.marked_changed.connect(self._show_marked)
        self.grid.selectionModel().selectionChanged.connect(self._take_marked)
        self.grid.selectionModel().currentChanged.connect(self._take_marked)
        self.grid.activated.connect(self._open)
        self.clear_button.clicked.connect(self._selection.clear)
        self.all_button.clicked.connect(self.legend.clear_choice)

    def _lay_out(self) -> None:
        self.grid.setModel(self.model)
        self.grid.setObjectName("mapGrid")
        self.grid.setAccessibleName("Chosen images")
        self.grid.setSelectionMode(ThumbnailGrid.SelectionMode.ExtendedSelection)
        self.grid.set_tile_size(_TILE)
        self.grid.set_empty_text(*_EMPTY)
        for button, tip in (
            (self.clear_button, "Choose nothing (Esc)"),
            (self.all_button, "Let all colours stand out again (Esc)"),
        ):
            button.setProperty("role", "link")
            button.setToolTip(tip)
        self.lines_text.setContentsMargins(SPACE_M, 0, SPACE_S, SPACE_S)
        self.lines_text.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(_row(self.legend_title, self.all_button))
        layout.addWidget(self.legend)
        layout.addWidget(hairline())
        layout.addLayout(_row(plain_label("Chosen", "heading"), self.count, self.clear_button))
        layout.addWidget(self.lines_text)
        layout.addWidget(self.grid, 1)

    def _fit_legend(self) -> None:
        """Give the legend what it needs, and no more than a part of the height."""
        most = round(self.height() * _LEGEND_SHARE)
        self.legend.setFixedHeight(min(most, self.legend.sizeHint().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_legend()


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(SPACE_M, SPACE_S - 2, SPACE_S, SPACE_S - 2)
    row.setSpacing(SPACE_S)
    for widget in widgets:
        row.addWidget(widget, int(isinstance(widget, ElidedLabel)))
    return row
