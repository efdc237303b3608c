"""The queries of a comparison as rows of a list."""

from __future__ import annotations

from uem_desktop.item_models.place_list import PlaceListModel
from uem_desktop.retrieval.compare import Comparison
from uem_desktop.retrieval.compare_orders import CompareOrder
from uem_desktop.retrieval.compare_words import first_matches_text, row_texts
from uem_desktop.retrieval.mismatches import Rows


class CompareListModel(PlaceListModel[Comparison]):
    """Places of one comparison in the order that it is told."""

    arrow_word = "to"
    hint = (
        "Category, and what the first match was or is now where that is another one."
        f"\n{PlaceListModel.hint}"
    )
    _order = CompareOrder.LOSS
    _top_k = 1

    def set_rows(
        self, found: Comparison | None, places: Rows, order: CompareOrder, top_k: int
    ) -> None:
        """Show these places of a comparison."""
        self._order, self._top_k = order, top_k
        self._set_places(found, places)

    def _detail(self, found: Comparison, place: int) -> str:
        return first_matches_text(found, place)

    def _texts(self, found: Comparison, place: int) -> tuple[str, str]:
        return row_texts(found, place, self._order, self._top_k)
