"""The failing queries as rows, with what they are sorted and filtered by."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from uem_desktop.item_models.mismatch_list import MismatchListModel
from uem_desktop.item_models.place_list import PlaceRole
from uem_desktop.pages.filter_row import CategoryCombo, SearchField
from uem_desktop.pages.mismatch_decisions import MismatchDecisions
from uem_desktop.pages.mismatch_keeper import MismatchKeeper
from uem_desktop.retrieval.decided_about import DecidedFilter
from uem_desktop.retrieval.mismatch_orders import ORDERS_OF, Order, Population, members
from uem_desktop.retrieval.mismatch_words import (
    DECIDED_TITLES,
    ORDER_HELP,
    ORDER_TITLES,
    POPULATION_HELP,
    POPULATION_TITLES,
    cell_text,
)
from uem_desktop.widgets.cell_roles import CellRoles
from uem_desktop.widgets.thumbnail_list import RowRoles, ThumbnailList
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S

_FILTER_DELAY_MS = 150
_WIDEST = 4000
_ROLES = RowRoles(CellRoles(detail=PlaceRole.DETAIL), PlaceRole.VALUE, PlaceRole.SECOND)
_ALL_GOOD = (
    "Nothing failed here",
    "By this order every query that is meant finds what it should.",
    "check",
)
_FILTERED = (
    "No query matches the filter",
    "Empty the field, or choose all categories and all decisions.",
    "search",
)


class MismatchListPanel(QWidget):
    """Lists what the keeper lists.

    Signals:
        opened(int): The query in this place is wanted in Explore.
        cell_left: The queries of a cell of the confusion matrix are not wanted any more.
    """

    opened = Signal(int)
    cell_left = Signal()

    def __init__(
        self,
        keeper: MismatchKeeper,
        decisions: MismatchDecisions,
        loader: ThumbnailLoader,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self.model = MismatchListModel(self)
        self.model.show_decisions(decisions.query)
        decisions.changed.connect(self.model.show_decisions)
        self.list = ThumbnailList(loader, _ROLES)
        self.list.setModel(self.model)
        self.list.setObjectName("mismatchList")
        self.list.setAccessibleName("Queries that failed, the worst first")
        self.list.setAccessibleDescription(
            "J and K or the arrow keys go from query to query; Enter opens one in Explore."
        )
        self.order_combo, self.population_combo = QComboBox(), QComboBox()
        self.decided_combo = QComboBox()
        self.category_combo = CategoryCombo()
        self.search_field = SearchField("Name or category")
        self.cell_button = QPushButton()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_FILTER_DELAY_MS)
        self._is_showing = False
        self._lay_out()
        self._connect()

    def first_match(self, query: Path) -> Path:
        """Return the first match of a query that is listed."""
        found = self._keeper.found
        assert found is not None
        rows = range(self.model.rowCount())
        row = next(row for row in rows if self.model.path_at(row) == query)
        return found.gallery.records[int(found.matches[self.model.place_at(row), 0])].path

    def focus_filter(self) -> None:
        """Go to the text filter."""
        self.search_field.setFocus()
        self.search_field.selectAll()

    def show_found(self) -> None:
        """Offer the populations and categories of another table."""
        found = self._keeper.found
        self.category_combo.set_categories(
            tuple(sorted(found.query.rows_by_category)) if found else ()
        )
        self.population_combo.clear()
        for population in Population:
            count = int(members(found, population).sum()) if found else 0
            if count:
                self.population_combo.addItem(
                    f"{POPULATION_TITLES[population]} ({count:,})", population
                )
                last = self.population_combo.count() - 1
                help_text = POPULATION_HELP[population]
                self.population_combo.setItemData(last, help_text, Qt.ItemDataRole.ToolTipRole)

    def show_listing(self) -> None:
        """Show what is listed now."""
        keeper, listing = self._keeper, self._keeper.listing
        self._show_orders(listing.population, listing.order)
        at = self.population_combo.findData(listing.population)
        self.population_combo.setCurrentIndex(at)
        self.category_combo.set_category(listing.category)
        self.decided_combo.setCurrentIndex(self.decided_combo.findData(listing.decided))
        if self.search_field.text().strip() != listing.text:
            self.search_field.setText(listing.text)
        self.cell_button.setVisible(listing.cell is not None)
        if listing.cell is not None:
            self.cell_button.setText(f"{cell_text(listing.cell)}  ✕")
        self.list.set_empty_text(*(_FILTERED if listing.is_filtered else _ALL_GOOD))
        self._is_showing = True
        try:
            self.model.set_rows(keeper.found, keeper.places, listing.order)
        finally:
            self._is_showing = False
        self.show_current()

    def show_current(self) -> None:
        """Select the query that is looked at."""
        place = self._keeper.current
        row = self.model.row_of(place) if place is not None else -1
        if row < 0 or row == self.list.currentIndex().row():
            return
        self._is_showing = True
        try:
            self.list.set_current_row(row)
        finally:
            self._is_showing = False

    def _show_orders(self, population: Population, order: Order) -> None:
        offered = [self.order_combo.itemData(row) for row in range(self.order_combo.count())]
        if offered != list(ORDERS_OF[population]):
            self.order_combo.clear()
            for one in ORDERS_OF[population]:
                self.order_combo.addItem(ORDER_TITLES[one], one)
                last = self.order_combo.count() - 1
                self.order_combo.setItemData(last, ORDER_HELP[one], Qt.ItemDataRole.ToolTipRole)
        self.order_combo.setCurrentIndex(self.order_combo.findData(order))
        self.order_combo.setToolTip(ORDER_HELP[order])
        self.population_combo.setToolTip(POPULATION_HELP[population])

    def _take_current(self, current: QModelIndex) -> None:
        if not self._is_showing and current.isValid():
            self._keeper.look_at(self.model.place_at(current.row()))

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(self.model.place_at(index.row()))

    def _connect(self) -> None:
        keeper = self._keeper
        keeper.found_changed.connect(self.show_found)
        keeper.listing_changed.connect(self.show_listing)
        keeper.current_changed.connect(self.show_current)
        self.list.selectionModel().currentChanged.connect(self._take_current)
        self.list.activated.connect(self._open)
        self.order_combo.activated.connect(
            lambda: keeper.ask(order=Order(self.order_combo.currentData()))
        )
        self.population_combo.activated.connect(
            lambda: keeper.ask(
                population=Population(self.population_combo.currentData()), cell=None
            )
        )
        self.category_combo.category_chosen.connect(
            lambda: keeper.ask(category=self.category_combo.category)
        )
        self.decided_combo.activated.connect(
            lambda: keeper.ask(decided=DecidedFilter(self.decided_combo.currentData()))
        )
        self.search_field.textChanged.connect(self._timer.start)
        self._timer.timeout.connect(lambda: keeper.ask(text=self.search_field.text().strip()))
        self.search_field.left.connect(self.list.setFocus)
        self.cell_button.clicked.connect(self.cell_left)

    def _lay_out(self) -> None:
        self.list.setSelectionMode(ThumbnailList.SelectionMode.ExtendedSelection)
        self.order_combo.setAccessibleName("Sort order")
        self.order_combo.setMinimumContentsLength(12)
        self.population_combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.population_combo.setAccessibleName("Population")
        self.search_field.setToolTip(
            "Show only queries whose file name or category holds this (Ctrl+F)"
        )
        self.cell_button.setProperty("role", "chip")
        self.cell_button.setToolTip(
            "Queries of this cell of the confusion matrix; a click or Esc returns to it"
        )
        self.cell_button.hide()
        orders = QHBoxLayout()
        orders.setSpacing(SPACE_S)
        orders.addWidget(self.order_combo, 1)
        orders.addWidget(self.population_combo)
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
        head = QVBoxLayout()
        head.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        head.setSpacing(SPACE_S)
        head.addLayout(orders)
        head.addWidget(self.search_field)
        head.addLayout(filters)
        head.addWidget(self.cell_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.list, 1)
