"""One run: its header, its curves, its pinned queries, its checkpoints and its settings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.checkpoint_panel import CheckpointPanel
from uem_desktop.pages.config_panel import ConfigPanel
from uem_desktop.pages.curve_board import CurveBoard
from uem_desktop.pages.curves_offer import curves_offer
from uem_desktop.pages.export_offer import ExportOffer
from uem_desktop.pages.pinned_panel import PinnedPanel
from uem_desktop.pages.run_header import RunHeader
from uem_desktop.pages.watched_run import WatchedRun
from uem_desktop.retrieval.runs import encoder_file
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader


class RunView(QWidget):
    """Shows a run and keeps up with it.

    Signals:
        use_wanted(Path): Make this encoder the explorer's.
        skipped_wanted(WatchedRun): Show the files that a run skipped.
    """

    use_wanted = Signal(object)
    skipped_wanted = Signal(object)

    def __init__(
        self,
        runner: JobRunner,
        loader: ThumbnailLoader,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._run: WatchedRun | None = None
        self._pinned: tuple[Path, ...] = ()
        self.header = RunHeader(theme)
        self.curves = CurveBoard(runner, theme)
        self.pinned = PinnedPanel(loader, theme)
        self.checkpoints = CheckpointPanel(theme)
        self.config = ConfigPanel(theme)
        self.tabs = QTabWidget()
        for title, page in (
            ("&Curves", self.curves),
            ("P&inned queries", self.pinned),
            ("Chec&kpoints", self.checkpoints),
            ("Settin&gs", self.config),
        ):
            self.tabs.addTab(page, title)
        self.tabs.setStyleSheet("QTabWidget::tab-bar { left: 12px; }")
        self.tabs.tabBar().setAccessibleName("Parts of the run")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.tabs, 1)
        self.tabs.currentChanged.connect(self.update_run)
        self.header.use_wanted.connect(self.use_newest)
        self.header.skipped_wanted.connect(self._want_skipped)
        self.checkpoints.use_wanted.connect(self.use_wanted)

    @property
    def run(self) -> WatchedRun | None:
        """The run that is shown."""
        return self._run

    def show_run(self, run: WatchedRun | None, pinned: Sequence[Path]) -> None:
        """Show another run, or none."""
        if self._run is not None and run is not self._run:
            self._run.changed.disconnect(self.update_run)
            self._run.ended.disconnect(self.update_run)
        if run is not None and run is not self._run:
            run.changed.connect(self.update_run)
            run.ended.connect(self.update_run)
        self._run = run
        self._pinned = tuple(pinned)
        self.update_run()

    def update_run(self, *_: object) -> None:
        """Show the run as it is now; parts that nobody looks at wait until somebody does."""
        run, part = self._run, self.tabs.currentWidget()
        if run is not None:
            self.header.show_run(run)
        if part is self.curves:
            self.curves.show_run(run)
        elif part is self.pinned:
            self.pinned.show_run(run, self._pinned)
        elif part is self.checkpoints:
            self.checkpoints.show_run(run)
        else:
            self.config.show_run(run.path if run else None)

    def set_pinned(self, pinned: Sequence[Path]) -> None:
        """Show other pinned queries."""
        self._pinned = tuple(pinned)
        self.update_run()

    def use_newest(self) -> None:
        """Make the trained encoder, or that of the newest checkpoint, the explorer's."""
        if (file := self.newest_encoder()) is not None:
            self.use_wanted.emit(file)

    def export_offer(self) -> ExportOffer:
        """Return what can be exported of the run that is shown."""
        return curves_offer(self._run)

    def newest_encoder(self) -> Path | None:
        """Return the trained encoder, or that of the newest checkpoint; None without any."""
        run = self._run
        if run is None:
            return None
        saved = [one.encoder for one in run.curves.checkpoints if one.encoder]
        if run.state.is_live and saved:
            return run.path / saved[-1]
        return encoder_file(run.path) or (run.path / saved[-1] if saved else None)

    def _want_skipped(self) -> None:
        if self._run is not None:
            self.skipped_wanted.emit(self._run)
