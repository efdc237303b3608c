"""What the details of the current query have in common, on whatever page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from training.data.records import ImageRecord
from uem_desktop.pages.query_walk import QueryWalk
from uem_desktop.widgets.theme import Theme

_CLEAR_DELAY_MS = 150


class QueryDetail(QWidget):
    """Tells of the current query of a walk.

    Signals:
        explore_wanted: The query is wanted in Explore.
        full_view_wanted(Path): Show an image as large as the screen.
    """

    explore_wanted = Signal()
    full_view_wanted = Signal(object)

    def __init__(self, walk: QueryWalk[Any, Any, Any, Any], theme: Theme) -> None:
        super().__init__()
        self._walk = walk
        self.explore_button = QPushButton("Open in Explore")
        self.explore_button.setToolTip("Ask this query in Explore (Enter); Esc comes back")
        theme.bind_icon(self.explore_button, "explore")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_CLEAR_DELAY_MS)
        self._timer.timeout.connect(self._clear)
        self.explore_button.clicked.connect(self.explore_wanted)

    @property
    def query_path(self) -> Path | None:
        """The query that is shown."""
        return self._walk.current_path

    @property
    def previewed(self) -> Path | None:
        """The image to look at: where the keys are, else the query."""
        raise NotImplementedError

    def _clear(self) -> None:
        """Show no result."""
        raise NotImplementedError


def category_text(record: ImageRecord, *, is_scored: bool) -> str:
    """Say which category a query has, and whether the gallery has it too."""
    why = "" if is_scored or record.category is None else " · private: the gallery has none"
    return f"{record.category or 'no category'}{why}"
