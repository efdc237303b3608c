"""The real window, offscreen, on a part of the sample collection that is embedded once."""

from __future__ import annotations

import os
import shutil
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from training.resources import resource_path
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.main_window import MainWindow
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.query_search import SearchState
from uem_desktop.pages.window_settings import WindowSettings
from uem_desktop.retrieval.encoder_process import EncoderProcess
from uem_desktop.retrieval.start_request import StartRequest
from uem_desktop.widgets.theme import Theme

SHARED = ("bird", "building", "tool")


@dataclass(frozen=True)
class Folders:
    """Two small domains: three shared categories, one of the query domain alone."""

    query: Path
    gallery: Path


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    root = tmp_path_factory.mktemp("worlds")
    for source, target, categories in (
        ("clipart", "drawings", (*SHARED, "instrument")),
        ("render", "renders", SHARED),
    ):
        for category in categories:
            files = sorted(resource_path("sample", source, category).iterdir())[:8]
            (root / target / category).mkdir(parents=True)
            for file in files:
                shutil.copy(file, root / target / category)
    return Folders(root / "drawings", root / "renders")


@pytest.fixture(scope="session")
def shared_store(tmp_path_factory: pytest.TempPathFactory, folders: Folders) -> Path:
    """The store that holds both folders, so that no story waits for the encoder without need."""
    from uem_desktop.retrieval.embedder import embed_folder
    from uem_desktop.retrieval.local_embedder import load_embedder

    cache = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UEM_CACHE_DIR", str(cache))
        embedder = load_embedder("sample", "cpu")
        for folder in (folders.query, folders.gallery):
            embed_folder(folder, embedder)
    return cache


@pytest.fixture(autouse=True)
def _use_shared_store(shared_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UEM_CACHE_DIR", str(shared_store))


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Iterator[Theme]:
    yield Theme(qapp, "light")
    qapp.clipboard().clear()  # what Python put there must not outlive it: the process would crash


class Driver:
    """One window and what a person does with it."""

    def __init__(self, qtbot: QtBot, theme: Theme) -> None:
        self.qtbot = qtbot
        self.runner = JobRunner()
        self.state = ExplorerState(self.runner, EncoderProcess)
        self.window = MainWindow(self.state, self.runner, theme, WindowSettings())
        self.window.show()
        qtbot.waitExposed(self.window)

    def open(self, query: Path, gallery: Path, **more: object) -> None:
        request = {"checkpoint": "sample", "query_folder": query, "gallery_folder": gallery, **more}
        self.window.opener.open_request(StartRequest(**request))

    def wait_answered(self, timeout: int = 90_000) -> None:
        self.qtbot.waitUntil(self.is_answered, timeout=timeout)

    def is_answered(self) -> bool:
        state = self.state
        return (
            state.session.is_complete
            and not state.loader.status.is_busy
            and not state.scores.is_running
            and not self.window.decisions.keeper.is_opening
            and state.search.state is SearchState.ANSWERED
            and state.search.result is not None
            and state.search.result.query_paths == state.search.query
            and state.search.result.gallery_count == len(state.session.domains["gallery"].records)
        )

    def ask(self, *paths: Path) -> None:
        self.state.search.ask(list(paths))
        self.wait_answered()

    def press(self, widget: QWidget, key: object, modifier: object = None) -> None:
        none = Qt.KeyboardModifier.NoModifier
        self.qtbot.keyClick(widget, key, modifier if modifier is not None else none)

    def drop(self, widget: QWidget, mime: QMimeData) -> None:
        centre = widget.rect().center()
        how = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton)
        modifiers = Qt.KeyboardModifier.NoModifier
        with warnings.catch_warnings():
            # Qt 6.12 wants a QPointF here, which the versions before do not take
            warnings.simplefilter("ignore", DeprecationWarning)
            enter = QDragEnterEvent(centre, *how, modifiers)
        QApplication.sendEvent(widget, enter)
        QApplication.sendEvent(widget, QDropEvent(QPointF(centre), *how, modifiers))

    def marks(self) -> list[str]:
        model = self.window.explore.match_panel.model
        return [model.mark_at(row) for row in range(model.rowCount())]

    def close(self) -> None:
        self.window.close()
        self.window.deleteLater()


def files_mime(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


@pytest.fixture
def make_mime() -> Callable[..., QMimeData]:
    return files_mime


@pytest.fixture
def start(qtbot: QtBot, theme: Theme) -> Iterator[Callable[[], Driver]]:
    """Open windows; nothing of them may be left when the story ends."""
    before = set(threading.enumerate())
    drivers: list[Driver] = []

    def begin() -> Driver:
        drivers.append(Driver(qtbot, theme))
        return drivers[-1]

    yield begin
    for driver in drivers:
        driver.close()
    qtbot.waitUntil(lambda: set(threading.enumerate()) <= before, timeout=4000)


@pytest.fixture
def driver(start: Callable[[], Driver]) -> Driver:
    return start()


@pytest.fixture
def opened(driver: Driver, folders: Folders) -> Driver:
    """A window with both folders embedded and the first query answered."""
    driver.open(folders.query, folders.gallery)
    driver.wait_answered()
    return driver


@pytest.fixture
def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
