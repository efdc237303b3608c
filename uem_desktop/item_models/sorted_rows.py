"""Rows of a table in the order of what Python compares."""

from __future__ import annotations

from PySide6.QtCore import QSortFilterProxyModel, Qt

from uem_desktop.item_models.image_list import AnyIndex

SORT_ROLE = int(Qt.ItemDataRole.UserRole) + 100
"""What a row is sorted by in a column: anything that can be compared, or None."""


class SortedRows(QSortFilterProxyModel):
    """Compares what the model says to sort by, see `SORT_ROLE`; what has no number stands last."""

    def lessThan(self, left: AnyIndex, right: AnyIndex) -> bool:
        first, second = (index.data(SORT_ROLE) for index in (left, right))
        if first is None or second is None:  # what has no number stands last either way
            is_rising = self.sortOrder() == Qt.SortOrder.AscendingOrder
            return (second is None and first is not None) == is_rising and first is not second
        return bool(first < second)
