from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from training.data.image_table import ImageTable
from training.data.scanning import FolderScan
from training.errors import UserError
from uem_desktop.jobs.job import JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.study import Study
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.explorer_session import ExplorerSession

STOPPED = "Stopped; the answer is not known yet."


@pytest.fixture
def runner(qtbot) -> Iterator[JobRunner]:
    runner = JobRunner()
    yield runner
    assert runner.close()


@pytest.fixture
def session() -> ExplorerSession:
    return ExplorerSession()


@pytest.fixture
def study(session, runner) -> Study[str]:
    return Study(session, runner, STOPPED)


@pytest.fixture
def work() -> Iterator[Work]:
    work = Work()
    yield work
    work.may_end.set()


class Work:
    """Work that notes what it is asked, and ends when it may or is told to stop."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.given_up: list[str] = []
        self.may_end = threading.Event()
        self.may_end.set()

    def __call__(self, context: JobContext, question: str) -> str:
        self.asked.append(question)
        context.report(0.5)
        while not self.may_end.wait(0.005):
            if context.should_stop():
                self.given_up.append(question)
                context.check()
        return question.upper()


def open_folder(session: ExplorerSession, side: str, name: str) -> DomainEmbeddings:
    scan = FolderScan(Path(name), ImageTable.of(()), (), 0)
    return session.set_domain(side, scan).embeddings


def show(study: Study[str], work: Work, question: str, *domains: DomainEmbeddings) -> None:
    study.show((question, *domains), work, question)


def wait_for(qtbot, study: Study[str], found: str) -> None:
    qtbot.waitUntil(lambda: study.found == found)


def test_what_is_found_is_shown_and_how_far_the_work_is(study, work, qtbot) -> None:
    told = []
    study.changed.connect(lambda: told.append((study.found, study.is_running)))
    work.may_end.clear()
    with qtbot.waitSignal(study.progressed):
        show(study, work, "a")
    assert study.share_done == 0.5
    work.may_end.set()
    wait_for(qtbot, study, "A")
    assert told == [(None, True), ("A", False)]


def test_one_key_is_computed_once(study, work, qtbot) -> None:
    work.may_end.clear()
    show(study, work, "a")
    show(study, work, "a")
    work.may_end.set()
    wait_for(qtbot, study, "A")
    show(study, work, "b")
    assert (study.found, study.is_running) == (None, True)
    wait_for(qtbot, study, "B")
    show(study, work, "a")
    assert (study.found, study.is_running) == ("A", False)
    study.show_nothing()
    show(study, work, "b")
    assert (study.found, study.is_running) == ("B", False)
    assert work.asked == ["a", "b"]


def test_another_key_cancels(study, work, qtbot) -> None:
    work.may_end.clear()
    show(study, work, "a")
    qtbot.waitUntil(lambda: work.asked == ["a"])
    show(study, work, "b")
    qtbot.waitUntil(lambda: work.given_up == ["a"])
    work.may_end.set()
    wait_for(qtbot, study, "B")
    show(study, work, "a")
    wait_for(qtbot, study, "A")
    assert work.asked == ["a", "b", "a"]


def test_nothing_to_compute_cancels_and_says_why(study, work, qtbot) -> None:
    work.may_end.clear()
    show(study, work, "a")
    qtbot.waitUntil(lambda: work.asked == ["a"])
    study.show_nothing("There are too few images.")
    qtbot.waitUntil(lambda: work.given_up == ["a"])
    assert (study.sentence, study.is_running, study.is_stopped) == (
        "There are too few images.",
        False,
        False,
    )


def test_what_a_person_stopped_says_so_and_goes_on(study, work, qtbot) -> None:
    work.may_end.clear()
    show(study, work, "a")
    qtbot.waitUntil(lambda: work.asked == ["a"])
    study.stop()
    assert (study.sentence, study.is_running, study.is_stopped) == (STOPPED, False, True)
    qtbot.waitUntil(lambda: work.given_up == ["a"])
    show(study, work, "a")
    assert study.is_stopped
    work.may_end.set()
    study.go_on()
    assert (study.sentence, study.is_running, study.is_stopped) == ("", True, False)
    assert study.share_done == 0.0
    wait_for(qtbot, study, "A")
    study.stop()
    study.go_on()
    assert (study.found, study.is_running, study.is_stopped) == ("A", False, False)


def test_what_failed_says_why_and_goes_on(study, qtbot) -> None:
    answers = iter([UserError("The disk is full."), "A"])

    def work(_: JobContext) -> str:
        answer = next(answers)
        if isinstance(answer, UserError):
            raise answer
        return answer

    study.show(("a",), work)
    qtbot.waitUntil(lambda: study.is_stopped)
    assert (study.sentence, study.is_running) == ("The disk is full.", False)
    study.go_on()
    wait_for(qtbot, study, "A")
    assert (study.sentence, study.is_stopped) == ("", False)


def test_what_was_cancelled_is_silent_and_begun_again_when_it_is_shown(study, work, qtbot) -> None:
    work.may_end.clear()
    show(study, work, "a")
    qtbot.waitUntil(lambda: work.asked == ["a"])
    with qtbot.assertNotEmitted(study.changed):
        study.cancel()
        qtbot.waitUntil(lambda: work.given_up == ["a"])
    assert (study.sentence, study.is_running, study.is_stopped) == ("", False, False)
    work.may_end.set()
    show(study, work, "a")
    wait_for(qtbot, study, "A")


def test_what_tells_of_a_folder_that_is_not_open_any_more_is_dropped(
    study, session, work, qtbot
) -> None:
    photos = open_folder(session, "query", "photos")
    sketches = open_folder(session, "gallery", "sketches")
    show(study, work, "both", photos, sketches)
    wait_for(qtbot, study, "BOTH")
    show(study, work, "kept", photos)
    wait_for(qtbot, study, "KEPT")
    paintings = open_folder(session, "gallery", "paintings")
    show(study, work, "new", photos, paintings)
    wait_for(qtbot, study, "NEW")
    show(study, work, "kept", photos)
    assert study.found == "KEPT"
    show(study, work, "both", photos, sketches)
    assert study.found is None
    wait_for(qtbot, study, "BOTH")
    assert work.asked == ["both", "kept", "new", "both"]
