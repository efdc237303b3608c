"""One pinned query with its first matches."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from uem_desktop.item_models.pinned_list import PinnedListModel
from uem_desktop.pages.labels import ElidedLabel, set_role
from uem_desktop.pages.query_pictures import QueryPictures
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.pinned_history import PinnedRow
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.thumbnail_grid import ThumbnailGrid
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import SPACE_S, SPACE_XS

TILE = 76
_TEXT_WIDTH = 116


class MatchLine(ThumbnailGrid):
    """One line of matches: as many as there is room for."""

    def __init__(self, loader: ThumbnailLoader, model: PinnedListModel) -> None:
        super().__init__(loader)
        self._line = model
        self.setModel(model)
        self.set_tile_size(TILE)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFixedHeight(self.cell_size().height() + 2 * self.geometry_now().margin)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page scrolls, not the line

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._line.set_limit(self.geometry_now().columns)


class PinnedRowView(QFrame):
    """The query on the left, its matches on the right.

    Signals:
        unpin_wanted(Path): Rank this query no more.
        query_wanted(Path): Search with an image in the explorer.
    """

    unpin_wanted = Signal(object)
    query_wanted = Signal(object)

    def __init__(
        self, query: Path, loader: ThumbnailLoader, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.query = query
        self.model = PinnedListModel(self)
        self.grid = MatchLine(loader, self.model)
        self._pictures = QueryPictures(loader)
        self._name = ElidedLabel(display_text(query.name), "heading")
        self._name.set_elide_mode(Qt.TextElideMode.ElideMiddle)
        self._category = ElidedLabel(role="dim")
        self.right = ElidedLabel()
        self.unpin_button = QToolButton()
        theme.bind_icon(self.unpin_button, "close")
        self._pictures.show_images([query])
        self._lay_out()
        self.unpin_button.clicked.connect(self._unpin)
        self.grid.activated.connect(self._want_query)

    def show_row(self, row: PinnedRow, *, can_unpin: bool) -> None:
        """Show the matches of one moment."""
        self.model.set_row(row)
        self._category.set_text(row.category or "no category")
        self.right.set_text(row.correct_text)
        role = "correct" if any(match.is_correct for match in row.matches) else "dim"
        set_role(self.right, role)
        self.unpin_button.setVisible(can_unpin)
        self.setAccessibleName(f"Pinned query {display_text(self.query.name)}, {row.correct_text}")

    def _unpin(self) -> None:
        self.unpin_wanted.emit(self.query)

    def _want_query(self, index: QModelIndex) -> None:
        self.query_wanted.emit(self.model.path_at(index.row()))

    def _lay_out(self) -> None:
        self.grid.setAccessibleName(f"Matches of {display_text(self.query.name)}")
        self.grid.set_empty_text("Not ranked yet", "The matches appear after the next epoch.")
        self.unpin_button.setAutoRaise(True)
        self.unpin_button.setIconSize(QSize(14, 14))
        self.unpin_button.setToolTip("Unpin this query")
        self.unpin_button.setAccessibleName(f"Unpin {display_text(self.query.name)}")
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addStretch(1)
        for label in (self._name, self._category, self.right):
            label.setFixedWidth(_TEXT_WIDTH)
            texts.addWidget(label)
        texts.addWidget(self.unpin_button)
        texts.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_S, 1, 1, 1)
        row.setSpacing(SPACE_S + SPACE_XS)
        row.addWidget(self._pictures, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(texts)
        row.addWidget(self.grid, 1)
