"""The button that chooses the checkpoint to compare with: by name, of a run by epoch, or a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from uem_desktop.pages.field_button import FieldButton
from uem_desktop.pages.top_bar import NAMED_CHECKPOINTS
from uem_desktop.pages.window_settings import WindowSettings
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.known_runs import KnownRuns
from uem_desktop.retrieval.run_checkpoints import encoders_of
from uem_desktop.retrieval.start_request import CHECKPOINT_SUFFIXES

_FILES = "Checkpoints (" + " ".join(f"*{s}" for s in sorted(CHECKPOINT_SUFFIXES)) + ")"
_MOST_RUNS = 12
_MOST_EPOCHS = 40


class CompareChoice(FieldButton):
    """Shows the second checkpoint. Its menu is made anew each time it opens.

    Signals:
        chosen(str): A checkpoint, a file or a name.
    """

    chosen = Signal(str)

    def __init__(self, settings: WindowSettings, parent: QWidget | None = None) -> None:
        super().__init__("Compare with", 250, parent)
        self._settings = settings
        self._known = KnownRuns()
        self.menu().aboutToShow.connect(self._fill)
        self.setAcceptDrops(True)
        self.paths_dropped.connect(self._take_dropped)

    def choose_file(self) -> None:
        """Ask for a checkpoint file."""
        file, _ = QFileDialog.getOpenFileName(
            self, "Compare with a checkpoint", "", f"{_FILES};;All files (*)"
        )
        if file:
            self.chosen.emit(file)

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        for spec, title in NAMED_CHECKPOINTS:
            _add(menu, title, partial(self.chosen.emit, spec))
        menu.addSeparator()
        _add(menu, "Open checkpoint…", self.choose_file)
        recent = self._settings.recent("checkpoints")
        if recent:
            menu.addSection("Recent checkpoints")
        for file in recent:
            _add(menu, display_text(file), partial(self.chosen.emit, file))
        runs = [path for path in self._known.paths() if path.is_dir()][:_MOST_RUNS]
        if runs:
            menu.addSection("Encoders of runs, by epoch")
        for run in runs:
            of_run = menu.addMenu(display_text(run.name).replace("&", "&&"))
            of_run.setToolTip(display_text(run))
            of_run.aboutToShow.connect(partial(self._fill_run, of_run, run))

    def _fill_run(self, menu: QMenu, run: Path) -> None:
        menu.clear()
        for encoder in encoders_of(run).encoders[:_MOST_EPOCHS]:
            _add(menu, encoder.place, partial(self.chosen.emit, str(encoder.path)))
        if menu.isEmpty():
            menu.addAction("No encoder saved yet").setEnabled(False)

    def _take_dropped(self, paths: list[Path]) -> None:
        if len(paths) == 1:
            self.chosen.emit(str(paths[0]))


def _add(menu: QMenu, text: str, method: Callable[[], object]) -> None:
    action = menu.addAction(text.replace("&", "&&"))
    action.triggered.connect(lambda _=False: method())
