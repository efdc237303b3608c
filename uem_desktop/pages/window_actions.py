"""Every command of the window, and the menus they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from uem_desktop.pages.action_table import make_action
from uem_desktop.pages.benchmark_actions import BenchmarkActions
from uem_desktop.pages.decision_actions import DecisionActions
from uem_desktop.pages.help_switch import HelpSwitch
from uem_desktop.pages.query_actions import QueryActions
from uem_desktop.pages.train_actions import TrainActions
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.index import IndexKind
from uem_desktop.retrieval.recent_projects import RecentProject
from uem_desktop.widgets.theme import Scheme, Theme

Keys = QKeySequence.StandardKey
_INDEX_TEXTS: tuple[tuple[IndexKind, str], ...] = (
    ("exact", "&Exact (every image is compared)"),
    ("hnsw", "&HNSW (approximate, a graph of neighbours)"),
    ("ivf", "&IVF (approximate, clusters)"),
)
_SCHEMES: tuple[tuple[Scheme, str], ...] = (
    ("system", "As the &system"),
    ("light", "&Light"),
    ("dark", "&Dark"),
)


class WindowActions(QMenu):
    """Holds the actions; a menu only so that it has signals and an owner.

    Signals:
        scheme_chosen(str): Light, dark or as the system.
        index_kind_chosen(str): How the gallery is searched.
        recent_chosen(Path): A recent project.
    """

    scheme_chosen = Signal(str)
    index_kind_chosen = Signal(str)
    recent_chosen = Signal(object)

    def __init__(self, window: QMainWindow, theme: Theme) -> None:
        super().__init__(window)
        add = partial(make_action, window)
        self.open_query = add("Open &query folder…", "Ctrl+O")
        self.open_gallery = add("Open &gallery folder…", "Ctrl+Shift+O")
        self.open_checkpoint = add("Open &checkpoint…", "Ctrl+K")
        self.open_project = add("Open &project…", "Ctrl+P")
        self.save_project = add("&Save project as…", "Ctrl+S")
        self.open_sample = add("Open the sa&mple collection")
        self.close_project = add("&Start page", "Ctrl+W")
        self.quit = add("&Quit", "Ctrl+Q")
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)
        self.copy_paths = add("&Copy file paths", Keys.Copy)
        self.copy_image = add("Copy &image", "Ctrl+Shift+C")
        self.find_file = add("&Find by file name", Keys.Find)
        self.escape = add("Back to the query before", "Esc")
        self.explore = add("&Explore")
        self.problems = add("&Problems")
        self.larger = add("&Larger images", "Ctrl++", more=("Ctrl+=",))
        self.smaller = add("&Smaller images", "Ctrl+-")
        self.full_view = add("&Full view", "F11")
        self.show_preview = _checked(add("P&review panel", "F9"))
        self.show_queries = _checked(add("&Query domain panel", "F8"))
        self.show_line = add("Queries without a c&ounterpart", "F7")
        self.why = add("&Why this match", "W")
        self.why.setCheckable(True)
        self.swap = add("&Swap the domains", "X")
        self.swap.setToolTip("Swap query and gallery domain (X)")
        self.more_matches = add("&More matches", "+", more=("]",))
        self.fewer_matches = add("F&ewer matches", "-", more=("[",))
        self.cancel = add("&Cancel embedding", "Ctrl+.")
        self.resume = add("&Resume embedding", "Ctrl+Shift+.", more=("Ctrl+>",))
        self.re_embed = add("Read the folders &again", "F5")
        self.shortcuts = add("&Keyboard shortcuts", "F1")
        self.about = add("&About uem-desktop")
        self.about.setMenuRole(QAction.MenuRole.AboutRole)
        theme.bind_icon(self.swap, "swap")
        self._window = window
        self.schemes = self._group(_SCHEMES, self.scheme_chosen.emit)
        self.index_kinds = self._group(_INDEX_TEXTS, self.index_kind_chosen.emit)
        self._recent_menu = QMenu("&Recent projects", window)

    @property
    def panels(self) -> dict[str, QAction]:
        """By name, the action that shows or hides a panel."""
        return {"preview": self.show_preview, "queries": self.show_queries}

    def fill(
        self,
        pages: Sequence[QAction],
        queries: QueryActions,
        decisions: DecisionActions,
        training: TrainActions,
        benchmark: BenchmarkActions,
        retrieval_help: HelpSwitch,
        exports: Sequence[QAction],
    ) -> None:
        """Put all actions into the menu bar."""
        separator = None
        file = [
            self.open_query, self.open_gallery, self.open_checkpoint, self.open_sample, separator,
            self.open_project, self._recent_menu, self.save_project, separator, *exports,
            separator, self.close_project, self.quit,
        ]  # fmt: skip
        edit = [
            queries.paste, queries.choose, queries.clear, separator, queries.back, queries.forward,
            separator, self.copy_paths, self.copy_image, separator, self.find_file,
        ]  # fmt: skip
        view = [
            *pages, separator,
            self.larger, self.smaller, self.full_view, separator,
            self.show_queries, self.show_preview, self.show_line, self.why, separator,
            self._submenu("&Colours", self.schemes),
        ]  # fmt: skip
        retrieval = [
            self.swap, self.more_matches, self.fewer_matches, separator,
            self._submenu("&Index", self.index_kinds), retrieval_help.action, separator,
            self.cancel, self.resume, self.re_embed,
        ]  # fmt: skip
        for title, entries in (
            ("&File", file),
            ("&Edit", edit),
            ("&View", view),
            ("&Retrieval", retrieval),
            ("&Decisions", decisions.menu_entries()),
            ("&Training", training.menu_entries()),
            ("&Benchmark", benchmark.menu_entries()),
            ("&Help", [self.shortcuts, separator, self.about]),
        ):
            _fill(self._window.menuBar().addMenu(title), entries)

    def show_scheme(self, scheme: Scheme) -> None:
        """Tick the scheme in use."""
        _tick(self.schemes, scheme)

    def show_index_kind(self, kind: str) -> None:
        """Tick the index in use."""
        _tick(self.index_kinds, kind)

    def show_recent(self, projects: Sequence[RecentProject]) -> None:
        """Offer the recent projects."""
        self._recent_menu.clear()
        self._recent_menu.setEnabled(bool(projects))
        for project in projects:
            name = display_text(project.name).replace("&", "&&")
            action = self._recent_menu.addAction(name)
            action.setToolTip(display_text(project.path))
            action.setEnabled(not project.is_missing)
            action.triggered.connect(partial(self._choose_recent, project.path))

    def _choose_recent(self, path: Path, _is_checked: bool = False) -> None:
        self.recent_chosen.emit(path)

    def _group(self, entries: Sequence[tuple[str, str]], emit: object) -> QActionGroup:
        group = QActionGroup(self._window)
        for value, text in entries:
            action = QAction(text, group)
            action.setCheckable(True)
            action.setData(value)
        group.triggered.connect(lambda action: emit(action.data()))  # type: ignore[operator]
        return group

    def _submenu(self, title: str, group: QActionGroup) -> QMenu:
        menu = QMenu(title, self._window)
        menu.addActions(group.actions())
        return menu


def _checked(action: QAction) -> QAction:
    """Return an action as a switch that is on."""
    action.setCheckable(True)
    action.setChecked(True)
    return action


def _fill(menu: QMenu, entries: Sequence[QAction | QMenu | None]) -> None:
    for entry in entries:
        if entry is None:
            menu.addSeparator()
        elif isinstance(entry, QMenu):
            menu.addMenu(entry)
        else:
            menu.addAction(entry)


def _tick(group: QActionGroup, value: str) -> None:
    for action in group.actions():
        action.setChecked(action.data() == value)
