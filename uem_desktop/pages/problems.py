"""The problems page: which files could not be read, where they are and why."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from uem_desktop.item_models.problem_table import Problem, ProblemColumn, ProblemTableModel
from uem_desktop.item_models.sorted_rows import SortedRows
from uem_desktop.pages.empty_state import EmptyState
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.export_offer import ExportOffer, OwnExport, shown_or_chosen
from uem_desktop.pages.filter_row import SearchField
from uem_desktop.pages.labels import ElidedLabel, plain_label
from uem_desktop.pages.row_table import RowTable
from uem_desktop.retrieval.decided_about import DecidedAbout
from uem_desktop.retrieval.explorer_session import SIDES, ExplorerSession
from uem_desktop.retrieval.export_choices import Form, What, Which
from uem_desktop.retrieval.export_work import Work
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.tokens import SPACE_L, SPACE_M, SPACE_S

if TYPE_CHECKING:
    from uem_desktop.retrieval.exporting import Exported, ExportWish


class ProblemsPage(QWidget):
    """A table of the files that could not be read.

    Signals:
        count_changed(int): How many there are.
    """

    count_changed = Signal(int)

    def __init__(self, state: ExplorerState, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("problemsPage")
        self._state = state
        self.model = ProblemTableModel(self)
        self._proxy = SortedRows(self)
        self._proxy.setSourceModel(self.model)
        self._proxy.setFilterKeyColumn(-1)
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.table = RowTable()
        self.summary = ElidedLabel(role="dim")
        self.filter_field = SearchField("Filter by file, folder or reason")
        self.copy_button = QPushButton("Copy paths")
        self.open_button = QPushButton("Open folder")
        self.retry_button = QPushButton("Try again")
        self.empty = EmptyState("check", theme)
        self.no_match = EmptyState("search", theme)
        self._stack = QStackedWidget()
        theme.bind_icon(self.copy_button, "copy")
        theme.bind_icon(self.open_button, "folder-open")
        theme.bind_icon(self.retry_button, "refresh")
        self._lay_out()
        self._connect()
        self.refresh()

    def refresh(self) -> None:
        """Show the failures of both domains as they are now."""
        problems = collect_problems(self._state.session)
        if self.model.set_problems(problems):
            self.count_changed.emit(len(problems))
        self._show_summary(len(problems))
        self._update_buttons()

    def focus_filter(self) -> None:
        """Go to the filter."""
        self.filter_field.setFocus()
        self.filter_field.selectAll()

    def selected_paths(self) -> list[Path]:
        """Return the files of the selected rows, or of all rows that are shown."""
        rows = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        shown = rows or range(self._proxy.rowCount())
        return [self._problem(row).failure.path for row in shown]

    def export_offer(self) -> ExportOffer:
        """Return what can be exported of the page: the selected files, or all that are shown."""
        selected = {index.row() for index in self.table.selectionModel().selectedRows()}
        chosen, shown = (
            tuple(self._problem(row) for row in rows)
            for rows in (sorted(selected), range(self._proxy.rowCount()))
        )
        whiches = shown_or_chosen(len(chosen), len(shown), "file", "files", is_deliberate=True)
        write = partial(_write, {Which.CHOSEN: chosen, Which.LISTED: shown})
        own = (OwnExport(What.PROBLEMS, whiches, write, is_short=True),) if shown else ()
        return ExportOffer(images=tuple(one.failure.path for one in chosen or shown), own=own)

    def copy_paths(self) -> None:
        """Put the paths on the clipboard, one a line."""
        QGuiApplication.clipboard().setText("\n".join(str(path) for path in self.selected_paths()))

    def open_folder(self) -> None:
        """Show the folder of the first selected file in the file manager."""
        if paths := self.selected_paths():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(paths[0].parent)))

    def _problem(self, row: int) -> Problem:
        index = self._proxy.mapToSource(self._proxy.index(row, 0))
        return self.model.problem_at(index.row())

    def _show_summary(self, count: int) -> None:
        session = self._state.session
        total = count_files(session)
        self._show_rows()
        if not session.domains:
            self.summary.set_text("")
            self.empty.show_text("No folders yet", "Files that cannot be read are listed here.")
        elif count:
            plural = "" if count == 1 else "s"
            self.summary.set_text(
                f"{count:,} of {total:,} files could not be read. They are left out of every"
                f" search and number.",
                f"{count:,} problem{plural}",
            )
        else:
            self.summary.set_text("")
            is_done = session.is_complete
            sentence = f"All {total:,} files could be read." if is_done else "None so far."
            self.empty.show_text("No problems", sentence)

    def _show_rows(self) -> None:
        count = self.model.rowCount()
        plural = "" if count == 1 else "s"
        self.no_match.show_text(
            "No problem matches the filter", f"Empty the field to see all {count:,} file{plural}."
        )
        shown = self.table if self._proxy.rowCount() else self.no_match
        self._stack.setCurrentWidget(shown if count else self.empty)

    def _update_buttons(self) -> None:
        has_rows = self.model.rowCount() > 0
        for widget in (self.filter_field, self.copy_button, self.open_button):
            widget.setEnabled(has_rows)
        self.retry_button.setEnabled(bool(self._state.session.domains))

    def _connect(self) -> None:
        loader = self._state.loader
        loader.domain_scanned.connect(self.refresh)
        loader.rows_embedded.connect(self.refresh)
        loader.embedding_ended.connect(self.refresh)
        self._state.domains_swapped.connect(self.refresh)
        self.filter_field.textChanged.connect(self._proxy.setFilterFixedString)
        self.filter_field.textChanged.connect(self._show_rows)
        self.filter_field.left.connect(self.table.setFocus)
        self.copy_button.clicked.connect(self.copy_paths)
        self.open_button.clicked.connect(self.open_folder)
        self.retry_button.clicked.connect(loader.re_embed)
        self.table.doubleClicked.connect(self.open_folder)

    def _lay_out(self) -> None:
        self.table.setModel(self._proxy)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(ProblemColumn.FOLDER, Qt.SortOrder.AscendingOrder)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setAccessibleName("Files that could not be read")
        self.table.setDragEnabled(True)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in enumerate((240, 320, 110, 280)):
            self.table.setColumnWidth(column, width)
        self.copy_button.setToolTip("Copy the paths of the selected files, or of all (Ctrl+C)")
        self.open_button.setToolTip("Show the folder in the file manager")
        self.retry_button.setToolTip("Read both folders again: new, changed and mended files")
        title = QHBoxLayout()
        title.setSpacing(SPACE_S)
        title.addWidget(plain_label("Problems", "title"))
        title.addWidget(self.summary, 1)
        title.addWidget(self.filter_field)
        self.filter_field.setMinimumWidth(240)
        for button in (self.copy_button, self.open_button, self.retry_button):
            title.addWidget(button)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.no_match)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        layout.setSpacing(SPACE_M)
        layout.addLayout(title)
        layout.addWidget(self._stack, 1)


def _write(
    problems: dict[Which, tuple[Problem, ...]],
    wish: ExportWish,
    _about: DecidedAbout,
    work: Work,
) -> Exported:
    from uem_desktop.retrieval.export_problems import problems_table
    from uem_desktop.retrieval.exporting import list_as, write_as

    meant = problems[wish.which]
    if wish.form in (Form.LIST, Form.NULL_LIST):
        return list_as(wish, [one.failure.path for one in meant])
    table = problems_table([(one.domain, one.failure) for one in meant])
    return write_as(wish, table, "file", "files", work)


def collect_problems(session: ExplorerSession) -> list[Problem]:
    """Return the failures of both domains, query domain first."""
    problems: list[Problem] = []
    for side in SIDES:
        if domain := session.domains.get(side):
            problems += [Problem(side, failure) for failure in domain.embeddings.failures]
    return problems


def count_files(session: ExplorerSession) -> int:
    """Return how many image files both folders hold, readable or not."""
    total = 0
    for domain in session.domains.values():
        paths: Sequence[Path] = [failure.path for failure in domain.scan.failures]
        known = domain.row_of_path
        total += len(domain.records) + sum(path not in known for path in paths)
    return total
