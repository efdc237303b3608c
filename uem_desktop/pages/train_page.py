"""The train page: the list of runs, the set-up of a new one, or one run."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.export_offer import ExportOffer
from uem_desktop.pages.labels import hairline
from uem_desktop.pages.late_place import LatePlace
from uem_desktop.pages.run_list import NARROW_WIDTH, WIDTH, RunList
from uem_desktop.pages.run_view import RunView
from uem_desktop.pages.skipped_dialog import skipped_dialog
from uem_desktop.pages.train_setup import TrainSetup
from uem_desktop.pages.training_keeper import TrainingKeeper
from uem_desktop.pages.watched_run import WatchedRun
from uem_desktop.retrieval.run_draft import RunDraft
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader

_REFRESH_MS = 5000
_NARROW = 1000


class TrainPage(QWidget):
    """Shows what the keeper keeps.

    Signals:
        use_wanted(Path): Make this encoder the explorer's.
        pin_wanted(list[Path]): Pin these images.
        pin_current_wanted: Pin the explorer's query.
        query_wanted(Path): Search with this image in Explore.
        message_raised(str): One sentence that must not be missed.
        note_raised(str): One sentence for the status bar.
    """

    use_wanted = Signal(object)
    pin_wanted = Signal(list)
    pin_current_wanted = Signal()
    query_wanted = Signal(object)
    message_raised = Signal(str)
    note_raised = Signal(str)

    def __init__(
        self,
        keeper: TrainingKeeper,
        runner: JobRunner,
        loader: ThumbnailLoader,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("trainPage")
        self._keeper = keeper
        self._parts = (runner, loader, theme)
        self.list = RunList(keeper, theme)
        self.setup = TrainSetup(loader, theme)
        self._view_place = LatePlace(lambda: self.view)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.setup)
        self._stack.addWidget(self._view_place)
        self._timer = QTimer(self)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(keeper.refresh)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.list)
        layout.addWidget(hairline(is_vertical=True))
        layout.addWidget(self._stack, 1)
        self._connect()
        self.list.select(None)

    @cached_property
    def view(self) -> RunView:
        """One run; made when it is needed."""
        view = RunView(*self._parts)
        view.use_wanted.connect(self.use_wanted)
        view.skipped_wanted.connect(self._show_skipped)
        view.header.pause_wanted.connect(self._keeper.pause_or_go_on)
        view.header.stop_wanted.connect(self._keeper.stop)
        view.header.resume_wanted.connect(self.start_or_resume)
        view.pinned.pin_wanted.connect(self.pin_wanted)
        view.pinned.pin_current_wanted.connect(self.pin_current_wanted)
        view.pinned.unpin_wanted.connect(self._unpin)
        view.pinned.refused.connect(self.message_raised)
        view.pinned.query_wanted.connect(self.query_wanted)
        view.curves.error_raised.connect(self.message_raised)
        view.curves.exported.connect(self.note_raised)
        view.set_pinned(self._keeper.pinned)
        self._view_place.put(view)
        if self.isVisible():
            view.curves.prepare()
        return view

    @property
    def is_set_up_shown(self) -> bool:
        """Whether the set-up of a new run is shown."""
        return self._stack.currentWidget() is self.setup

    def show_new_run(self) -> None:
        """Show the set-up of a new run."""
        self._keeper.show(None)
        self.setup.begin_anew()
        self.list.select(None)
        self._stack.setCurrentWidget(self.setup)

    def export_offer(self) -> ExportOffer:
        """Return what can be exported of the run that is shown."""
        return ExportOffer() if self.is_set_up_shown else self.view.export_offer()

    def start_or_resume(self) -> None:
        """Start the run that is set up, or go on with the one that is shown."""
        run = self._keeper.shown
        if self.is_set_up_shown:
            self.setup.start()
        elif run is not None and run.state.can_go_on and not run.is_own:
            self._keeper.resume(run.path)

    def _connect(self) -> None:
        keeper, pins = self._keeper, self.setup.pins
        self.list.new_wanted.connect(self.show_new_run)
        self.list.run_chosen.connect(keeper.show)
        self.setup.start_wanted.connect(self._start)
        self.setup.refused.connect(self.message_raised)
        keeper.shown_changed.connect(self._show_run)
        keeper.own_changed.connect(self._show_own)
        keeper.pins_changed.connect(self._show_pins)
        keeper.error_raised.connect(self.message_raised)
        pins.pin_wanted.connect(self.pin_wanted)
        pins.pin_current_wanted.connect(self.pin_current_wanted)
        pins.clear_wanted.connect(self._unpin_all)

    def _start(self, draft: RunDraft) -> None:
        self._keeper.start(draft)

    def _unpin(self, path: Path) -> None:
        self._keeper.set_pinned([other for other in self._keeper.pinned if other != path])

    def _unpin_all(self) -> None:
        self._keeper.set_pinned(())

    def focus_first(self) -> None:
        """Give the focus to what a person acts on first."""
        if self.is_set_up_shown:
            self.setup.domains.buttons["a"].setFocus()
        else:
            self.view.tabs.tabBar().setFocus()

    def _show_run(self) -> None:
        run = self._keeper.shown
        if run is not None or self._view_place.is_made:
            self.view.show_run(run, self._keeper.pinned)
        self.list.select(run.path if run is not None else None)
        had_focus = self.setup.isAncestorOf(self.focusWidget())
        self._stack.setCurrentWidget(self.setup if run is None else self._view_place)
        if had_focus and run is not None:
            self.focus_first()

    def _show_own(self) -> None:
        self.setup.set_busy(self._keeper.own is not None)
        if self._view_place.is_made:
            self.view.update_run()

    def _show_pins(self) -> None:
        if self._view_place.is_made:
            self.view.set_pinned(self._keeper.pinned)
        self.setup.pins.show_pinned(self._keeper.pinned)

    def _show_skipped(self, run: WatchedRun) -> None:
        skipped_dialog(self, run).open()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._keeper.refresh()
        if self._view_place.is_made:
            self.view.curves.prepare()
        self._timer.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.list.setFixedWidth(NARROW_WIDTH if self.width() < _NARROW else WIDTH)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
