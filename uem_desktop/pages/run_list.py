"""The list of runs beside the page: one that is new, those that were, one to follow."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QFrame,
    QListView,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from uem_desktop.item_models.run_rows import RunListModel, RunRole
from uem_desktop.pages.action_table import call_plainly
from uem_desktop.pages.labels import plain_label
from uem_desktop.pages.training_keeper import TrainingKeeper
from uem_desktop.retrieval.runs import RunState
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S, Tokens
from uem_desktop.widgets.two_line_delegate import AnyIndex, TwoLineDelegate

WIDTH = 264
NARROW_WIDTH = 216


class RunList(QWidget):
    """Chooses what the page shows.

    Signals:
        new_wanted: Show the set-up of a new run.
        run_chosen(Path): Show a run.
    """

    new_wanted = Signal()
    run_chosen = Signal(object)

    def __init__(self, keeper: TrainingKeeper, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runList")
        self._keeper = keeper
        self._chosen: Path | None = None
        self._is_selecting = False
        self.model = RunListModel(self)
        self.view = QListView()
        self._delegate = TwoLineDelegate(RunRole.DETAIL, RunRole.VALUE, _dot)
        self.new_button = QPushButton("New run")
        self.follow_button = QPushButton("Follow a run…")
        self._empty = plain_label(
            "No runs yet. Start one on the right, or follow one that was started in a terminal or"
            " on another machine.",
            "dim",
            is_wrapped=True,
        )
        self._stack = QStackedWidget()
        theme.bind_icon(self.new_button, "plus")
        theme.bind_icon(self.follow_button, "recent")
        self._make_actions()
        self._lay_out()
        self.new_button.clicked.connect(self._want_new)
        self.follow_button.clicked.connect(self.choose_folder)
        self.view.selectionModel().currentChanged.connect(self._choose)
        self.view.customContextMenuRequested.connect(self._show_menu)
        keeper.runs_changed.connect(self.show_runs)
        self.show_runs()

    def show_runs(self) -> None:
        """Show the list as it was read last; the chosen run stays chosen."""
        self.model.set_runs(self._keeper.summaries)
        self._stack.setCurrentIndex(int(bool(self._keeper.summaries)))
        if self._chosen is not None and self._path_of_current() != self._chosen:
            self.select(self._chosen)

    def select(self, path: Path | None) -> None:
        """Mark a run as the chosen one without choosing it; None for a new run."""
        row = self.model.row_of(path) if path is not None else -1
        self.new_button.setChecked(path is None)
        self._chosen = path
        self._is_selecting = True
        try:
            index = self.model.index(row) if row >= 0 else QModelIndex()
            flags = QItemSelectionModel.SelectionFlag
            self.view.selectionModel().setCurrentIndex(index, flags.ClearAndSelect)
        finally:
            self._is_selecting = False

    @property
    def chosen_path(self) -> Path | None:
        """The run that is marked."""
        return self._chosen

    def choose_folder(self) -> None:
        """Ask for the folder of a run and follow it."""
        folder = QFileDialog.getExistingDirectory(self, "Follow the run in this folder")
        if folder:
            self._keeper.follow(Path(folder))

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid() and not self._is_selecting:
            self._chosen = self.model.run_at(index.row()).path
            self.new_button.setChecked(False)
            self.run_chosen.emit(self._chosen)

    def _want_new(self) -> None:
        self.select(None)
        self.new_wanted.emit()

    def _path_of_current(self) -> Path | None:
        index = self.view.currentIndex()
        return self.model.run_at(index.row()).path if index.isValid() else None

    def _open_folder(self) -> None:
        if (path := self._path_of_current()) is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def _copy_path(self) -> None:
        if (path := self._path_of_current()) is not None:
            QGuiApplication.clipboard().setText(str(path))

    def _remove(self) -> None:
        if (path := self._path_of_current()) is not None:
            self._keeper.remove(path)

    def _show_menu(self, place: QPoint) -> None:
        if self.view.indexAt(place).isValid():
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.addActions(self._actions)
            menu.popup(self.view.viewport().mapToGlobal(place))

    def _make_actions(self) -> None:
        self._actions = []
        for text, method, key in (
            ("Open folder", self._open_folder, None),
            ("Copy path", self._copy_path, QKeySequence(QKeySequence.StandardKey.Copy)),
            ("Remove from list (files stay)", self._remove, QKeySequence(Qt.Key.Key_Delete)),
        ):
            action = QAction(text, self)
            if key is not None:
                action.setShortcut(key)
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(partial(call_plainly, method))
            self.view.addAction(action)
            self._actions.append(action)

    def _lay_out(self) -> None:
        self.setFixedWidth(WIDTH)
        self.new_button.setCheckable(True)
        self.new_button.setToolTip("Set up a new run (Ctrl+N)")
        self.follow_button.setToolTip(
            "Show a run live by its folder: one from a terminal, or from another machine with a"
            " shared drive"
        )
        view = self.view
        view.setModel(self.model)
        view.setItemDelegate(self._delegate)
        view.setAccessibleName("Runs")
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setUniformItemSizes(True)
        view.setMouseTracking(True)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.setProperty("role", "plain")
        empty = QWidget()
        column = QVBoxLayout(empty)
        column.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, 0)
        column.addWidget(self._empty)
        column.addStretch(1)
        self._stack.addWidget(empty)
        self._stack.addWidget(view)
        head = QVBoxLayout()
        head.setContentsMargins(SPACE_M, SPACE_S + 4, SPACE_M, SPACE_S)
        head.setSpacing(SPACE_S)
        head.addWidget(plain_label("Runs", "title"))
        head.addWidget(self.new_button)
        foot = QVBoxLayout()
        foot.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        foot.addWidget(self.follow_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)
        layout.addLayout(foot)


def state_colour(state: RunState, tokens: Tokens) -> tuple[str, bool]:
    """Return the colour of a state's dot and whether it is filled."""
    match state:
        case RunState.RUNNING:
            return tokens.accent, True
        case RunState.PAUSED:
            return tokens.accent, False
        case RunState.FINISHED:
            return tokens.correct, True
        case RunState.FAILED:
            return tokens.wrong, True
        case RunState.STOPPED | RunState.BROKEN_OFF:
            return tokens.missed, False
        case _:
            return tokens.unknown, False


def _dot(index: AnyIndex, tokens: Tokens) -> tuple[str, bool]:
    return state_colour(index.data(RunRole.STATE), tokens)
