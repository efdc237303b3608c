"""Choices with ticks, and a table of a benchmark."""

from __future__ import annotations

import pytest
from made_results import made_result
from PySide6.QtCore import Qt

from training.benchmark.tables import Summary, map_metric
from uem_desktop.item_models.benchmark_choices import Choice, ChoiceListModel
from uem_desktop.item_models.benchmark_table import BenchmarkTableModel

Role = Qt.ItemDataRole
PAIR = ("drawings", "renders")


@pytest.fixture
def choices(qapp) -> ChoiceListModel:
    return ChoiceListModel([Choice("a", "First", "of two"), Choice("b", "Second")])


def table(*results, pairs=(PAIR,), data_set=None):
    return Summary(results, pairs, data_set).pair_table(
        "close-set", map_metric("close-set", "interpolated")
    )


def test_ticks_are_told_once_and_survive_other_entries(qtbot, choices) -> None:
    assert choices.index(0).data() == "First · of two"
    with qtbot.waitSignal(choices.chosen_changed):
        assert choices.setData(choices.index(1), Qt.CheckState.Checked, Role.CheckStateRole)
    assert choices.chosen == ("b",)
    assert choices.index(1).data(Role.CheckStateRole) == Qt.CheckState.Checked
    choices.set_choices([Choice("b", "Second"), Choice("c", "Third")])
    assert choices.chosen == ("b",)
    choices.set_chosen(("c", "b"))
    assert choices.chosen == ("b", "c")
    assert not choices.setData(choices.index(0), "text", Role.EditRole)


def test_a_table_says_numbers_origins_and_the_best(qtbot) -> None:
    model = BenchmarkTableModel()
    uem = [made_result("uem", PAIR, seed, {"x": (4, 40.0 + seed)}) for seed in (1, 3)]
    frozen = made_result("frozen", PAIR, 1, {"x": (4, 30.0)})
    model.show_table(table(*uem, frozen))
    assert model.index(0, 0).data() == "42.0 ± 1.4"
    assert model.index(0, 0).data(Role.FontRole).bold()
    assert not model.index(1, 0).data(Role.FontRole).bold()
    assert model.headerData(1, Qt.Orientation.Vertical) == "Frozen encoder"
    assert "yardstick" in model.headerData(1, Qt.Orientation.Vertical, Role.ToolTipRole)
    assert model.headerData(0, Qt.Orientation.Horizontal) == "drawings → renders"
    assert model.index(1, 1).data(Role.AccessibleTextRole) == "Frozen encoder, average: 30.0"
    assert model.tab_separated((1,)).split("\n")[1] == "Frozen encoder\t30.0\t30.0"


def test_a_row_with_help_is_short_in_the_table_and_whole_in_a_spreadsheet(qapp) -> None:
    model = BenchmarkTableModel()
    helped = made_result("uem", PAIR, 1, {"x": (4, 41.0)}, retrieval_help="centring+hubness")
    model.show_table(table(helped))
    assert model.headerData(0, Qt.Orientation.Vertical) == "UEM, with help"
    assert model.tab_separated().split("\n")[1].startswith("UEM with centring + hubness\t41.0")


def test_the_papers_row_stands_below_ours(qapp) -> None:
    model = BenchmarkTableModel()
    pair = ("Art", "Clipart")
    ours = made_result("uem", pair, 1, {"x": (4, 40.0)})
    model.show_table(table(ours, pairs=[pair], data_set="Office-Home"))
    assert model.headerData(1, Qt.Orientation.Vertical).strip().startswith("the paper, Table")
    assert model.index(1, 0).data(Role.FontRole).italic()


def test_new_numbers_keep_rows_where_they_are(qtbot) -> None:
    model = BenchmarkTableModel()
    one = made_result("uem", PAIR, 1, {"x": (4, 40.0)})
    model.show_table(table(one))
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.show_table(table(one, made_result("uem", PAIR, 2, {"x": (4, 44.0)})))
    with qtbot.assertNotEmitted(model.dataChanged):
        model.show_table(model.table)
    with qtbot.waitSignal(model.modelReset):
        model.show_table(table(one, made_result("frozen", PAIR, 1, {"x": (4, 20.0)})))
