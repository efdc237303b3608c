"""Queries as rows under a sort order and a filter: what lists of several pages have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from uem_desktop.item_models.place_list import PlaceListModel, PlaceRole
from uem_desktop.pages.filter_row import CategoryCombo, SearchField
from uem_desktop.pages.mismatch_decisions import MismatchDecisions
from uem_desktop.pages.query_walk import QueryWalk
from uem_desktop.retrieval.decided_about import DecidedFilter
from uem_desktop.retrieval.mismatch_words import DECIDED_TITLES
from uem_desktop.retrieval.query_filter import QueryFilter
from uem_desktop.widgets.cell_roles import CellRoles
from uem_desktop.widgets.thumbnail_list import RowRoles, ThumbnailList
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S

_FILTER_DELAY_MS = 150
_WIDEST = 4000
_ROLES = RowRoles(CellRoles(detail=PlaceRole.DETAIL), PlaceRole.VALUE, PlaceRole.SECOND)
_FILTERED = (
    "No query matches the filter",
    "Empty the field, or choose all categories and all decisions.",
    "search",
)


class QueryListPanel(QWidget):
    """Shows what a walk lists, and tells it where a person goes and what they ask for.

    Attributes:
        model: The rows.
        order_combo: What comes first.
        head: Where a page puts what stands above the filter and below it.

    Signals:
        opened(int): The query in this place is wanted in Explore.
    """

    opened = Signal(int)

    def __init__(
        self,
        walk: QueryWalk[Any, Any, Any, Any],
        model: PlaceListModel[Any],
        decisions: MismatchDecisions,
        loader: ThumbnailLoader,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._walk = walk
        self.model = model
        model.setParent(self)
        model.show_decisions(decisions.query)
        decisions.changed.connect(model.show_decisions)
        self.list = ThumbnailList(loader, _ROLES)
        self.list.setModel(model)
        self.list.setAccessibleDescription(
            "J and K or the arrow keys go from query to query; Enter opens one in Explore."
        )
        self.search_field = SearchField("Name or category")
        self.order_combo = QComboBox()
        self.category_combo, self.decided_combo = CategoryCombo(), QComboBox()
        self.head = QVBoxLayout()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_FILTER_DELAY_MS)
        self._is_showing = False
        self._lay_out_list()
        self._connect_list()

    def focus_filter(self) -> None:
        """Go to the text filter."""
        self.search_field.setFocus()
        self.search_field.selectAll()

    def selected_places(self) -> list[int]:
        """Return the places that are selected, in the order of the list."""
        return [self.model.place_at(row) for row in self.list.selected_rows()]

    def selected_paths(self) -> list[Path]:
        """Return the queries that are selected, in the order of the list."""
        return [self.model.path_at(row) for row in self.list.selected_rows()]

    def listed_paths(self) -> list[Path]:
        """Return all queries of the list in its order."""
        return [self.model.path_at(row) for row in range(self.model.rowCount())]

    def show_found(self) -> None:
        """Offer the categories of another table."""
        found = self._walk.found
        names = tuple(sorted(found.query.rows_by_category)) if found is not None else ()
        self.category_combo.set_categories(names)

    def show_listing(self) -> None:
        """Show what is listed now."""
        raise NotImplementedError

    def offer_orders(
        self, orders: Iterable[str], titles: Mapping[Any, str], helps: Mapping[Any, str]
    ) -> None:
        """Offer these orders."""
        self.order_combo.clear()
        for row, order in enumerate(orders):
            self.order_combo.addItem(titles[order], order)
            self.order_combo.setItemData(row, helps[order], Qt.ItemDataRole.ToolTipRole)

    def show_order(self, order: str, helps: Mapping[Any, str]) -> None:
        """Show what comes first."""
        self.order_combo.setCurrentIndex(self.order_combo.findData(order))
        self.order_combo.setToolTip(helps[order])

    def show_filter(self, shown: QueryFilter) -> None:
        """Show by what the list is narrowed."""
        self.category_combo.set_category(shown.category)
        self.decided_combo.setCurrentIndex(self.decided_combo.findData(shown.decided))
        if self.search_field.text().strip() != shown.text:
            self.search_field.setText(shown.text)

    def show_rows(
        self,
        fill: Callable[[], object],
        *,
        is_filtered: bool,
        empty: tuple[str, str, str],
    ) -> None:
        """Show other rows.

        Args:
            fill: Gives them to the model.
            is_filtered: Whether a filter may be why there are none.
            empty: Title, sentence and icon where none are there and no filter is why.
        """
        self.list.set_empty_text(*(_FILTERED if is_filtered else empty))
        self._is_showing = True
        try:
            fill()
        finally:
            self._is_showing = False
        self._show_current()

    def _show_current(self) -> None:
        place = self._walk.current
        row = self.model.row_of(place) if place is not None else -1
        if row < 0 or row == self.list.currentIndex().row():
            return
        self._is_showing = True
        try:
            self.list.set_current_row(row)
        finally:
            self._is_showing = False

    def _take_current(self, current: QModelIndex) -> None:
        if not self._is_showing and current.isValid():
            self._walk.look_at(self.model.place_at(current.row()))

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(self.model.place_at(index.row()))

    def _connect_list(self) -> None:
        walk = self._walk
        walk.found_changed.connect(self.show_found)
        walk.listing_changed.connect(self.show_listing)
        walk.current_changed.connect(self._show_current)
        self.list.selectionModel().currentChanged.connect(self._take_current)
        self.list.activated.connect(self._open)
        self.order_combo.activated.connect(
            lambda: walk.ask(order=type(walk.listing.order)(self.order_combo.currentData()))
        )
        self.category_combo.category_chosen.connect(
            lambda: walk.ask(category=self.category_combo.category)
        )
        self.decided_combo.activated.connect(
            lambda: walk.ask(decided=DecidedFilter(self.decided_combo.currentData()))
        )
        self.search_field.textChanged.connect(self._timer.start)
        self._timer.timeout.connect(lambda: walk.ask(text=self.search_field.text().strip()))
        self.search_field.left.connect(self.list.setFocus)

    def _lay_out_list(self) -> None:
        self.order_combo.setAccessibleName("Sort order")
        self.list.setSelectionMode(ThumbnailList.SelectionMode.ExtendedSelection)
        self.search_field.setToolTip(
            "Show only queries whose file name or category holds this (Ctrl+F)"
        )
        for wanted, title in DECIDED_TITLES.items():
            self.decided_combo.addItem(title, wanted)
        self.decided_combo.setAccessibleName("Filter by decision")
        self.decided_combo.setToolTip("Show only queries about which this was decided")
        filters = QHBoxLayout()
        filters.setSpacing(SPACE_S)
        self.category_combo.setMinimumWidth(0)
        for combo in (self.category_combo, self.decided_combo):
            combo.setMaximumWidth(_WIDEST)
            filters.addWidget(combo, 1)
        self.head.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        self.head.setSpacing(SPACE_S)
        self.head.addWidget(self.search_field)
        self.head.addLayout(filters)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self.head)
        layout.addWidget(self.list, 1)
