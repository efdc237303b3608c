"""Benchmarks in the window: their commands, and the page, which is made when it is needed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton, QStatusBar, QWidget

from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.action_table import call_plainly
from uem_desktop.pages.benchmark_actions import BenchmarkActions
from uem_desktop.pages.desk import Desk
from uem_desktop.pages.export_offer import ExportOffer
from uem_desktop.pages.late_place import LatePlace
from uem_desktop.pages.window_settings import WindowSettings
from uem_desktop.widgets.theme import Theme

if TYPE_CHECKING:
    from uem_desktop.pages.benchmark_page import BenchmarkPage


class BenchmarkDesk(Desk):
    """Benchmarks; nothing of them is imported before it is needed. See `Desk`.

    Attributes:
        actions: Their commands.
        status_button: Says in the status bar how far a benchmark is.
    """

    name, title, icon = "benchmark", "Benchmark", "benchmark"
    page_module = "uem_desktop.pages.benchmark_page"
    needs_folders = False

    def __init__(
        self, window: QWidget, settings: WindowSettings, runner: JobRunner, theme: Theme
    ) -> None:
        self.actions = BenchmarkActions(window)
        self._place = LatePlace(self._make)
        super().__init__(window, self._place, self.actions.show)
        self._window = window
        self._parts = (settings, runner, theme)
        self._page: BenchmarkPage | None = None
        self._is_closing = False
        self.status_button = QPushButton()
        self._connect_actions()

    @property
    def page(self) -> BenchmarkPage:
        """The page."""
        return self._make()

    @property
    def is_made(self) -> bool:
        """See `Desk.is_made`."""
        return self._page is not None

    def make(self) -> None:
        """See `Desk.make`."""
        self._make()

    def focus_first(self) -> None:
        """See `Desk.focus_first`."""
        self.page.focus_first()

    def copy(self) -> bool:
        """Copy the table that is shown; see `Desk.copy`."""
        self.page.copy_table()
        return True

    def export_offer(self) -> ExportOffer:
        """See `Desk.export_offer`."""
        return self.page.export_offer()

    def add_status(self, bar: QStatusBar) -> None:
        """Say in the status bar how far it is; a click leads to it."""
        self.status_button.setProperty("role", "link")
        self.status_button.setToolTip(f"Show the benchmark that is running ({self.keys})")
        self.status_button.clicked.connect(self._show_running)
        self.status_button.hide()
        bar.addPermanentWidget(self.status_button)

    def _connect_actions(self) -> None:
        actions = self.actions
        for action, method in (
            (actions.start, self._start),
            (actions.stop, self._stop),
            (actions.new, self._new),
            (actions.open, self._open),
        ):
            action.triggered.connect(partial(call_plainly, method))

    # ---- the end of the window

    def may_close(self) -> bool:
        """See `Desk.may_close`."""
        if self._page is None or not self._page.keeper.is_running or self._is_closing:
            return True
        self._ask_to_close()
        return False

    def close(self) -> None:
        """See `Desk.close`."""
        if self._page is not None:
            self._page.close_all()

    def _ask_to_close(self) -> None:
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("A benchmark is going on")
        box.setText("A benchmark is still running.")
        box.setInformativeText(
            "Stop it and close the window? Every result so far is kept, and it can go on later."
        )
        stop = box.addButton("Stop and close", QMessageBox.ButtonRole.AcceptRole)
        cancel = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stop)
        box.setEscapeButton(cancel)
        stop.clicked.connect(self._stop_and_close)
        box.open()

    def _stop_and_close(self) -> None:
        self._is_closing = True
        if self.page.keeper.is_running:
            self.note_raised.emit("The benchmark stops; then the window closes.")
            self.page.keeper.stop()
        else:
            self._window.close()

    # ---- the page

    def _make(self) -> BenchmarkPage:
        if self._page is None:
            from uem_desktop.pages.benchmark_page import BenchmarkPage

            page = self._page = BenchmarkPage(*self._parts)
            page.message_raised.connect(self.message_raised)
            page.note_raised.connect(self.note_raised)
            page.keeper.changed.connect(self._show_status)
            page.keeper.shown_changed.connect(self._show_status)
            page.keeper.run_ended.connect(self._tell_end)
            self._place.put(page)
        return self._page

    def _show_status(self) -> None:
        text = self.page.keeper.status_text
        self.status_button.setText(text)
        self.status_button.setVisible(bool(text))

    def _tell_end(self, outcome: str) -> None:
        if outcome == "finished":
            self.note_raised.emit("The benchmark has finished.")
        if self._is_closing:
            self._window.close()

    def _show_running(self) -> None:
        self.page_wanted.emit("benchmark")
        self.page.show_results()

    def _start(self) -> None:
        if self.place.isVisible():
            self.page.start_or_go_on()
        else:
            self.page_wanted.emit("benchmark")

    def _stop(self) -> None:
        if self._page is not None:
            self._page.keeper.stop()

    def _new(self) -> None:
        self.page_wanted.emit("benchmark")
        self.page.show_set_up()

    def _open(self) -> None:
        self.page_wanted.emit("benchmark")
        self.page.choose_results()
