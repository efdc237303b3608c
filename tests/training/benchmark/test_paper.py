"""The paper's printed numbers: complete, true to their averages, shown only where they belong."""

from __future__ import annotations

import tomllib
from statistics import fmean

import pytest

from training.benchmark.numbers import Number
from training.benchmark.paper import printed_row
from training.data.data_sets import DOMAINNET, DOMAINNET_7, OFFICE_31, OFFICE_HOME, DataSet
from training.methods.method_names import METHOD_NAMES
from training.resources import resource_path

PRINTED = tomllib.loads(resource_path("paper", "printed-results.toml").read_text(encoding="utf-8"))
SETS = {"Office-31": OFFICE_31, "Office-Home": OFFICE_HOME, "DomainNet": DOMAINNET_7}
EIGHT = {"uem", "cds", "pcs", "darling", "dn2a", "ucdir", "coda", "dgdir"}


def pairs_of(data_set: DataSet) -> list[tuple[str, str]]:
    names = list(data_set.counts)
    return list(data_set.pairs) or [(a, b) for a in names for b in names if a != b]


def test_every_table_is_there_with_every_method_and_pair() -> None:
    whole = [table for table in PRINTED["tables"] if table["pairs"]]
    assert len(whole) == 3 * (1 + 1 + 2)
    for table in whole:
        assert set(table["means"]) == EIGHT
        expected = {":".join(pair) for pair in pairs_of(SETS[table["data_set"]])}
        assert set(table["pairs"]) == expected
    for table in PRINTED["tables"]:
        assert set(table["means"]) <= set(METHOD_NAMES)
        for row in (*table["means"].values(), *table.get("deviations", {}).values()):
            assert len(row) == len(table["pairs"]) + 1


def test_averages_agree_with_their_rows_but_for_the_misprint() -> None:
    wrong = {
        (table["number"], method)
        for table in PRINTED["tables"]
        for method, row in table["means"].items()
        if table["pairs"] and abs(fmean(row[:-1]) - row[-1]) > 0.11
    }
    assert wrong == {(one["table"], one["method"]) for one in PRINTED["misprints"]}


def test_a_row_has_the_columns_that_were_asked_for() -> None:
    pairs = [("dslr", "webcam"), ("amazon", "dslr")]
    row = printed_row("Office-31", "close-set", "map_at_all", "uem", pairs)
    assert row is not None
    assert row.pairs == (Number(92.5, 0.7), Number(76.2, 1.4))
    assert row.average is None
    whole = printed_row("Office-31", "close-set", "map_at_all", "uem", pairs_of(OFFICE_31))
    assert whole is not None
    assert (whole.table, whole.average) == ("Table 1a", Number(81.9, 0.5))


def test_open_set_has_two_numbers_and_ablations_have_averages() -> None:
    pairs = pairs_of(OFFICE_HOME)
    found = [
        printed_row("Office-Home", "open-set", metric, method, pairs)
        for method in ("uem", "uem-no-sn2m")
        for metric in ("map_at_all", "open_set_accuracy")
    ]
    assert [row.average.mean for row in found if row and row.average] == [50.2, 86.7, 48.8, 82.8]
    assert found[2] is not None
    assert set(found[2].pairs) == {None}


def test_the_misprint_is_noted() -> None:
    row = printed_row("Office-Home", "close-set", "map_at_all", "coda", pairs_of(OFFICE_HOME))
    assert row is not None
    assert "its row averages 48.6" in row.misprint


@pytest.mark.parametrize(
    ("data_set", "setting", "metric", "method"),
    [
        (None, "close-set", "map_at_all", "uem"),
        (DOMAINNET.name, "close-set", "map_at_all", "uem"),
        (OFFICE_31.name, "close-set", "open_set_accuracy", "uem"),
        (OFFICE_31.name, "close-set", "map_at_all", "frozen"),
        (OFFICE_31.name, "partial", "map_at_all", "uem-no-sel"),
    ],
)
def test_nothing_is_shown_where_nothing_is_printed(data_set, setting, metric, method) -> None:
    assert printed_row(data_set, setting, metric, method, [("amazon", "dslr")]) is None
