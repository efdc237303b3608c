"""The commands of training."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from uem_desktop.pages.action_table import make_action


class TrainActions(QObject):
    """Holds the actions of the training menu."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        add = partial(make_action, window)
        self.show = add("&Train")
        self.start = add("&Start training, or go on with the shown run", "Ctrl+Return")
        self.pause = add("&Pause training, or go on", "Ctrl+T")
        self.stop = add("S&top training", "Ctrl+Shift+T")
        self.new_run = add("&New run", "Ctrl+N")
        self.follow = add("&Follow a run…", "Ctrl+Shift+N")
        self.pin = add("P&in or unpin for training", "Ctrl+D")
        self.use = add("&Use the shown run in Explore", "Ctrl+U")
        self.pin.setToolTip("Rank this image again after each epoch of training (Ctrl+D)")

    def menu_entries(self) -> list[QAction | None]:
        """Return the entries of the menu; None for a line between two groups."""
        return [
            self.start, self.pause, self.stop, None, self.new_run, self.follow, None,
            self.pin, self.use,
        ]  # fmt: skip
