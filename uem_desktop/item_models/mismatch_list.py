"""The queries that failed, worst first, as rows of a list."""

from __future__ import annotations

from uem_desktop.item_models.place_list import PlaceListModel
from uem_desktop.retrieval.mismatch_orders import Order
from uem_desktop.retrieval.mismatch_words import pair_text, row_texts
from uem_desktop.retrieval.mismatches import Mismatches, Rows


class MismatchListModel(PlaceListModel[Mismatches]):
    """Places of one table in the order that it is told."""

    arrow_word = "finds"
    _order = Order.PLAIN_AP

    def set_rows(self, found: Mismatches | None, places: Rows, order: Order) -> None:
        """Show these places of a table."""
        self._order = order
        self._set_places(found, places)

    def _mark(self, found: Mismatches, place: int) -> str:
        if found.is_private[place]:
            return "private"
        if not found.is_scored[place]:
            return "unknown"
        if found.results.first_rank[place] == 1:
            return "correct"
        return "wrong" if found.is_first_wrong[place] else "unknown"

    def _detail(self, found: Mismatches, place: int) -> str:
        return pair_text(found, place)

    def _texts(self, found: Mismatches, place: int) -> tuple[str, str]:
        return row_texts(found, place, self._order)
