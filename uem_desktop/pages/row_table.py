"""Tables whose rows are things of one kind."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractItemView, QTableView


class RowTable(QTableView):
    """Rows without a grid, chosen as a whole; Tab leaves them."""

    def __init__(self, row_height: int = 32) -> None:
        super().__init__()
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(row_height)
