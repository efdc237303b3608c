"""The benchmark page: the set-up of a new one, or the tables of one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from training.errors import UserError
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.benchmark_keeper import BenchmarkKeeper
from uem_desktop.pages.benchmark_offer import benchmark_offer
from uem_desktop.pages.benchmark_results import BenchmarkResults
from uem_desktop.pages.benchmark_setup import BenchmarkSetup
from uem_desktop.pages.export_offer import ExportOffer
from uem_desktop.pages.window_settings import WindowSettings
from uem_desktop.retrieval.benchmark_draft import BenchmarkDraft
from uem_desktop.retrieval.runs import default_runs_folder
from uem_desktop.widgets.theme import Theme


class BenchmarkPage(QWidget):
    """Shows what the keeper keeps.

    Signals:
        message_raised(str): One sentence that must not be missed.
        note_raised(str): One sentence for the status bar.
    """

    message_raised = Signal(str)
    note_raised = Signal(str)

    def __init__(
        self,
        settings: WindowSettings,
        runner: JobRunner,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("benchmarkPage")
        self._settings = settings
        self.keeper = BenchmarkKeeper(self)
        self.setup = BenchmarkSetup(runner, theme)
        self.results = BenchmarkResults(self.keeper, theme)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.setup)
        self._stack.addWidget(self.results)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self._connect()
        self._offer_recent()

    @property
    def is_set_up_shown(self) -> bool:
        """Whether the set-up of a new benchmark is shown."""
        return self._stack.currentWidget() is self.setup

    def show_set_up(self) -> None:
        """Show the set-up of a new benchmark."""
        self.setup.begin_anew()
        self.setup.set_busy(self.keeper.is_running)
        self._stack.setCurrentWidget(self.setup)
        self.focus_first()

    def show_results(self) -> None:
        """Show the tables of the benchmark that is kept."""
        if self.keeper.folder is not None:
            self._stack.setCurrentWidget(self.results)
            self.focus_first()

    def choose_results(self) -> None:
        """Ask for a folder with results and show them."""
        start = str(default_runs_folder().with_name("benchmarks"))
        folder = QFileDialog.getExistingDirectory(self, "Open results of a benchmark", start)
        if folder:
            self.open_results(Path(folder))

    def open_results(self, folder: Path) -> None:
        """Show the results in a folder."""
        self.keeper.open(folder)

    def start_or_go_on(self) -> None:
        """Start what is set up, or go on with the benchmark that is shown."""
        if self.is_set_up_shown:
            self.setup.start()
        else:
            self.keeper.go_on()

    def export_offer(self) -> ExportOffer:
        """Return what can be exported of the benchmark that is shown."""
        if self.is_set_up_shown:
            return ExportOffer()
        is_measured = bool(self.keeper.standing.results)
        return benchmark_offer(self.keeper.folder, is_measured=is_measured)

    def copy_table(self) -> None:
        """Put the table that is shown on the clipboard."""
        if not self.is_set_up_shown:
            self.results.copy_table()

    def focus_first(self) -> None:
        """Give the focus to what a person acts on first."""
        if self.is_set_up_shown:
            self.setup.data_button.setFocus()
        else:
            self.results.focus_first()

    def close_all(self) -> None:
        """End what is going on: for the end of the application."""
        self.keeper.close()

    def _connect(self) -> None:
        keeper, setup, results = self.keeper, self.setup, self.results
        setup.start_wanted.connect(self._start)
        setup.refused.connect(self.message_raised)
        setup.data_chosen.connect(self._remember_data)
        setup.results_wanted.connect(self.open_results)
        setup.choose_results_wanted.connect(self.choose_results)
        setup.running_wanted.connect(self.show_results)
        results.new_wanted.connect(self.show_set_up)
        results.note_raised.connect(self.note_raised)
        keeper.shown_changed.connect(self._show_shown)
        keeper.changed.connect(self._show_busy)
        keeper.error_raised.connect(self.message_raised)
        keeper.page_written.connect(_open)

    def _start(self, draft: BenchmarkDraft) -> None:
        try:
            self.keeper.start(draft)
        except UserError as error:
            self.message_raised.emit(str(error))

    def _show_shown(self) -> None:
        assert self.keeper.folder is not None
        self._settings.add_recent("benchmarks", str(self.keeper.folder))
        self._offer_recent()
        self._show_busy()
        self.show_results()

    def _show_busy(self) -> None:
        self.setup.set_busy(self.keeper.is_running)

    def _remember_data(self, folder: Path) -> None:
        self._settings.add_recent("data_sets", str(folder))
        self._offer_recent()

    def _offer_recent(self) -> None:
        self.setup.offer_recent(
            [Path(text) for text in self._settings.recent("data_sets")],
            [Path(text) for text in self._settings.recent("benchmarks")],
        )


def _open(page: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(page)))
