from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QObject

from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.page_maker import PageMaker


class Desk:
    """A page that notes where it is imported and made."""

    def __init__(self, name: str, log: list[str], *, is_made: bool = False) -> None:
        self.name = name
        self.is_made = is_made
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


def test_each_page_is_imported_by_a_worker_and_made_one_after_another(qtbot, runner) -> None:
    log: list[str] = []
    desks = [Desk("one", log), Desk("there", log, is_made=True), Desk("two", log)]
    parent = QObject()
    maker = PageMaker(runner, parent)
    maker.start(desks)
    maker.start(desks)
    qtbot.waitUntil(lambda: desks[2].is_made)
    assert log == ["import one", "make one", "import two", "make two"]


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
    assert log == ["make one", "import two", "make two"]
