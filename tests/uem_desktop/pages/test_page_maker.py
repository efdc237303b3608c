from __future__ import annotations

import importlib
import importlib.util
import subprocess
import sys
import threading

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget

from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.late_place import LatePlace
from uem_desktop.pages.page_maker import PageMaker


class Desk:
    """A page that notes where it is read and made."""

    page_module = ""

    def __init__(self, name: str, log: list[str], *, is_made: bool = False) -> None:
        self.name = name
        self.is_made = is_made
        self.place = QWidget()
        self._log = log

    def read_ahead(self) -> None:
        assert threading.current_thread() is not threading.main_thread()
        self._log.append(f"read {self.name}")
        if self.name == "broken":
            raise ImportError("no such library")

    def make(self) -> None:
        assert threading.current_thread() is threading.main_thread()
        self._log.append(f"make {self.name}")
        self.is_made = True


@pytest.fixture
def runner(qapp):
    runner = JobRunner()
    yield runner
    assert runner.close()


def test_all_pages_are_read_by_a_worker_and_made_one_after_another(qtbot, runner) -> None:
    log: list[str] = []
    desks = [Desk("one", log), Desk("there", log, is_made=True), Desk("two", log)]
    parent = QObject()
    maker = PageMaker(runner, parent)
    maker.start(desks)
    maker.start(desks)
    qtbot.waitUntil(lambda: desks[2].is_made)
    assert log == ["read one", "read there", "read two", "make one", "make two"]


def test_a_page_that_cannot_be_read_does_not_keep_the_next_from_coming(qtbot, runner) -> None:
    log: list[str] = []
    desks = [Desk("broken", log), Desk("two", log)]
    parent = QObject()
    maker = PageMaker(runner, parent)
    maker.start(desks)
    qtbot.waitUntil(lambda: desks[1].is_made)
    assert log == ["read broken", "read two", "make two"]


@pytest.fixture
def page_modules(tmp_path, monkeypatch):
    """A page of four modules that say on which thread they are imported."""
    says = "import threading\nplace = threading.current_thread() is threading.main_thread()\n"
    for name, imports in {
        "uem_desktop.pages.made_up_page": "import uem_desktop.widgets.made_up_part\n"
        "from uem_desktop.retrieval.made_up_table import place as _\n",
        "uem_desktop.widgets.made_up_part": "from uem_desktop.widgets.made_up_inner import place\n",
        "uem_desktop.widgets.made_up_inner": "import uem_desktop.retrieval.made_up_table\n",
        "uem_desktop.retrieval.made_up_table": "",
    }.items():
        package, _, last = name.rpartition(".")
        folder = tmp_path / package
        folder.mkdir(exist_ok=True)
        (folder / f"{last}.py").write_text(imports + says)
        there = importlib.import_module(package)
        monkeypatch.setattr(there, "__path__", [*there.__path__, str(folder)])
    yield "uem_desktop.pages.made_up_page"
    for name in [name for name in sys.modules if ".made_up_" in name]:
        package, _, last = name.rpartition(".")
        delattr(sys.modules[package], last)
        del sys.modules[name]


def test_only_the_thread_of_the_window_imports_what_has_to_do_with_qt(
    qtbot, runner, page_modules
) -> None:
    desk = Desk("one", [])
    desk.page_module = page_modules
    parent = QObject()
    maker = PageMaker(runner, parent)
    maker.start([desk])
    qtbot.waitUntil(lambda: desk.is_made)
    imported = {name: sys.modules[name].place for name in sys.modules if ".made_up_" in name}
    assert imported == {
        "uem_desktop.pages.made_up_page": True,
        "uem_desktop.widgets.made_up_part": True,
        "uem_desktop.widgets.made_up_inner": True,
        "uem_desktop.retrieval.made_up_table": False,
    }


def test_a_page_whose_library_is_missing_does_not_keep_the_next_from_coming(
    qtbot, runner, page_modules
) -> None:
    found = importlib.util.find_spec("uem_desktop.widgets.made_up_part")
    assert found is not None
    with open(found.origin, "a") as file:
        file.write("import no_such_library\n")
    log: list[str] = []
    desks = [Desk("one", log), Desk("two", log)]
    desks[0].page_module = page_modules
    parent = QObject()
    maker = PageMaker(runner, parent)
    maker.start(desks)
    qtbot.waitUntil(lambda: desks[1].is_made)
    assert log == ["read one", "read two", "make two"]


def test_the_pages_of_the_window_are_found_with_all_that_they_import() -> None:
    code = """
import os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
import uem_desktop.main_window
from importlib import import_module
from uem_desktop.pages.page_imports import import_without_qt
for page in ("mismatches", "compare", "map", "train_bridge", "benchmark_page"):
    name = "uem_desktop.pages." + page
    rest = import_without_qt(name)
    assert rest[-1] == name and name not in sys.modules
    for module in rest:
        before = set(sys.modules)
        import_module(module)
        new = {one for one in set(sys.modules) - before if one.startswith("uem_desktop.")}
        assert new == {module}, (module, new)
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=100)


def test_a_page_that_a_person_turned_to_meanwhile_and_a_window_that_closes(qtbot, runner) -> None:
    log: list[str] = []
    desks = [Desk("one", log), Desk("two", log)]
    parent = QObject()
    maker = PageMaker(runner, parent)
    maker.start(desks)
    desks[0].make()
    qtbot.waitUntil(lambda: desks[1].is_made)
    maker.start([Desk("three", log)])
    maker.stop()
    qtbot.wait(450)
    assert log == ["make one", "read one", "read two", "make two"]


def test_parts_of_a_page_follow_one_at_a_time_and_parts_of_parts_too(qtbot, runner) -> None:
    log: list[str] = []
    desk = Desk("one", log)
    column = QVBoxLayout(desk.place)

    def make(name: str, place: list[LatePlace], inner: LatePlace | None = None) -> None:
        log.append(name)
        widget = QWidget()
        if inner is not None:
            QVBoxLayout(widget).addWidget(inner)
        place[0].put(widget)

    places: dict[str, list[LatePlace]] = {"left": [], "right": [], "deep": []}
    places["deep"].append(LatePlace(lambda: make("deep", places["deep"])))
    places["left"].append(LatePlace(lambda: make("left", places["left"], places["deep"][0])))
    places["right"].append(LatePlace(lambda: make("right", places["right"])))
    for name in ("left", "right"):
        column.addWidget(places[name][0])
    parent = QObject()
    maker = PageMaker(runner, parent)
    maker.start([desk, Desk("two", log)])
    qtbot.waitUntil(lambda: len(log) == 4)
    assert log == ["read one", "read two", "make one", "left"]
    assert places["left"][0].is_made
    assert not places["right"][0].is_made
    qtbot.waitUntil(lambda: "make two" in log)
    assert sorted(log[4:6]) == ["deep", "right"]
    assert log[6:] == ["make two"]


def test_a_part_that_is_shown_is_made_before(qtbot) -> None:
    place = LatePlace(lambda: place.put(QWidget()))
    qtbot.addWidget(place)
    assert not place.is_made
    place.show()
    assert place.is_made
