"""The queries of a comparison as rows, with what they are sorted and filtered by."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from uem_desktop.item_models.compare_list import CompareListModel
from uem_desktop.item_models.place_list import PlaceRole
from uem_desktop.pages.compare_header import listing_text
from uem_desktop.pages.compare_keeper import CompareKeeper
from uem_desktop.pages.decision_desk import DecisionDesk
from uem_desktop.pages.filter_row import CategoryCombo, SearchField
from uem_desktop.pages.labels import ElidedLabel
from uem_desktop.retrieval.compare_orders import CompareOrder
from uem_desktop.retrieval.compare_words import COMPARE_HELP, COMPARE_TITLES
from uem_desktop.widgets.cell_roles import CellRoles
from uem_desktop.widgets.thumbnail_list import RowRoles, ThumbnailList
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S

_FILTER_DELAY_MS = 150
_WIDEST = 4000
_ROLES = RowRoles(CellRoles(detail=PlaceRole.DETAIL), PlaceRole.VALUE, PlaceRole.SECOND)
_FILTERED = (
    "No query matches the filter",
    "Empty the field, or choose all categories.",
    "search",
)
_NONE = ("No query here", "By this order nothing changed.", "check")


class CompareListPanel(QWidget):
    """Lists what the keeper lists.

    Signals:
        opened(int): The query in this place is wanted in Explore.
    """

    opened = Signal(int)

    def __init__(
        self,
        keeper: CompareKeeper,
        decisions: DecisionDesk,
        loader: ThumbnailLoader,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self.model = CompareListModel(self)
        self.model.show_decisions(decisions.decided.image)
        decisions.keeper.changed.connect(self._show_decisions)
        self.list = ThumbnailList(loader, _ROLES)
        self.list.setModel(self.model)
        self.list.setObjectName("compareList")
        self.list.setAccessibleName("Queries whose answers changed")
        self.list.setAccessibleDescription(
            "J and K or the arrow keys go from query to query; Enter opens one in Explore."
        )
        self.order_combo, self.category_combo = QComboBox(), CategoryCombo()
        self.search_field = SearchField("Name or category")
        self.facts = ElidedLabel(role="dim")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_FILTER_DELAY_MS)
        self._is_showing = False
        self._lay_out()
        self._connect()

    def focus_filter(self) -> None:
        """Go to the text filter."""
        self.search_field.setFocus()
        self.search_field.selectAll()

    def selected_places(self) -> list[int]:
        """Return the places that are selected, in the order of the list."""
        return [self.model.place_at(row) for row in self.list.selected_rows()]

    def show_found(self) -> None:
        """Offer the categories of another comparison."""
        found = self._keeper.found
        names = tuple(sorted(found.ours.query.rows_by_category)) if found else ()
        self.category_combo.set_categories(names)

    def show_listing(self) -> None:
        """Show what is listed now."""
        keeper, listing = self._keeper, self._keeper.listing
        self.order_combo.setCurrentIndex(self.order_combo.findData(listing.order))
        self.order_combo.setToolTip(COMPARE_HELP[listing.order])
        self.category_combo.set_category(listing.category)
        if self.search_field.text().strip() != listing.text:
            self.search_field.setText(listing.text)
        self.facts.set_text(listing_text(keeper))
        self.list.set_empty_text(*(_FILTERED if listing.is_filtered else _NONE))
        self._is_showing = True
        try:
            self.model.set_rows(keeper.found, keeper.places, listing.order, keeper.top_k)
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

    def _show_decisions(self, _entries: object) -> None:
        self.model.show_decisions()

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
        self.list.doubleClicked.connect(self._open)
        self.order_combo.activated.connect(
            lambda: keeper.ask(order=CompareOrder(self.order_combo.currentData()))
        )
        self.category_combo.category_chosen.connect(
            lambda: keeper.ask(category=self.category_combo.category)
        )
        self.search_field.textChanged.connect(self._timer.start)
        self._timer.timeout.connect(lambda: keeper.ask(text=self.search_field.text().strip()))
        self.search_field.left.connect(self.list.setFocus)

    def _lay_out(self) -> None:
        self.list.setSelectionMode(ThumbnailList.SelectionMode.ExtendedSelection)
        for order in CompareOrder:
            self.order_combo.addItem(COMPARE_TITLES[order], order)
            last = self.order_combo.count() - 1
            self.order_combo.setItemData(last, COMPARE_HELP[order], Qt.ItemDataRole.ToolTipRole)
        self.order_combo.setAccessibleName("Sort order")
        self.search_field.setToolTip(
            "Show only queries whose file name or category holds this (Ctrl+F)"
        )
        self.category_combo.setMinimumWidth(0)
        self.category_combo.setMaximumWidth(_WIDEST)
        choices = QHBoxLayout()
        choices.setSpacing(SPACE_S)
        self.order_combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        choices.addWidget(self.order_combo)
        choices.addWidget(self.category_combo, 1)
        head = QVBoxLayout()
        head.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        head.setSpacing(SPACE_S)
        head.addLayout(choices)
        head.addWidget(self.search_field)
        head.addWidget(self.facts)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.list, 1)
