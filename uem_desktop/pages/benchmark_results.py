"""The tables of a benchmark, which grow while it runs, and how far it is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from training.benchmark.numbers import ApKind
from training.benchmark.tables import AP_KINDS
from uem_desktop.item_models.benchmark_table import BenchmarkTableModel
from uem_desktop.pages.benchmark_keeper import BenchmarkKeeper
from uem_desktop.pages.empty_state import EmptyState
from uem_desktop.pages.labels import ElidedLabel, plain_label, set_role
from uem_desktop.retrieval.benchmark_standing import Standing
from uem_desktop.retrieval.benchmark_view import SETTING_SENTENCES
from uem_desktop.retrieval.benchmark_words import (
    failures_text,
    progress_text,
    state_of,
    table_text,
)
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.tokens import SPACE_L, SPACE_M, SPACE_S

_STEPS = 1000
_ROW_HEIGHT = 30


class BenchmarkResults(QWidget):
    """One tab with a table for each setting.

    Signals:
        new_wanted: Set another benchmark up.
        note_raised(str): One sentence for the status bar.
    """

    new_wanted = Signal()
    note_raised = Signal(str)

    def __init__(
        self, keeper: BenchmarkKeeper, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self.name = ElidedLabel(role="title")
        self.state = plain_label("")
        self.facts = ElidedLabel(role="dim")
        self.bar = QProgressBar()
        self.progress = ElidedLabel()
        self.problems = plain_label("", "warning", is_wrapped=True)
        self.failures = plain_label("", "wrong", is_wrapped=True)
        self.stop_button = QPushButton("Stop")
        self.go_on_button = QPushButton("Go on")
        self.copy_button = QPushButton("Copy table")
        self.page_button = QPushButton("Open page")
        self.folder_button = QPushButton("Open folder")
        self.new_button = QPushButton("New benchmark")
        self.tabs = QTabWidget()
        self.kind = QComboBox()
        self.empty = EmptyState("benchmark", theme)
        self._stack = QStackedWidget()
        self._lay_out(theme)
        self._connect()

    def copy_table(self) -> None:
        """Put the table that is shown on the clipboard: its selected rows, or all of it."""
        table = self.tabs.currentWidget()
        if isinstance(table, _SettingTable):
            rows = {index.row() for index in table.view.selectionModel().selectedIndexes()}
            chosen = rows if len(rows) > 1 else ()
            QGuiApplication.clipboard().setText(table.model.tab_separated(chosen))
            self.note_raised.emit("The table is on the clipboard, for a spreadsheet.")

    def focus_first(self) -> None:
        """Give the focus to the table."""
        table = self.tabs.currentWidget()
        if isinstance(table, _SettingTable):
            table.view.setFocus()
        else:
            self.new_button.setFocus()

    def table_of(self, setting: str) -> _SettingTable | None:
        """Return the table of a setting; None where there is none yet."""
        for number in range(self.tabs.count()):
            table = self.tabs.widget(number)
            if isinstance(table, _SettingTable) and table.setting == setting:
                return table
        return None

    def show_news(self) -> None:
        """Show what is known by now; nothing is counted while nobody looks."""
        if not self.isVisible() or self._keeper.folder is None:
            return
        self._show_header(self._keeper.folder)
        self._show_progress()
        self._show_tables()

    def _begin(self) -> None:
        while self.tabs.count():
            table = self.tabs.widget(0)
            self.tabs.removeTab(0)
            if table is not None:
                table.deleteLater()
        self.show_news()

    def _show_header(self, folder: Path) -> None:
        keeper, standing = self._keeper, self._keeper.standing
        self.name.set_text(folder.name or str(folder), display_text(folder))
        text, role = state_of(
            standing,
            is_running=keeper.is_running,
            is_stopping=keeper.is_stopping,
            outcome=keeper.outcome,
        )
        self.state.setText(text)
        set_role(self.state, role)
        data = standing.about.get("data", {}).get("path", "")
        parts = (data, standing.device, display_text(folder))
        self.facts.set_text(" · ".join(part for part in parts if part))
        self.stop_button.setVisible(keeper.is_running)
        self.stop_button.setEnabled(not keeper.is_stopping)
        is_whole = standing.done == standing.total and not standing.failures
        self.go_on_button.setVisible(not keeper.is_running and not is_whole)
        self.go_on_button.setEnabled(bool(standing.about))
        for button in (self.copy_button, self.page_button):
            button.setEnabled(bool(standing.about))

    def _show_progress(self) -> None:
        standing = self._keeper.standing
        total = standing.total or 0
        self.bar.setRange(0, max(1, total) * _STEPS)
        share = standing.share if self._keeper.is_running else 0.0
        self.bar.setValue(round((standing.done + share) * _STEPS))
        self.progress.set_text(progress_text(standing, is_running=self._keeper.is_running))
        for label, text in (
            (self.problems, "\n".join(standing.problems)),
            (self.failures, failures_text(standing.failures)),
        ):
            label.setText(display_text(text) if label is not self.failures else text)
            label.setVisible(bool(text))

    def _show_tables(self) -> None:
        standing = self._keeper.standing
        has_table = bool(standing.pairs)
        self._stack.setCurrentIndex(int(has_table))
        if not has_table and self._keeper.outcome:
            self.empty.show_text(
                "Nothing was measured", "Set a new benchmark up, or open the results in a folder."
            )
            return
        if not has_table:
            what = "The images are being read." if self._keeper.is_running else "Reading results."
            self.empty.show_text("Nothing measured yet", f"{what} The tables come right after.")
            return
        for setting in standing.settings:
            table = self.table_of(setting)
            if table is None:
                table = _SettingTable(setting)
                self.tabs.addTab(table, setting)
                if self.tabs.count() == 1 and self.new_button.hasFocus():
                    table.view.setFocus()
        self._show_current()

    def _show_current(self) -> None:
        """Fill the table that is looked at; the others are filled when somebody turns to them."""
        table = self.tabs.currentWidget()
        if isinstance(table, _SettingTable):
            table.show_table(self._keeper.standing, self.kind.currentData())

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._show_current)
        self.kind.currentIndexChanged.connect(self._show_current)
        self._keeper.changed.connect(self.show_news)
        self._keeper.shown_changed.connect(self._begin)
        self.stop_button.clicked.connect(self._keeper.stop)
        self.go_on_button.clicked.connect(self._keeper.go_on)
        self.copy_button.clicked.connect(self.copy_table)
        self.page_button.clicked.connect(self._keeper.write_page)
        self.folder_button.clicked.connect(self._open_folder)
        self.new_button.clicked.connect(self.new_wanted)

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._keeper.folder)))

    def _lay_out(self, theme: Theme) -> None:
        for button, icon, tip in (
            (self.stop_button, "stop", "End; results are kept and it can go on (Ctrl+Shift+B)"),
            (self.go_on_button, "play", "Run what has no result yet (Ctrl+B)"),
            (self.copy_button, "copy", "Copy the table for a spreadsheet (Ctrl+C)"),
            (self.page_button, "open-external", "Write results.html with all tables and open it"),
            (self.folder_button, "folder-open", "Show results.json, .md and .html"),
            (self.new_button, "plus", "Set another benchmark up"),
        ):
            theme.bind_icon(button, icon)
            button.setToolTip(tip)
        self.go_on_button.setProperty("role", "primary")
        self.name.set_elide_mode(Qt.TextElideMode.ElideMiddle)
        self.bar.setAccessibleName("How much of the benchmark is done")
        self.tabs.setAccessibleName("One table for each setting")
        self.tabs.setCornerWidget(self._kind_corner())
        titles = QHBoxLayout()
        titles.setSpacing(SPACE_S)
        titles.addWidget(self.name, 1)
        for button in (
            self.stop_button, self.go_on_button, self.copy_button, self.page_button,
            self.folder_button, self.new_button,
        ):  # fmt: skip
            titles.addWidget(button)
        facts = QHBoxLayout()
        facts.setSpacing(SPACE_M)
        facts.addWidget(self.state)
        facts.addWidget(self.facts, 1)
        head = QVBoxLayout()
        head.setContentsMargins(SPACE_L, SPACE_S + 4, SPACE_L, SPACE_S)
        head.setSpacing(SPACE_S - 2)
        head.addLayout(titles)
        head.addLayout(facts)
        for widget in (self.bar, self.progress, self.problems, self.failures):
            head.addWidget(widget)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.tabs)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._stack, 1)

    def _kind_corner(self) -> QWidget:
        for kind in AP_KINDS:
            self.kind.addItem(f"mAP@All, {kind}", kind)
        self.kind.setAccessibleName("Kind of average precision")
        self.kind.setToolTip(
            "Interpolated is averaged within categories, as in the paper; plain over queries"
        )
        corner = QWidget()
        beside = QHBoxLayout(corner)
        beside.setContentsMargins(SPACE_S, 0, SPACE_L, 0)
        beside.addWidget(self.kind)
        return corner

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.show_news()


class _SettingTable(QWidget):
    """The table of one setting, and what it shows in a sentence."""

    def __init__(self, setting: str) -> None:
        super().__init__()
        self.setting = setting
        self.model = BenchmarkTableModel(self)
        self.view = QTableView()
        self._sentence = plain_label(SETTING_SENTENCES[setting], "dim", is_wrapped=True)
        self._meaning = ElidedLabel(role="dim")
        self._known: object = None
        view = self.view
        view.setModel(self.model)
        view.setProperty("role", "numbers")
        view.setAccessibleName(f"mAP@All in {setting}")
        view.setShowGrid(False)
        view.setAlternatingRowColors(True)
        view.setTabKeyNavigation(False)
        view.setWordWrap(False)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setCornerButtonEnabled(False)
        view.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for header in (view.horizontalHeader(), view.verticalHeader()):
            header.setHighlightSections(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, SPACE_S, SPACE_L, SPACE_M)
        column.setSpacing(SPACE_S)
        column.addWidget(self._sentence)
        column.addWidget(view, 1)
        column.addWidget(self._meaning)

    def show_table(self, standing: Standing, kind: ApKind) -> None:
        """Show what is measured by now; counts again only what may have changed."""
        there = (standing.pairs, standing.methods, bool(standing.about))
        known = (kind, len(standing.results), there)
        if known == self._known:
            return
        self._known = known
        columns = self.model.table.columns
        table = standing.table(self.setting, kind)
        self.model.show_table(table)
        self._meaning.set_text(table_text(table))
        if table.columns != columns:
            metrics = self.view.fontMetrics()
            least = metrics.horizontalAdvance("88.8 ± 88.8") + SPACE_L
            for place, title in enumerate(table.columns):
                wide = metrics.horizontalAdvance(display_text(title)) + SPACE_L + SPACE_S
                self.view.setColumnWidth(place, max(least, wide))
