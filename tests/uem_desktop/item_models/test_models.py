from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QTableView

from training.data.records import DecodeFailure, ImageRecord
from uem_desktop.item_models.match_list import MatchListModel
from uem_desktop.item_models.problem_table import Problem, ProblemColumn, ProblemTableModel
from uem_desktop.item_models.record_list import RecordListModel
from uem_desktop.item_models.roles import Role
from uem_desktop.item_models.sorted_rows import SortedRows
from uem_desktop.retrieval.matches import Match, QueryResult

SPOKEN = Qt.ItemDataRole.AccessibleTextRole


def record(row: int, name: str, category: str | None = None) -> ImageRecord:
    return ImageRecord(row, Path("/set", category or "", name), "gallery", category)


RECORDS = [
    record(0, "Owl.png", "bird"),
    record(1, "robin.png", "bird"),
    record(2, "saw.png", "tool"),
    record(3, "owl-saw.png", "tool"),
    record(4, "loose.png"),
]


@pytest.fixture
def records(qapp: object) -> RecordListModel:
    model = RecordListModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    model.set_records(RECORDS)
    return model


def shown(model: RecordListModel) -> list[int]:
    return [model.index(row).data(Role.ROW) for row in range(model.rowCount())]


@pytest.mark.parametrize(
    ("category", "text", "rows"),
    [
        (None, "", [0, 1, 2, 3, 4]),
        ("bird", "", [0, 1]),
        (None, "OWL", [0, 3]),
        ("tool", "owl", [3]),
        ("nothing", "", []),
        (None, "png\n", [0, 1, 2, 3, 4]),
    ],
)
def test_filters(
    records: RecordListModel, category: str | None, text: str, rows: list[int]
) -> None:
    records.set_filter(category, text)
    assert shown(records) == rows
    for place, row in enumerate(rows):
        assert records.row_of(row) == place
    for hidden in set(range(5)) - set(rows):
        assert records.row_of(hidden) == -1


def test_records_say_how_they_stand(records: RecordListModel) -> None:
    changes: list[tuple[int, int]] = []
    records.dataChanged.connect(lambda a, b, _: changes.append((a.row(), b.row())))
    records.set_ready(np.array([1, 2]))
    records.set_failed({4: "the file is empty"})
    assert changes == [(1, 2), (4, 4)]
    spoken = [records.index(row).data(SPOKEN) for row in (0, 1, 4)]
    assert spoken == [
        "bird, Owl.png, not embedded yet",
        "bird, robin.png, embedded",
        "loose.png, cannot be read: the file is empty",
    ]
    assert "the file is empty" in records.index(4).data(Qt.ItemDataRole.ToolTipRole)


def test_files_leave_as_urls(records: RecordListModel) -> None:
    mime = records.mimeData([records.index(0), records.index(3)])
    assert [url.toLocalFile() for url in mime.urls()] == [
        "/set/bird/Owl.png",
        "/set/tool/owl-saw.png",
    ]


@pytest.fixture
def result() -> QueryResult:
    return QueryResult(
        query_paths=(Path("/q/a.png"),),
        category="bird",
        matches=(
            Match(1, 2, RECORDS[2], 0.9, False),
            Match(2, 4, RECORDS[4], 0.8, None),
            Match(3, 0, RECORDS[0], 0.7123, True),
        ),
        missed=(Match(412, 1, RECORDS[1], 0.1, True),),
        relevant_count=2,
        index_kind="exact",
        index_recall=1.0,
        gallery_count=500,
    )


def test_matches_are_spoken_and_marked(qapp: object, result: QueryResult) -> None:
    model = MatchListModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    assert model.first_missed_row is None
    model.set_result(result)
    assert [model.mark_at(row) for row in range(4)] == ["wrong", "unknown", "correct", "missed"]
    assert [model.index(row).data(Role.MARK) for row in range(4)] == [
        "wrong",
        "unknown",
        "correct",
        "missed",
    ]
    assert model.first_missed_row == 3
    assert model.index(2).data(SPOKEN) == "rank 3, correct, bird, similarity 0.71"
    assert model.index(3).data(SPOKEN) == "rank 412, missed, bird, similarity 0.10"
    assert model.index(3).data(Role.RANK) == 412
    model.set_result(None)
    assert model.rowCount() == 0


def test_problems_sort_by_every_column(qapp: object) -> None:
    model = ProblemTableModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    problems = [
        Problem("query", DecodeFailure(Path("/a/z/image10.jpg"), "the file is empty")),
        Problem("gallery", DecodeFailure(Path("/a/b/image9.jpg"), "cut off before its end")),
        Problem("query", DecodeFailure(Path("/a/c/other.jpg"), "not an image (it holds text)")),
    ]
    assert model.set_problems(problems)
    assert model.rowCount() == 3
    expected = {
        ProblemColumn.FILE: ["image9.jpg", "image10.jpg", "other.jpg"],
        ProblemColumn.FOLDER: ["image9.jpg", "other.jpg", "image10.jpg"],
        ProblemColumn.REASON: ["image9.jpg", "other.jpg", "image10.jpg"],
    }
    for column, names in expected.items():
        model.sort(column)
        found = [model.index(row, ProblemColumn.FILE).data() for row in range(3)]
        assert found == names, column
        model.sort(column, Qt.SortOrder.DescendingOrder)
        assert model.index(0, ProblemColumn.FILE).data() == names[-1]
    assert model.problem_at(0).failure.path.is_absolute()


def test_records_above_the_line_are_marked_as_having_no_counterpart(
    records: RecordListModel,
) -> None:
    values = np.array([0.1, 0.4, np.nan, 0.3, -0.2])
    records.set_filter("bird")
    records.set_decisions(values, 0.3)
    assert [records.index(row).data(Role.MARK) for row in range(2)] == [None, "private"]
    assert records.index(1).data(SPOKEN) == "bird, robin.png, no counterpart, not embedded yet"
    tip = records.index(1).data(Qt.ItemDataRole.ToolTipRole)
    assert "decision value 0.400, threshold 0.300" in tip
    changes: list[tuple[int, int]] = []
    records.dataChanged.connect(lambda a, b, _: changes.append((a.row(), b.row())))
    records.set_decisions(values, 0.05)
    assert changes == [(0, 1)]
    assert records.index(0).data(Role.MARK) == "private"
    records.set_records(RECORDS)
    assert records.index(0).data(Role.MARK) is None


def test_problems_that_come_while_one_looks_leave_the_selection_where_it_is(qapp: object) -> None:
    model, shown, view = ProblemTableModel(), SortedRows(), QTableView()
    shown.setSourceModel(model)
    view.setModel(shown)
    view.setSortingEnabled(True)
    view.sortByColumn(ProblemColumn.FILE, Qt.SortOrder.AscendingOrder)

    def problem(side: str, number: int) -> Problem:
        return Problem(side, DecodeFailure(Path(f"/a/image {number}.jpg"), "the file is empty"))

    first = [problem("query", 9), problem("gallery", 10)]
    assert model.set_problems(first)
    view.selectRow(1)
    assert not model.set_problems(first)
    assert model.set_problems([problem("query", 9), problem("query", 2), problem("gallery", 10)])
    assert [shown.index(row, 0).data() for row in range(3)] == [
        "image 2.jpg",
        "image 9.jpg",
        "image 10.jpg",
    ]
    (selected,) = view.selectionModel().selectedRows()
    assert selected.data() == "image 10.jpg"
    assert not model.set_problems(reversed(model.problems)), "the order of reading does not matter"
    assert model.set_problems([problem("query", 2)])
    assert model.rowCount() == 1
    view.deleteLater()
