"""The queries of a comparison as rows, with what they are sorted and filtered by."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

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
        super().__init__(keeper, self.rows, decisions, loader, parent)
        self._keeper = keeper
        self.list.setObjectName("compareList")
        self.list.setAccessibleName("Queries whose answers changed")
        self.facts = ElidedLabel(role="dim")
        self.offer_orders(CompareOrder, COMPARE_TITLES, COMPARE_HELP)
        self.head.insertWidget(0, self.order_combo)
        self.head.addWidget(self.facts)

    def show_listing(self) -> None:
        """Show what is listed now."""
        keeper, listing = self._keeper, self._keeper.listing
        self.show_order(listing.order, COMPARE_HELP)
        self.show_filter(listing)
        self.facts.set_text(listing_text(keeper))
        self.show_rows(
            lambda: self.rows.set_rows(keeper.found, keeper.places, listing.order, keeper.top_k),
            is_filtered=listing.is_narrowed,
            empty=_NONE,
        )
