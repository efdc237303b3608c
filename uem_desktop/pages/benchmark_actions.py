"""The commands of benchmarks."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from uem_desktop.pages.action_table import make_action


class BenchmarkActions(QObject):
    """Holds the actions of the benchmark menu."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        add = partial(make_action, window)
        self.show = add("&Benchmark")
        self.start = add("Start the &benchmark, or go on with the shown one", "Ctrl+B")
        self.stop = add("Stop the b&enchmark", "Ctrl+Shift+B")
        self.new = add("New benchmar&k")
        self.open = add("Open results of a benchma&rk…")

    def menu_entries(self) -> list[QAction | None]:
        """Return the entries of the menu; None for a line between two groups."""
        return [self.start, self.stop, None, self.new, self.open]
