"""Means, deviations, intervals, and which row stands where."""

from __future__ import annotations

import statistics

import numpy as np
import pytest
from made_results import made_result

from training.benchmark.numbers import Number, number_of, paired_difference
from training.benchmark.tables import ACCURACY, Summary, map_metric

PAIRS = [("x", "y"), ("y", "x")]


def results_of(method: str, values: dict[int, tuple[float, float]], **more):
    """One result for each seed and pair, with one category each."""
    return [
        made_result(method, pair, seed, {"c": (4, value)}, **more)
        for seed, of_pairs in values.items()
        for pair, value in zip(PAIRS, of_pairs, strict=True)
    ]


def keyed(results):
    return {(*result.pair, result.seed): result for result in results}


def test_a_number_is_mean_and_sample_deviation() -> None:
    assert number_of([1.0, None, 4.0]) == Number(2.5, statistics.stdev([1.0, 4.0]))
    assert number_of([3.0]) == Number(3.0, None)
    assert number_of([None]) is None


def test_the_average_is_over_pairs_first_and_its_deviation_over_seeds() -> None:
    results = results_of("uem", {1: (10.0, 30.0), 2: (20.0, 40.0)})
    table = Summary(results).pair_table("close-set", map_metric("close-set", "interpolated"))
    (row,) = table.rows
    assert table.columns == ("x → y", "y → x", "average")
    deviation = statistics.stdev([10.0, 20.0])
    assert row.cells == (Number(15.0, deviation), Number(35.0, deviation), Number(25.0, deviation))


def test_a_seed_without_all_pairs_is_in_no_average() -> None:
    results = results_of("uem", {1: (10.0, 30.0), 2: (20.0, 40.0)})[:-1]
    table = Summary(results).pair_table("close-set", map_metric("close-set", "interpolated"))
    assert table.rows[0].cells[-1] == Number(20.0, None)
    assert Summary(results[:1], PAIRS).pair_table(
        "close-set", map_metric("close-set", "interpolated")
    ).rows[0].cells[1:] == (None, None)


def test_rows_are_ordered_and_help_comes_last_without_the_papers_row() -> None:
    pairs = [("amazon", "dslr"), ("dslr", "amazon")]
    results = [
        made_result(method, pair, 1, {"c": (1, 50.0)}, retrieval_help=help_names)
        for help_names in ("centring", "off")
        for method in ("pcs", "frozen", "uem")
        for pair in pairs
    ]
    summary = Summary(results, pairs, "Office-31")
    rows = summary.pair_table("close-set", map_metric("close-set", "interpolated")).rows
    assert [(row.method, row.retrieval_help, row.table) for row in rows] == [
        ("uem", "off", ""),
        ("uem", "off", "Table 1a"),
        ("frozen", "off", ""),
        ("pcs", "off", ""),
        ("pcs", "off", "Table 1a"),
        ("uem", "centring", ""),
        ("frozen", "centring", ""),
        ("pcs", "centring", ""),
    ]
    assert rows[1].cells == (Number(76.2, 1.4), Number(75.6, 2.0), None)
    plain = summary.pair_table("close-set", map_metric("close-set", "plain")).rows
    assert not any(row.is_printed for row in plain)


def test_the_papers_accuracy_stands_under_ours() -> None:
    pairs = [("amazon", "dslr")]
    results = [made_result("uem", pairs[0], 2024, {"c": (1, 50.0)}, setting="open-set")]
    rows = Summary(results, pairs, "Office-31").pair_table("open-set", ACCURACY).rows
    assert [row.cells[0] for row in rows] == [Number(64.0, None), Number(90.7, 1.9)]


def literal_difference(ours, theirs, kind: str) -> float:
    cells = ours.keys() & theirs.keys()
    values = []
    for cell in cells:
        a, b = ours[cell].entry["map_at_all"][kind], theirs[cell].entry["map_at_all"][kind]
        values.append(a - b)
    return statistics.fmean(values)


@pytest.mark.parametrize("kind", ["interpolated", "plain"])
def test_a_difference_is_that_of_the_averages(kind) -> None:
    rng = np.random.default_rng(3)

    def made(method: str, shift: float):
        return [
            made_result(
                method,
                pair,
                seed,
                {name: (count, 40 + shift + rng.normal() * 3)
                 for name, count in (("a", 5), ("b", 20), ("c", 2))},
            )
            for pair in PAIRS
            for seed in (1, 2, 3)
        ]  # fmt: skip

    ours, theirs = keyed(made("uem", 5.0)), keyed(made("frozen", 0.0)[1:])
    found = paired_difference(ours, theirs, kind)
    assert found is not None
    assert found.mean == pytest.approx(literal_difference(ours, theirs, kind))
    assert (found.cells, found.seeds, found.categories) == (5, 3, 3)
    assert found.low < found.mean < found.high
    back = paired_difference(theirs, ours, kind)
    assert back is not None
    assert (back.mean, back.low, back.high) == pytest.approx((-found.mean, -found.high, -found.low))


def test_an_interval_is_as_wide_as_categories_and_seeds_differ() -> None:
    def made(method: str, values: dict[str, float], seeds: tuple[int, ...] = (1,)):
        return keyed(
            made_result(method, ("x", "y"), seed, {n: (3, v) for n, v in values.items()})
            for seed in seeds
        )

    names = [str(number) for number in range(10)]
    base = made("frozen", dict.fromkeys(names, 30.0))
    same = paired_difference(made("uem", dict.fromkeys(names, 32.0)), base, "interpolated")
    assert same is not None
    assert (same.low, same.mean, same.high) == pytest.approx((2.0, 2.0, 2.0))
    assert same.is_clear
    wild = {name: 32.0 + (8.0 if number % 2 else -8.0) for number, name in enumerate(names)}
    mixed = paired_difference(made("uem", wild), base, "interpolated")
    assert mixed is not None
    # the mean of ten values that are +10 or -6: standard error 8 / sqrt(10)
    assert mixed.high - mixed.low == pytest.approx(2 * 1.96 * 8 / np.sqrt(10), rel=0.1)
    assert not mixed.is_clear


def test_everything_is_compared_with_uem_and_with_the_best() -> None:
    results = [
        *results_of("uem", {1: (30.0, 30.0)}),
        *results_of("frozen", {1: (20.0, 20.0)}),
        *results_of("pcs", {1: (40.0, 30.0)}),
    ]
    found = Summary(results).differences("close-set", "interpolated")
    assert {(one.method, one.reference): (one.difference.mean, one.difference.wins)
            for one in found} == {
        ("frozen", "uem"): (-10.0, 0),
        ("pcs", "uem"): (5.0, 1),
        ("uem", "pcs"): (-5.0, 0),
        ("frozen", "pcs"): (-15.0, 0),
    }  # fmt: skip
