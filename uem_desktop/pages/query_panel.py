"""The query domain as a grid, with its filters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from uem_desktop.item_models.record_list import RecordListModel
from uem_desktop.item_models.roles import Role
from uem_desktop.pages.filter_row import CategoryCombo, SearchField
from uem_desktop.pages.labels import ElidedLabel, plain_label
from uem_desktop.retrieval.explorer_session import LoadedDomain
from uem_desktop.widgets.thumbnail_grid import ThumbnailGrid
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S

_FILTER_DELAY_MS = 150


class QueryPanel(QWidget):
    """Lists the images of the query domain and says which are selected.

    Signals:
        images_chosen(list[Path]): These images are to be the query.
        filter_changed: The category or the text changed.
    """

    images_chosen = Signal(list)
    filter_changed = Signal()

    def __init__(self, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queryPanel")
        self.model = RecordListModel(self)
        self.grid = ThumbnailGrid(loader)
        self.grid.setModel(self.model)
        self.grid.setObjectName("queryGrid")
        self.grid.setSelectionMode(ThumbnailGrid.SelectionMode.ExtendedSelection)
        self.grid.setAccessibleName("Images of the query domain")
        self.search_field = SearchField("Name")
        self.search_field.setAccessibleName("Filter by file name")
        self.search_field.setToolTip("Show only images whose file name holds this (Ctrl+F)")
        self.category_combo = CategoryCombo()
        self._count = ElidedLabel(role="dim")
        self._is_selecting = False
        self._filter_timer = QTimer(self)
        self._filter_timer.setSingleShot(True)
        self._filter_timer.setInterval(_FILTER_DELAY_MS)
        self._filter_timer.timeout.connect(self._apply_filter)
        self._lay_out()
        self.search_field.textChanged.connect(self._filter_timer.start)
        self.search_field.left.connect(self.grid.setFocus)
        self.category_combo.category_chosen.connect(self._apply_filter)
        self.grid.selectionModel().selectionChanged.connect(self._announce_selection)

    def show_domain(self, domain: LoadedDomain | None) -> None:
        """Show another folder, or none; the filters stay where they can."""
        self.category_combo.set_categories(domain.scan.categories if domain else ())
        self.model.set_filter(self.category_combo.category, self.search_field.text())
        self.model.set_records(domain.records if domain else ())
        if domain is not None:
            self.mark_ready(domain)
        self._show_count()

    def mark_ready(self, domain: LoadedDomain) -> None:
        """Show which images are embedded and which cannot be read."""
        self.model.set_ready(domain.embeddings.ready_rows())
        reasons = {
            row: failure.reason
            for failure in domain.embeddings.failures
            if (row := domain.row_of_path.get(failure.path)) is not None
        }
        self.model.set_failed(reasons)

    def select_images(self, domain: LoadedDomain | None, query: Sequence[Path]) -> None:
        """Select the images of a query where they are shown, without asking again."""
        rows = [domain.row_of_path[p] for p in query if p in domain.row_of_path] if domain else []
        shown = [row for row in (self.model.row_of(row) for row in rows) if row >= 0]
        chosen = {index.row() for index in self.grid.selectionModel().selectedIndexes()}
        if set(shown) == chosen:
            return
        self._is_selecting = True
        try:
            selection = QItemSelection()
            for row in shown:
                selection.select(self.model.index(row), self.model.index(row))
            flags = QItemSelectionModel.SelectionFlag
            self.grid.selectionModel().select(selection, flags.ClearAndSelect)
            if shown:
                current = self.model.index(shown[0])
                self.grid.selectionModel().setCurrentIndex(current, flags.NoUpdate)
                self.grid.scrollTo(current)
        finally:
            self._is_selecting = False

    def select_first(self) -> None:
        """Select the first image that is shown."""
        if self.model.rowCount():
            self.grid.set_current_row(0)

    def selected_paths(self) -> list[Path]:
        """Return the selected images from top to bottom."""
        indexes = sorted(self.grid.selectionModel().selectedIndexes(), key=QModelIndex.row)
        return [index.data(Role.PATH) for index in indexes]

    def listed_paths(self) -> list[Path]:
        """Return all images that the filters leave, from top to bottom."""
        return [self.model.path_at(row) for row in range(self.model.rowCount())]

    def set_filter(self, category: str | None, text: str) -> None:
        """Set both filters, as a project left them."""
        self.category_combo.set_category(category)
        self.search_field.setText(text)
        self._filter_timer.stop()
        self._apply_filter()

    def _apply_filter(self) -> None:
        chosen = [index.data(Role.ROW) for index in self.grid.selectionModel().selectedIndexes()]
        self._is_selecting = True
        try:
            self.model.set_filter(self.category_combo.category, self.search_field.text())
        finally:
            self._is_selecting = False
        self._show_count()
        self._keep_selected(chosen)
        self.filter_changed.emit()

    def _keep_selected(self, rows: Sequence[int]) -> None:
        shown = [row for row in (self.model.row_of(row) for row in rows) if row >= 0]
        self._is_selecting = True
        try:
            flags = QItemSelectionModel.SelectionFlag
            for row in shown:
                self.grid.selectionModel().select(self.model.index(row), flags.Select)
        finally:
            self._is_selecting = False

    def _show_count(self) -> None:
        shown, total = self.model.rowCount(), len(self.model.records)
        if total:
            self.grid.set_empty_text(
                "No image matches the filter", "Empty the name field or choose all categories."
            )
        else:
            self.grid.set_empty_text("No images", "Choose or drop a folder that holds images.")
        if not total:
            self._count.set_text("")
        elif shown == total:
            self._count.set_text(f"{total:,} image{'' if total == 1 else 's'}, in path order")
        else:
            self._count.set_text(f"{shown:,} of {total:,} images")

    def _announce_selection(self) -> None:
        if not self._is_selecting and (paths := self.selected_paths()):
            self.images_chosen.emit(paths)

    def _lay_out(self) -> None:
        title = QHBoxLayout()
        title.setSpacing(SPACE_S)
        title.addWidget(plain_label("Query domain", "title"))
        title.addWidget(self._count, 1)
        filters = QHBoxLayout()
        filters.setSpacing(SPACE_S)
        filters.addWidget(self.search_field, 1)
        filters.addWidget(self.category_combo)
        head = QVBoxLayout()
        head.setContentsMargins(SPACE_M, SPACE_S + 4, SPACE_M, SPACE_S)
        head.setSpacing(SPACE_S)
        head.addLayout(title)
        head.addLayout(filters)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.grid, 1)
