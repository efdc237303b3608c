"""The models of the mismatches page say what the engine says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QAbstractItemModelTester

from training.data.image_table import ImageTable
from training.data.records import ImageRecord
from training.data.scanning import FolderScan
from training.progress import Progress
from uem_desktop.item_models.category_table import CategoryTableModel
from uem_desktop.item_models.confusion_table import ConfusionTableModel
from uem_desktop.item_models.error_pairs import ErrorPairModel
from uem_desktop.item_models.mismatch_list import MismatchListModel
from uem_desktop.item_models.place_list import PlaceRole
from uem_desktop.item_models.record_filter import RecordFilter
from uem_desktop.item_models.roles import Role
from uem_desktop.retrieval.category_table import category_table
from uem_desktop.retrieval.confusion import confusion
from uem_desktop.retrieval.domain import DomainEmbeddings, EmbeddedChunk
from uem_desktop.retrieval.mismatch_orders import Listing, Order, Population, listed
from uem_desktop.retrieval.mismatches import Mismatches, find_mismatches

SPOKEN = Qt.ItemDataRole.AccessibleTextRole


def domain(name: str, kinds: list[str | None], degrees: list[float]) -> DomainEmbeddings:
    radians = np.radians(degrees)
    rows = np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)
    records = tuple(
        ImageRecord(row, Path(name, kind or "", f"{kind or 'image'}-{row}.png"), name, kind)
        for row, kind in enumerate(kinds)
    )
    filled = DomainEmbeddings(FolderScan(Path(name), ImageTable.of(records), (), 0))
    filled.apply(EmbeddedChunk(np.arange(len(rows)), rows, (), Progress(len(rows), len(rows))))
    return filled


@pytest.fixture
def found() -> Mismatches:
    """Two birds, a ship and a moon ask a ship and two birds; the gallery has no moon."""
    query = domain("query", ["bird", "bird", "ship", "moon"], [0, 60, 45, 180])
    return find_mismatches(query, domain("gallery", ["ship", "bird", "bird"], [10, 20, 60]))


def texts(model: QAbstractItemModel, row: int) -> list[str]:
    return [model.index(row, column).data() for column in range(model.columnCount())]


def test_a_list_says_what_it_is_sorted_by(found: Mismatches) -> None:
    model = MismatchListModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_rows(found, listed(found, Listing()), Order.PLAIN_AP)
    assert [model.index(row).data() for row in range(model.rowCount())] == [
        "ship-2.png",
        "bird-0.png",
    ]
    first = model.index(0)
    assert first.data(PlaceRole.VALUE) == "AP 33.3 %"
    assert first.data(PlaceRole.SECOND) == "first at 3"
    assert first.data(PlaceRole.DETAIL) == "ship → bird"
    assert first.data(Role.MARK) == "wrong"
    assert first.data(SPOKEN) == "1, ship-2.png, ship finds bird, AP 33.3 %, first at 3"
    assert model.row_of(0) == 1
    assert model.row_of(1) == -1


def test_a_private_query_has_its_mark_and_no_ap(found: Mismatches) -> None:
    model = MismatchListModel()
    listing = Listing(Population.PRIVATE, Order.CONFIDENT)
    model.set_rows(found, listed(found, listing), listing.order)
    index = model.index(0)
    assert index.data(Role.MARK) == "private"
    assert index.data(PlaceRole.VALUE) == f"similarity {found.similarities[3, 0]:.3f}"
    assert index.data(PlaceRole.SECOND) == "no correct one"


def test_a_matrix_says_its_counts(found: Mismatches) -> None:
    model = ConfusionTableModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_matrix(confusion(found, 1))
    vertical, horizontal = Qt.Orientation.Vertical, Qt.Orientation.Horizontal
    assert [model.headerData(n, vertical) for n in range(3)] == ["bird", "∅ moon", "ship"]
    assert [model.headerData(n, horizontal) for n in range(2)] == ["bird", "ship"]
    assert texts(model, 0) == ["50", "50"]
    assert texts(model, 2) == ["100", ""]
    assert model.index(0, 1).data(SPOKEN) == (
        "bird finds ship: 1 of 2 queries (50.0 %) have it on rank 1"
    )
    model.set_matrix(confusion(found, 20))
    assert model.cell_text(0, 1) == "bird → ship: 2 of the 6 first 3 places (33.3 %), of 2 queries"


def test_the_largest_errors_stand_first(found: Mismatches) -> None:
    model = ErrorPairModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_matrix(confusion(found, 1))
    assert texts(model, 0) == ["ship → bird", "1", "100.0 %"]
    assert texts(model, 1) == ["bird → ship", "1", "50.0 %"]
    assert model.rowCount() == 2, "what a private category finds is no error of the encoder"


def test_a_category_has_a_row(found: Mismatches) -> None:
    model = CategoryTableModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_rows(category_table(found, np.array([True, False, False, True])))
    assert texts(model, 0)[:3] == ["bird", "2", "2"]
    assert texts(model, 0)[5] == "50.0 %"
    assert texts(model, 0)[8:] == ["50.0 %", "ship  50.0 %"]
    assert texts(model, 1)[0] == "moon  ∅ private"
    assert texts(model, 1)[3:8] == ["–"] * 5


def test_a_text_is_looked_for_in_names_and_categories() -> None:
    kinds = ["Bird", None, "ship"]
    records = [
        ImageRecord(row, Path(name), "query", kind)
        for row, (name, kind) in enumerate(zip(["a.png", "bird.png", "c.png"], kinds, strict=True))
    ]
    keep = RecordFilter(records)
    assert keep.holding(" BIRD ").tolist() == [True, True, False]
    assert keep.holding("").all()
    assert not keep.holding("moon").any()
