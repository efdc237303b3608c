"""Entries as a list, and the images of either domain that belong to the current one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from uem_desktop.item_models.entry_list import EntryListModel, EntryRole
from uem_desktop.item_models.rows_list import RowsListModel
from uem_desktop.pages.labels import ElidedLabel, plain_label
from uem_desktop.pages.mismatch_decisions import MismatchDecisions
from uem_desktop.retrieval.entries import Entries
from uem_desktop.retrieval.explorer_session import SIDES, Side
from uem_desktop.widgets.cell_roles import CellRoles
from uem_desktop.widgets.thumbnail_grid import ThumbnailGrid
from uem_desktop.widgets.thumbnail_list import RowRoles, ThumbnailList
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S

_ROLES = RowRoles(CellRoles(detail=EntryRole.DETAIL), EntryRole.VALUE, EntryRole.SECOND)
_TILE = 96
_TITLES = {"query": "Query domain", "gallery": "Gallery domain"}


class EntryBrowser(QWidget):
    """Shows entries; the current one says which images stand beside.

    Signals:
        query_wanted(Path): An image is wanted as the query in Explore.
        full_view_wanted(Path): Show an image as large as the screen.
    """

    query_wanted = Signal(object)
    full_view_wanted = Signal(object)

    def __init__(
        self,
        decisions: MismatchDecisions,
        loader: ThumbnailLoader,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._entries: Entries | None = None
        self.model = EntryListModel(self)
        self.list = ThumbnailList(loader, _ROLES)
        self.title = ElidedLabel(role="dim")
        self.models = {side: RowsListModel(self) for side in SIDES}
        self.grids = {side: ThumbnailGrid(loader) for side in SIDES}
        self.facts = {side: ElidedLabel(role="dim") for side in SIDES}
        self._counts = {side: plain_label("", "title") for side in SIDES}
        self.list.setModel(self.model)
        self.list.setAccessibleName("What stands out")
        for side in SIDES:
            self._set_up_grid(self.grids[side], self.models[side], _TITLES[side])
            self.models[side].show_decisions(decisions.query)
            decisions.changed.connect(self.models[side].show_decisions)
        self._lay_out()
        self.list.selectionModel().currentChanged.connect(self._show_entry)
        self.list.activated.connect(self._focus_images)
        shortcut = QShortcut(QKeySequence("Space"), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self._open_full_view)

    @property
    def focused_grid(self) -> ThumbnailGrid | None:
        """The grid of images where the keys are."""
        return next((grid for grid in self.grids.values() if grid.hasFocus()), None)

    def focus_first(self) -> None:
        """Give the focus to the list."""
        self.list.setFocus()

    def selected_paths(self) -> list[Path]:
        """Return the images that an edit command means."""
        for side in SIDES:
            if self.grids[side].hasFocus():
                return [self.models[side].path_at(row) for row in self.grids[side].selected_rows()]
        return [self.model.path_at(row) for row in self.list.selected_rows()]

    def show_entries(self, entries: Entries | None) -> None:
        """Show other entries, the first one open."""
        self._entries = entries
        self.model.set_entries(entries)
        self.title.set_text(entries.title if entries is not None and len(entries) else "")
        self.list.set_empty_text(entries.nothing if entries is not None else "", "", "check")
        if entries is not None and len(entries):
            self.list.set_current_row(0)
        else:
            self._clear()

    def _clear(self) -> None:
        for side in SIDES:
            self.models[side].set_rows((), np.empty(0, np.int64))
            self.facts[side].set_text("")
            self._counts[side].setText(_TITLES[side])

    def _show_entry(self, current: QModelIndex) -> None:
        entries = self._entries
        if not current.isValid() or entries is None:
            return
        entry = self.model.entry_at(current.row())
        parts = ((entry.query_rows, entry.query_title), (entry.gallery_rows, entry.gallery_title))
        for side, (rows, title) in zip(SIDES, parts, strict=True):
            self.models[side].set_rows(entries.domains[side].records, rows)
            self._counts[side].setText(f"{len(rows):,}")
            self.facts[side].set_text(f"{side} domain · {title}")
            has_categories = entries.domains[side].has_categories
            self.grids[side].set_detail_shown(has_categories)

    def _focus_images(self) -> None:
        side: Side = "query" if self.models["query"].rowCount() else "gallery"
        self.grids[side].setFocus()
        if not self.grids[side].currentIndex().isValid() and self.models[side].rowCount():
            self.grids[side].set_current_row(0)

    def _want_query(self, index: QModelIndex) -> None:
        model = index.model()
        assert isinstance(model, RowsListModel)
        self.query_wanted.emit(model.path_at(index.row()))

    def _open_full_view(self) -> None:
        paths = self.selected_paths()
        if paths:
            self.full_view_wanted.emit(paths[0])

    def _set_up_grid(self, grid: ThumbnailGrid, model: RowsListModel, name: str) -> None:
        grid.setModel(model)
        grid.setAccessibleName(f"Images of the {name.lower()}")
        grid.set_tile_size(_TILE)
        grid.setSelectionMode(ThumbnailGrid.SelectionMode.ExtendedSelection)
        grid.set_empty_text("None", "", None)
        grid.activated.connect(self._want_query)

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(SPACE_M, SPACE_S + 4, SPACE_M, SPACE_S)
        head.addWidget(self.title)
        column.addLayout(head)
        column.addWidget(self.list, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(left)
        for side in SIDES:
            splitter.addWidget(self._titled(side))
        left.setMinimumWidth(250)
        splitter.setSizes([300, 340, 340])
        for place, stretch in enumerate((2, 3, 3)):
            splitter.setStretchFactor(place, stretch)
        splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)

    def _titled(self, side: Side) -> QWidget:
        part = QWidget()
        head = QHBoxLayout()
        head.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        head.setSpacing(SPACE_S)
        head.addWidget(self._counts[side])
        head.addWidget(self.facts[side], 1)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.grids[side], 1)
        part.setMinimumWidth(180)
        return part
