from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget

from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.late_place import LatePlace
from uem_desktop.pages.page_maker import PageMaker


class Desk:
    """A page that notes where it is imported and made."""

    def __init__(self, name: str, log: list[str], *, is_made: bool = False) -> None:
        self.name = name
        self.is_made = is_made
        self.place = QWidget()
        self._log = log

    def import_page(self) -> None:
        assert threading.current_thread() is not threading.main_thread()
        self._log.append(f"import {self.name}")
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


def test_all_pages_are_imported_by_a_worker_and_made_one_after_another(qtbot, runner) -> None:
    log: list[str] = []
    desks = [Desk("one", log), Desk("there", log, is_made=True), Desk("two", log)]
    parent = QObject()
    maker = PageMaker(runner, parent)
    maker.start(desks)
    maker.start(desks)
    qtbot.waitUntil(lambda: desks[2].is_made)
    assert log == ["import one", "import there", "import two", "make one", "make two"]


def test_a_page_that_cannot_be_imported_does_not_keep_the_next_from_coming(qtbot, runner) -> None:
    log: list[str] = []
    desks = [Desk("broken", log), Desk("two", log)]
    parent = QObject()
    maker = PageMaker(runner, parent)
    maker.start(desks)
    qtbot.waitUntil(lambda: desks[1].is_made)
    assert log == ["import broken", "import two", "make two"]


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
    assert log == ["make one", "import one", "import two", "make two"]


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
    assert log == ["import one", "import two", "make one", "left"]
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
