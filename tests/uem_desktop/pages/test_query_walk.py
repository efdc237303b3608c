"""Walking through the queries of a table that is made up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from training.data.image_table import ImageTable
from training.data.records import ImageRecord
from training.data.scanning import FolderScan
from uem_desktop.jobs.job import JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.query_walk import QueryWalk, Walked
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.explorer_session import ExplorerSession
from uem_desktop.retrieval.query_filter import QueryFilter


@dataclass(frozen=True, eq=False)
class Table:
    query: DomainEmbeddings
    rows: NDArray[np.int64]


class Decisions(QObject):
    changed = Signal()


class Walk(QueryWalk[Table, str, QueryFilter, str]):
    """Lists what the filter keeps, in row order, and answers with the name of a query."""

    def show(self, table: Table) -> None:
        self._study.show((table,), lambda _: Walked(table, "answer"))

    def _listed(self, found: Table, is_kept: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.flatnonzero(is_kept).astype(np.int64)

    @staticmethod
    def _answer(_: JobContext, found: Table, index: str, place: int, top_k: int) -> str:
        return f"{index} to {found.query.records[int(found.rows[place])].path.stem}"


def table(folder: str, *names: str) -> Table:
    """Return a table of images, all but the first of which are queries."""
    records = [ImageRecord(row, Path(folder, name), "q", None) for row, name in enumerate(names)]
    domain = DomainEmbeddings(FolderScan(Path(folder), ImageTable.of(records), (), 0))
    return Table(domain, np.arange(1, len(names), dtype=np.int64))


BIRDS = table("/birds", "none.png", "crow.png", "owl.png", "tit.png")
SHIPS = table("/ships", "none.png", "brig.png", "yawl.png")


@pytest.fixture
def walk(qtbot) -> Iterator[Walk]:
    runner = JobRunner()
    yield Walk(ExplorerSession(), Decisions(), runner, "Stopped.", QueryFilter())
    assert runner.close()


def show(walk: Walk, qtbot, shown: Table) -> None:
    walk.show(shown)
    qtbot.waitUntil(lambda: walk.found is shown)


def test_steps_end_at_both_ends_of_the_list(walk, qtbot) -> None:
    show(walk, qtbot, BIRDS)
    stems = [walk.current_path.stem]
    for by in (1, 1, 1, -1, -5):
        walk.step(by)
        stems.append(walk.current_path.stem)
    assert stems == ["crow", "owl", "tit", "tit", "owl", "crow"]
    qtbot.waitUntil(lambda: walk.result == "answer to crow")


def test_a_query_that_leaves_the_list_gives_its_row_to_the_next(walk, qtbot) -> None:
    show(walk, qtbot, BIRDS)
    walk.look_at(1)
    walk.ask(text="t")
    assert walk.places.tolist() == [2]
    assert walk.current == 2
    walk.ask(text="")
    assert walk.current == 2, "a wider filter keeps what is looked at"


def test_the_query_that_was_left_is_looked_at_once_it_is_there(walk, qtbot) -> None:
    left = Path("/birds/owl.png")
    walk.restore(QueryFilter(), left)
    assert (walk.query_path, walk.current_path) == (left, None)
    show(walk, qtbot, BIRDS)
    assert walk.current_path == left


def test_other_folders_without_a_query_to_list_leave_none_to_look_at(walk, qtbot) -> None:
    show(walk, qtbot, SHIPS)
    show(walk, qtbot, BIRDS)
    walk.ask(text="crow")
    qtbot.waitUntil(lambda: walk.result == "answer to crow")
    with qtbot.waitSignal(walk.current_changed):
        walk.show(SHIPS)  # known from before: no moment without a table lies between
    assert (walk.found, walk.current, walk.result) == (SHIPS, None, None)
