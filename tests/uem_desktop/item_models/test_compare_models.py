"""Queries of a comparison and images that moved, as models show them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from training.data.image_table import ImageTable
from training.data.records import ImageRecord
from training.data.scanning import FolderScan
from training.progress import Progress
from uem_desktop.item_models.compare_list import CompareListModel
from uem_desktop.item_models.move_list import MoveListModel
from uem_desktop.item_models.place_list import PlaceRole
from uem_desktop.item_models.roles import Role
from uem_desktop.retrieval.compare import Comparison, compare
from uem_desktop.retrieval.compare_orders import CompareListing, CompareOrder, listed
from uem_desktop.retrieval.compare_query import Move
from uem_desktop.retrieval.domain import DomainEmbeddings, EmbeddedChunk

SPOKEN = Qt.ItemDataRole.AccessibleTextRole


def domain(name: str, categories: tuple[str, ...], vectors: list[list[float]]) -> DomainEmbeddings:
    records = tuple(
        ImageRecord(row, Path(f"/{name}/{category}-{row}.png"), name, category)
        for row, category in enumerate(categories)
    )
    made = DomainEmbeddings(FolderScan(Path(f"/{name}"), ImageTable.of(records), (), 0))
    rows = np.arange(len(records))
    made.apply(
        EmbeddedChunk(rows, np.array(vectors, np.float32), (), Progress(len(rows), len(rows)))
    )
    return made


@pytest.fixture
def found() -> Comparison:
    """A bird that loses its first match to a ship, and a ship that keeps it."""
    bird, ship = [1.0, 0.0], [0.0, 1.0]
    gallery = ("bird", "ship")
    theirs = domain("q", gallery, [bird, ship]), domain("g", gallery, [bird, ship])
    ours = domain("q", gallery, [ship, ship]), domain("g", gallery, [bird, ship])
    return compare(ours, theirs)


def test_a_query_says_what_it_lost_and_what_stands_first_now(found: Comparison) -> None:
    model = CompareListModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_rows(found, listed(found, CompareListing(), 2), CompareOrder.LOSS, 2)
    assert model.rowCount() == 1
    index = model.index(0)
    assert index.data(PlaceRole.VALUE) == "−50.0"
    assert index.data(PlaceRole.SECOND) == "AP 100.0 → 50.0"
    assert index.data(PlaceRole.DETAIL) == "bird · now ship"
    assert index.data(Role.PATH) == Path("/q/bird-0.png")
    assert index.data(SPOKEN) == "1, bird-0.png, bird · now ship, −50.0, AP 100.0 to 50.0"
    assert (model.row_of(0), model.row_of(1)) == (0, -1)


@pytest.mark.parametrize(
    ("order", "texts"),
    [
        (CompareOrder.TO_WRONG, ("1 of 2", "AP −50.0")),
        (CompareOrder.FIRST_RANK, ("1 → 2", "AP −50.0")),
        (CompareOrder.SAME, ("0.0", "AP 100.0 → 100.0")),
    ],
)
def test_each_order_shows_its_own_number(found: Comparison, order, texts) -> None:
    model = CompareListModel()
    model.set_rows(found, listed(found, CompareListing(order), 2), order, 2)
    index = model.index(0)
    assert (index.data(PlaceRole.VALUE), index.data(PlaceRole.SECOND)) == texts


def test_moves_say_whence_and_where_to(found: Comparison) -> None:
    model = MoveListModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    moves = (Move(1, theirs=17, ours=3), Move(0, theirs=2, ours=9), Move(0, theirs=4, ours=4))
    model.set_moves(moves, found.ours.gallery.records, top_k=5)
    texts = [model.index(row).data() for row in range(3)]
    assert texts == ["17 → 3", "2 → 9", "rank 4"]
    assert [model.index(row).data(Role.CATEGORY) for row in range(3)] == [
        "14 up",
        "7 down",
        "stayed",
    ]
    marks = [model.index(row).data(Role.MARK) for row in range(3)]
    assert marks == ["correct", "missed", "correct"]
    assert model.path_at(0) == Path("/g/ship-1.png")
    assert model.index(0).data(SPOKEN) == "rank 17 before, rank 3 now, 14 up"
