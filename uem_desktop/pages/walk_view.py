"""A list of queries beside the one that is looked at, and the keys that walk through it."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from uem_desktop.pages.query_detail import QueryDetail
from uem_desktop.pages.query_list_panel import QueryListPanel
from uem_desktop.pages.query_walk import QueryWalk

_DETAIL_WIDTH = 420
_WIDTH = 1260


class WalkView(QSplitter):
    """Shows the list of a walk and its current query.

    Signals:
        explore_wanted(Path): The query is wanted in Explore.
        full_view_wanted(Path): Show an image as large as the screen.
    """

    explore_wanted = Signal(object)
    full_view_wanted = Signal(object)

    def __init__(
        self,
        walk: QueryWalk[Any, Any, Any, Any],
        panel: QueryListPanel,
        detail: QueryDetail,
        list_width: int,
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._walk, self._detail = walk, detail
        self._place = QStackedWidget()
        self._lay_out(panel, list_width)
        walk.current_changed.connect(self._show_detail)
        panel.opened.connect(self._open_in_explore)
        detail.explore_wanted.connect(self._open_in_explore)
        detail.full_view_wanted.connect(self.full_view_wanted)
        for keys, method in (
            ("J", partial(walk.step, 1)),
            ("K", partial(walk.step, -1)),
            ("Space", self._open_full_view),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(method)

    def _show_detail(self) -> None:
        self._place.setCurrentIndex(int(self._walk.current is None))

    def _open_in_explore(self) -> None:
        if (path := self._walk.current_path) is not None:
            self.explore_wanted.emit(path)

    def _open_full_view(self) -> None:
        if (path := self._detail.previewed) is not None:
            self.full_view_wanted.emit(path)

    def _lay_out(self, panel: QueryListPanel, list_width: int) -> None:
        for part in (self._detail, QWidget()):
            self._place.addWidget(part)
        for place, part in enumerate((panel, self._place)):
            self.addWidget(part)
            self.setStretchFactor(place, 1 + 2 * place)
        panel.setMinimumWidth(list_width)
        self._detail.setMinimumWidth(_DETAIL_WIDTH)
        self.setSizes([list_width + 60, _WIDTH - list_width - 60])
        self.setChildrenCollapsible(False)
