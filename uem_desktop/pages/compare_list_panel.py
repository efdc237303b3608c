"""The queries of a comparison as rows, with what they are sorted and filtered by."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget

from uem_desktop.item_models.compare_list import CompareListModel
from uem_desktop.pages.compare_header import listing_text
from uem_desktop.pages.compare_keeper import CompareKeeper
from uem_desktop.pages.labels import ElidedLabel
from uem_desktop.pages.mismatch_decisions import MismatchDecisions
from uem_desktop.pages.query_list_panel import QueryListPanel
from uem_desktop.retrieval.compare_orders import CompareOrder
from uem_desktop.retrieval.compare_words import COMPARE_HELP, COMPARE_TITLES
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader

_NONE = ("No query here", "By this order nothing changed.", "check")


class CompareListPanel(QueryListPanel):
    """Lists what the keeper lists."""

    def __init__(
        self,
        keeper: CompareKeeper,
        decisions: MismatchDecisions,
        loader: ThumbnailLoader,
        parent: QWidget | None = None,
    ) -> None:
        self.rows = CompareListModel()
        super().__init__(self.rows, decisions, loader, parent)
        self.rows.setParent(self)
        self._keeper = keeper
        self.list.setObjectName("compareList")
        self.list.setAccessibleName("Queries whose answers changed")
        self.order_combo = QComboBox()
        self.facts = ElidedLabel(role="dim")
        self._lay_out()
        self._connect()

    def show_found(self) -> None:
        """Offer the categories of another comparison."""
        found = self._keeper.found
        names = tuple(sorted(found.query.rows_by_category)) if found else ()
        self.category_combo.set_categories(names)

    def show_listing(self) -> None:
        """Show what is listed now."""
        keeper, listing = self._keeper, self._keeper.listing
        self.order_combo.setCurrentIndex(self.order_combo.findData(listing.order))
        self.order_combo.setToolTip(COMPARE_HELP[listing.order])
        self.show_filter(listing)
        self.facts.set_text(listing_text(keeper))
        self.show_rows(
            lambda: self.rows.set_rows(keeper.found, keeper.places, listing.order, keeper.top_k),
            keeper.current,
            is_filtered=listing.is_narrowed,
            empty=_NONE,
        )

    def _connect(self) -> None:
        keeper = self._keeper
        keeper.found_changed.connect(self.show_found)
        keeper.listing_changed.connect(self.show_listing)
        keeper.current_changed.connect(lambda: self.show_current(keeper.current))
        self.looked_at.connect(keeper.look_at)
        self.asked.connect(lambda changes: keeper.ask(**changes))
        self.order_combo.activated.connect(
            lambda: keeper.ask(order=CompareOrder(self.order_combo.currentData()))
        )

    def _lay_out(self) -> None:
        for order in CompareOrder:
            self.order_combo.addItem(COMPARE_TITLES[order], order)
            last = self.order_combo.count() - 1
            self.order_combo.setItemData(last, COMPARE_HELP[order], Qt.ItemDataRole.ToolTipRole)
        self.order_combo.setAccessibleName("Sort order")
        self.head.insertWidget(0, self.order_combo)
        self.head.addWidget(self.facts)
