"""Pinned queries of a run: their first matches after each epoch, and a way back through them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSlider,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from uem_desktop.pages.empty_state import EmptyState
from uem_desktop.pages.labels import ElidedLabel
from uem_desktop.pages.pinned_row import PinnedRowView
from uem_desktop.pages.watched_run import WatchedRun
from uem_desktop.retrieval.pinned_history import Moment
from uem_desktop.widgets.drop_zone import DropTarget
from uem_desktop.widgets.mime import Dropped
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import SPACE_L, SPACE_M, SPACE_S

_HINT = (
    "Pin a query in Explore (Ctrl+D), or drop images of the two folders here: their matches are"
    " ranked again after each epoch, and you see them turn green."
)


class PinnedPanel(QWidget):
    """Rows of one moment; the slider goes through the earlier ones.

    Signals:
        pin_wanted(list[Path]): Pin these images.
        pin_current_wanted: Pin the explorer's query.
        unpin_wanted(Path): Unpin a query.
        query_wanted(Path): Search with an image in the explorer.
        refused(str): Why a drop was not taken.
    """

    pin_wanted = Signal(list)
    pin_current_wanted = Signal()
    unpin_wanted = Signal(object)
    query_wanted = Signal(object)
    refused = Signal(str)

    def __init__(
        self, loader: ThumbnailLoader, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._loader = loader
        self._theme = theme
        self._run: WatchedRun | None = None
        self._pinned: tuple[Path, ...] = ()
        self._is_at_newest = True
        self.rows: dict[Path, PinnedRowView] = {}
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.before_button, self.after_button = QToolButton(), QToolButton()
        self.moment = ElidedLabel(role="heading")
        self.pin_button = QPushButton("Pin current query")
        self._empty = EmptyState("pin", theme)
        self._column = QVBoxLayout()
        self._stack = QStackedWidget()
        theme.bind_icon(self.pin_button, "pin")
        theme.bind_icon(self.before_button, "chevron-left")
        theme.bind_icon(self.after_button, "chevron-right")
        self._lay_out()
        self._connect()
        self.show_run(None, ())

    def show_run(self, run: WatchedRun | None, pinned: Sequence[Path]) -> None:
        """Show what a run ranked, and what is pinned but not ranked yet."""
        if run is not self._run:
            self._is_at_newest = True
        self._run, self._pinned = run, tuple(pinned)
        moments = self._moments()
        self.slider.blockSignals(True)
        self.slider.setRange(0, max(0, len(moments) - 1))
        if self._is_at_newest:
            self.slider.setValue(len(moments) - 1)
        self.slider.blockSignals(False)
        self._show_moment()

    def step(self, by: int) -> None:
        """Go to an earlier or a later epoch."""
        self.slider.setValue(self.slider.value() + by)

    def _moments(self) -> Sequence[Moment]:
        return self._run.pinned.moments if self._run is not None else ()

    def _move(self, value: int) -> None:
        self._is_at_newest = value == self.slider.maximum()
        self._show_moment()

    def _show_moment(self) -> None:
        moments, run = self._moments(), self._run
        moment = moments[self.slider.value()] if moments else None
        newest = " · newest" if self._is_at_newest and len(moments) > 1 else ""
        self.moment.set_text(f"{moment.title()}{newest}" if moment else "")
        self.slider.setEnabled(len(moments) > 1)
        self.before_button.setEnabled(self.slider.value() > 0)
        self.after_button.setEnabled(self.slider.value() < self.slider.maximum())
        spoken = moment.title() if moment else "nothing ranked yet"
        self.slider.setAccessibleName(f"Epoch of the ranking: {spoken}")
        queries = self._queries()
        self._make_rows(queries)
        self._stack.setCurrentIndex(int(bool(queries)))
        for query in queries:
            if run is not None:
                can_unpin = query in self._pinned and run.is_own
                self.rows[query].show_row(run.pinned.row(query, moment), can_unpin=can_unpin)

    def _queries(self) -> list[Path]:
        """Return what was ranked, and for a run that goes on what is pinned now."""
        run = self._run
        if run is None:
            return []
        if not run.is_own:
            return run.pinned.queries
        return [query for query in self._pinned if run.domain_of(query)]

    def _make_rows(self, queries: Sequence[Path]) -> None:
        if list(queries) == list(self.rows):
            return
        for query in [query for query in self.rows if query not in queries]:
            row = self.rows.pop(query)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        kept, self.rows = self.rows, {}
        for place, query in enumerate(queries):
            view = kept.get(query) or self._make_row(query)
            self.rows[query] = view
            self._column.insertWidget(place, view)

    def _make_row(self, query: Path) -> PinnedRowView:
        row = PinnedRowView(query, self._loader, self._theme)
        row.unpin_wanted.connect(self.unpin_wanted)
        row.query_wanted.connect(self.query_wanted)
        return row

    def _take_drop(self, dropped: Dropped) -> None:
        files = [path for path in dropped.paths if path.is_file()]
        if files:
            self.pin_wanted.emit(files)
        else:
            self.refused.emit(dropped.refusal or "Drop images of the two folders to pin them.")

    def _connect(self) -> None:
        self.slider.valueChanged.connect(self._move)
        self.before_button.clicked.connect(lambda: self.step(-1))
        self.after_button.clicked.connect(lambda: self.step(1))
        self.pin_button.clicked.connect(self.pin_current_wanted)
        self._target = DropTarget(self)
        self._target.dropped.connect(self._take_drop)

    def _lay_out(self) -> None:
        self._empty.show_text("No pinned queries", _HINT)
        self.slider.setPageStep(5)
        self.slider.setToolTip("Go through the epochs (left and right arrow keys)")
        self.pin_button.setToolTip("Pin what is searched for in Explore (Ctrl+D)")
        for button, text in (
            (self.before_button, "Epoch before"),
            (self.after_button, "Epoch after"),
        ):
            button.setAutoRaise(True)
            button.setIconSize(QSize(18, 18))
            button.setToolTip(text)
            button.setAccessibleName(text)
        head = QHBoxLayout()
        head.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, 0)
        head.setSpacing(SPACE_S)
        head.addWidget(self.before_button)
        head.addWidget(self.slider, 2)
        head.addWidget(self.after_button)
        head.addSpacing(SPACE_S)
        head.addWidget(self.moment, 3)
        head.addWidget(self.pin_button)
        body = QWidget()
        self._column.setSpacing(SPACE_S)
        rows = QVBoxLayout(body)
        rows.setContentsMargins(SPACE_L, SPACE_S + 4, SPACE_L, SPACE_M)
        rows.addLayout(self._column)
        rows.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(body)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(area)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)
