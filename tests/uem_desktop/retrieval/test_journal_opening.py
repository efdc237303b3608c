from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from training.errors import UserError
from uem_desktop.retrieval.decision_journal import DecisionJournal
from uem_desktop.retrieval.decisions import Judgement
from uem_desktop.retrieval.journal_opening import JournalOpening
from uem_desktop.retrieval.project import Project


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    made = [tmp_path / "drawings", tmp_path / "renders"]
    for folder in made:
        folder.mkdir()
        (folder / "1.png").write_bytes(b"x")
    return made


@pytest.fixture
def path(tmp_path: Path, folders: list[Path]) -> Path:
    path = tmp_path / "a.uem"
    Project(query_folder=folders[0], gallery_folder=folders[1], checkpoint="sample").save(path)
    return path


def run_elsewhere(opening: JournalOpening) -> bool:
    answers: list[bool] = []
    thread = threading.Thread(target=lambda: answers.append(opening.run()))
    thread.start()
    thread.join()
    return answers[0]


def test_a_journal_that_another_thread_opened_can_be_read_and_written(path, folders) -> None:
    pair = (folders[0] / "1.png", folders[1] / "1.png")
    before = DecisionJournal.open(path, folders, "Ada")
    before.judge([pair], Judgement.ACCEPT)
    before.close()
    opening = JournalOpening(path, folders, "Ada")
    assert run_elsewhere(opening)
    journal = opening.take()
    assert journal is not None
    assert journal.judgement_of(*pair).after == Judgement.ACCEPT
    journal.judge([pair], Judgement.REJECT)
    assert journal.count == 2
    assert opening.take() is None
    journal.close()


@pytest.mark.parametrize("is_early", [True, False])
def test_a_journal_that_nobody_wants_any_more_is_closed(
    path, folders, is_early: bool, monkeypatch
) -> None:
    closed: list[DecisionJournal] = []
    real = DecisionJournal.close

    def close(journal: DecisionJournal) -> None:
        real(journal)
        closed.append(journal)

    monkeypatch.setattr(DecisionJournal, "close", close)
    opening = JournalOpening(path, folders, "Ada")
    if is_early:
        opening.give_up()
    assert run_elsewhere(opening) is not is_early
    if not is_early:
        opening.give_up()
    assert opening.take() is None
    assert len(closed) == 1
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        closed[0]._file._connection.execute("SELECT 1")


def test_a_damaged_one_is_not_opened_and_a_missing_one_says_so(tmp_path, path, folders) -> None:
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 5000)
    damaged = JournalOpening(path, folders, "Ada")
    assert not damaged.run()
    assert damaged.take() is None
    with pytest.raises(UserError):
        JournalOpening(tmp_path / "gone.uem", folders, "Ada").run()
