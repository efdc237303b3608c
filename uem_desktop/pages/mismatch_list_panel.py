"""The failing queries as rows, with what they are sorted and filtered by."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from uem_desktop.item_models.mismatch_list import MismatchListModel
from uem_desktop.pages.mismatch_decisions import MismatchDecisions
from uem_desktop.pages.mismatch_keeper import MismatchKeeper
from uem_desktop.pages.query_list_panel import QueryListPanel
from uem_desktop.retrieval.mismatch_orders import ORDERS_OF, Order, Population, members
from uem_desktop.retrieval.mismatch_words import (
    ORDER_HELP,
    ORDER_TITLES,
    POPULATION_HELP,
    POPULATION_TITLES,
    cell_text,
)
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import SPACE_S

_ALL_GOOD = (
    "Nothing failed here",
    "By this order every query that is meant finds what it should.",
    "check",
)


class MismatchListPanel(QueryListPanel):
    """Lists what the keeper lists.

    Signals:
        cell_left: The queries of a cell of the confusion matrix are not wanted any more.
    """

    cell_left = Signal()

    def __init__(
        self,
        keeper: MismatchKeeper,
        decisions: MismatchDecisions,
        loader: ThumbnailLoader,
        parent: QWidget | None = None,
    ) -> None:
        self.rows = MismatchListModel()
        super().__init__(keeper, self.rows, decisions, loader, parent)
        self._keeper = keeper
        self.list.setObjectName("mismatchList")
        self.list.setAccessibleName("Queries that failed, the worst first")
        self.population_combo = QComboBox()
        self.cell_button = QPushButton()
        self._lay_out()
        self._connect()

    def show_found(self) -> None:
        """Offer the populations and categories of another table."""
        super().show_found()
        found = self._keeper.found
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
        self.show_filter(listing)
        self.cell_button.setVisible(listing.cell is not None)
        if listing.cell is not None:
            self.cell_button.setText(f"{cell_text(listing.cell)}  ✕")
        self.show_rows(
            lambda: self.rows.set_rows(keeper.found, keeper.places, listing.order),
            is_filtered=listing.is_filtered,
            empty=_ALL_GOOD,
        )

    def _show_orders(self, population: Population, order: Order) -> None:
        offered = [self.order_combo.itemData(row) for row in range(self.order_combo.count())]
        if offered != list(ORDERS_OF[population]):
            self.offer_orders(ORDERS_OF[population], ORDER_TITLES, ORDER_HELP)
        self.show_order(order, ORDER_HELP)
        self.population_combo.setToolTip(POPULATION_HELP[population])

    def _connect(self) -> None:
        self.population_combo.activated.connect(
            lambda: self._keeper.ask(
                population=Population(self.population_combo.currentData()), cell=None
            )
        )
        self.cell_button.clicked.connect(self.cell_left)

    def _lay_out(self) -> None:
        self.order_combo.setMinimumContentsLength(12)
        self.population_combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.population_combo.setAccessibleName("Population")
        self.cell_button.setProperty("role", "chip")
        self.cell_button.setToolTip(
            "Queries of this cell of the confusion matrix; a click or Esc returns to it"
        )
        self.cell_button.hide()
        orders = QHBoxLayout()
        orders.setSpacing(SPACE_S)
        orders.addWidget(self.order_combo, 1)
        orders.addWidget(self.population_combo)
        self.head.insertLayout(0, orders)
        self.head.addWidget(self.cell_button, 0, Qt.AlignmentFlag.AlignLeft)
