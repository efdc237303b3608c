"""The marks of a journal are what its entries, one by one, say."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from training.data.scanning import scan_folder
from uem_desktop.retrieval.decided_about import DecidedAbout, DecidedFilter
from uem_desktop.retrieval.decided_marks import NothingDecided
from uem_desktop.retrieval.decision_journal import DecisionJournal
from uem_desktop.retrieval.decisions import Judgement
from uem_desktop.retrieval.project import Project


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    for side in ("a", "b"):
        (tmp_path / side / "owl").mkdir(parents=True)
        for number in range(8):
            (tmp_path / side / "owl" / f"{number}.png").write_bytes(side.encode() * (number + 1))
    Project(tmp_path / "a", tmp_path / "b").save(tmp_path / "p.uem")
    return tmp_path / "a", tmp_path / "b"


def agree(journal: DecisionJournal, tables) -> None:
    """Compare with all entries that hold, folded by their paths."""
    about = DecidedAbout()
    about.apply(journal.decisions())
    for table in tables:
        has = [about.of(record.path) for record in table]
        assert [journal.marks.of(record.path) for record in table] == has
        for wanted in DecidedFilter:
            literal = {
                DecidedFilter.ALL: [True] * len(has),
                DecidedFilter.DECIDED: list(map(bool, has)),
                DecidedFilter.UNDECIDED: [not marks for marks in has],
            }.get(wanted, [wanted in marks for marks in has])
            assert journal.marks.kept(wanted, table).tolist() == literal


def test_marks_follow_whatever_is_decided_undone_and_opened_again(folders, tmp_path) -> None:
    tables = [scan_folder(folder, "query").records for folder in folders]
    queries, gallery = ([record.path for record in table] for table in tables)
    outside = tmp_path / "elsewhere.png"
    outside.write_bytes(b"x")
    journal = DecisionJournal.open(tmp_path / "p.uem", folders)
    rng = random.Random(3)
    for _ in range(60):
        one, other = rng.choice(queries), rng.choice([*gallery, outside])
        match rng.randrange(6):
            case 0 | 1:
                journal.judge([(one, other)], rng.choice([*Judgement, None]))
            case 2:
                journal.relabel([one, other], rng.choice(["owl", "bee", None]))
            case 3:
                journal.write_note([rng.choice([one, other])], rng.choice(["dark", ""]))
            case 4:
                journal.confirm_no_counterpart([one], is_confirmed=rng.random() < 0.6)
            case _:
                (journal.undo if rng.random() < 0.7 else journal.redo)()
        agree(journal, tables)
    journal.close()
    again = DecisionJournal.open(tmp_path / "p.uem", folders)
    agree(again, tables)
    again.close()


def test_an_image_that_is_found_elsewhere_takes_its_marks_along(folders, tmp_path) -> None:
    tables = [scan_folder(folder, "query").records for folder in folders]
    journal = DecisionJournal.open(tmp_path / "p.uem", folders)
    old, new = tables[0][0].path, tables[0][5].path
    journal.write_note([old], "dark")
    assert journal.marks.kept(DecidedFilter.NOTED, tables[0]).nonzero()[0].tolist() == [0]
    image = journal.images.image(journal.images.number_of(old))
    journal.put_images([image._replace(path=journal.images.locate(new)[1])])
    assert journal.marks.of(new) == (DecidedFilter.NOTED,)
    assert journal.marks.of(old) == ()
    assert journal.marks.kept(DecidedFilter.NOTED, tables[0]).nonzero()[0].tolist() == [5]
    journal.close()


def test_without_a_journal_nothing_is_decided(folders) -> None:
    table = scan_folder(folders[0], "query").records
    assert NothingDecided().of(table[0].path) == ()
    for wanted in DecidedFilter:
        is_kept = NothingDecided().kept(wanted, table)
        assert np.all(is_kept == (wanted in (DecidedFilter.ALL, DecidedFilter.UNDECIDED)))
