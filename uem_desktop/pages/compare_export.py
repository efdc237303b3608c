"""Writes figures of a comparison from the window."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from training.data.file_access import write_error_phrase
from training.errors import UserError
from uem_desktop.jobs.job import JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.compare_keeper import CompareKeeper
from uem_desktop.retrieval.compare import Comparison
from uem_desktop.retrieval.compare_figure import FIGURE_SUFFIXES, figure_rows
from uem_desktop.retrieval.compare_orders import CompareListing, CompareOrder, listed
from uem_desktop.retrieval.compare_query import ComparedIndexes
from uem_desktop.retrieval.display_text import display_text

MOST_ROWS = 24
FIGURE_MATCHES = 10
_FILTERS = ("PDF (*.pdf)", "SVG (*.svg)", "PNG, 300 dots an inch (*.png)")


class FigureExport(QObject):
    """Asks for a file and draws into it on a worker thread.

    Signals:
        written(str): Where the figure is, in one sentence.
        failed(str): Why there is none.
    """

    written = Signal(str)
    failed = Signal(str)

    def __init__(self, keeper: CompareKeeper, runner: JobRunner, parent: QWidget) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self._runner = runner
        self._window = parent

    def largest(self, order: CompareOrder, count: int) -> list[int]:
        """Return the places of the queries that an order lists first."""
        found = self._keeper.found
        if found is None:
            return []
        places = listed(found, CompareListing(order), self._keeper.top_k)[:count]
        return [int(place) for place in places]

    def ask(self, places: Sequence[int], titles: tuple[str, str]) -> None:
        """Ask for a file and write a figure of some queries."""
        if not places:
            self.failed.emit("No query to draw: select some in the list first.")
            return
        file, chosen = QFileDialog.getSaveFileName(
            self._window, "Export a figure", "figure.pdf", ";;".join(_FILTERS)
        )
        if file:
            self.write(places, titles, with_suffix(Path(file), chosen))

    def write(self, places: Sequence[int], titles: tuple[str, str], path: Path) -> None:
        """Write a figure of some queries, ours above theirs."""
        found, indexes = self._keeper.found, self._keeper.index
        if found is None or indexes is None:
            return
        if len(places) > MOST_ROWS:
            self.failed.emit(f"A figure shows {MOST_ROWS} queries at most; select fewer.")
            return
        self._runner.start(
            _write,
            found,
            indexes,
            tuple(places),
            titles,
            min(FIGURE_MATCHES, self._keeper.top_k),
            path,
            on_result=self.written.emit,
            on_error=self.failed.emit,
        )


def with_suffix(path: Path, chosen: str) -> Path:
    """Return a path whose suffix says a kind of figure, that of the chosen filter if none does."""
    if path.suffix.lower() in FIGURE_SUFFIXES:
        return path
    suffix = next((s for s in FIGURE_SUFFIXES if f"*{s}" in chosen), FIGURE_SUFFIXES[-1])
    return path.with_name(path.name + suffix)


def _write(
    context: JobContext,
    found: Comparison,
    indexes: ComparedIndexes,
    places: tuple[int, ...],
    titles: tuple[str, str],
    top_k: int,
    path: Path,
) -> str:
    from uem_desktop.widgets.figure_file import write_figure

    rows = figure_rows(found, indexes, places, titles, top_k)
    context.check()
    try:
        write_figure(path, rows)
    except OSError as error:
        raise UserError(f"{path.name} cannot be written: {write_error_phrase(error)}.") from error
    return f"Figure written: {display_text(path)}"
