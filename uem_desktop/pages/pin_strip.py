"""Which queries are pinned, beside the set-up of a run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from uem_desktop.pages.labels import plain_label
from uem_desktop.pages.query_pictures import QueryPictures
from uem_desktop.widgets.drop_zone import DropTarget
from uem_desktop.widgets.mime import Dropped
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S

_NONE = (
    "Pin a few images, and after each epoch you see their matches turn green. Drop images of your"
    " folders here, or press Ctrl+D on one in Explore."
)


class PinStrip(QWidget):
    """The first pinned pictures, and buttons to pin another or none.

    Signals:
        pin_wanted(list[Path]): Pin these images.
        pin_current_wanted: Pin the explorer's query.
        clear_wanted: Unpin all.
        refused(str): Why a drop was not taken.
    """

    pin_wanted = Signal(list)
    pin_current_wanted = Signal()
    clear_wanted = Signal()
    refused = Signal(str)

    def __init__(
        self, loader: ThumbnailLoader, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._pictures = QueryPictures(loader)
        self.text = plain_label("", "dim", is_wrapped=True)
        self.pin_button = QPushButton("Pin current query")
        self.clear_button = QPushButton("Unpin all")
        self.pin_button.setToolTip("Pin what is searched for in Explore (Ctrl+D)")
        theme.bind_icon(self.pin_button, "pin")
        buttons = QVBoxLayout()
        buttons.setSpacing(SPACE_S)
        buttons.addWidget(self.pin_button)
        buttons.addWidget(self.clear_button)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_M)
        row.addWidget(self._pictures)
        row.addWidget(self.text, 1)
        row.addLayout(buttons)
        self._target = DropTarget(self)
        self._target.dropped.connect(self._take_drop)
        self.pin_button.clicked.connect(self.pin_current_wanted)
        self.clear_button.clicked.connect(self.clear_wanted)
        self.show_pinned(())

    def show_pinned(self, pinned: Sequence[Path]) -> None:
        """Show the pinned queries."""
        self._pictures.setVisible(bool(pinned))
        self._pictures.show_images(pinned)
        self.clear_button.setVisible(bool(pinned))
        count = len(pinned)
        self.text.setText(
            f"{count} quer{'y' if count == 1 else 'ies'} pinned. Their matches are ranked again"
            " after each epoch."
            if pinned
            else _NONE
        )

    def _take_drop(self, dropped: Dropped) -> None:
        files = [path for path in dropped.paths if path.is_file()]
        if files:
            self.pin_wanted.emit(files)
        else:
            self.refused.emit(dropped.refusal or "Drop images of the two folders to pin them.")
