from __future__ import annotations

import math

import numpy as np
import pytest

from uem_desktop.retrieval.curve import Cadence, Curve, CurveKind
from uem_desktop.retrieval.smoothing import smoothed
from uem_desktop.widgets.curve_colours import StyleBook, all_colours
from uem_desktop.widgets.curve_trace import CurveTrace
from uem_desktop.widgets.tokens import DARK, LIGHT, Tokens, contrast

KIND = CurveKind("INCE A", "INCE A", "losses", Cadence.STEP)


def curve_of(values: list[float], first: int = 0) -> Curve:
    curve = Curve(KIND)
    for row, value in enumerate(values):
        curve.append(first + row, value)
    return curve


def test_few_points_are_drawn_as_they_are() -> None:
    trace = CurveTrace(curve_of([3.0, 1.0, 2.0]))
    trace.sync(1, False, ())
    xs, ys = trace.raw.visible(0, 2, 500)
    assert xs.tolist() == [0, 1, 2]
    assert ys.tolist() == [3, 1, 2]


def test_many_points_keep_their_extremes() -> None:
    values = np.random.default_rng(0).normal(size=30_000)
    values[17_777], values[23_456] = 99.0, -99.0
    trace = CurveTrace(curve_of(values.tolist()))
    trace.sync(1, False, ())
    xs, ys = trace.raw.visible(0, 30_000, 500)
    assert len(xs) <= 2050
    assert (ys.max(), ys.min()) == (99.0, -99.0)
    xs, ys = trace.raw.visible(17_700, 17_800, 500)
    assert 17_777.0 in xs
    assert len(xs) <= 104


@pytest.mark.parametrize("window", [1, 2, 20])
@pytest.mark.parametrize("is_log", [False, True])
def test_piece_by_piece_gives_the_same_as_at_once(window: int, is_log: bool) -> None:
    values = np.abs(np.random.default_rng(1).normal(size=900)) + 0.1
    curve = Curve(KIND)
    piecewise = CurveTrace(curve)
    for first, last in ((0, 1), (1, 15), (15, 400), (400, 401), (401, 900)):
        for row in range(first, last):
            curve.append(row, float(values[row]))
        piecewise.sync(window, is_log, (300,))
    expected = np.concatenate([smoothed(values[:300], window), smoothed(values[300:], window)])
    if is_log:
        expected = np.log10(expected)
    np.testing.assert_allclose(piecewise.main.values, expected, atol=1e-12)


def test_points_that_are_taken_away_are_forgotten() -> None:
    curve = curve_of([1.0, 2.0, 3.0, 4.0])
    trace = CurveTrace(curve)
    trace.sync(1, False, ())
    curve.append(2, 9.0)
    trace.sync(1, False, ())
    assert trace.main.values.tolist() == [1.0, 2.0, 9.0]


def test_what_cannot_be_drawn_leaves_a_gap_and_is_counted() -> None:
    trace = CurveTrace(curve_of([1.0, 0.0, -2.0, math.nan, math.inf, 100.0]))
    trace.sync(1, True, ())
    assert trace.main.values.tolist()[0] == 0.0
    assert np.isnan(trace.main.values[1:5]).all()
    assert trace.raw.hidden == 2
    assert trace.value_at(2, is_held=False) == -2.0
    assert math.isnan(trace.value_at(3, is_held=False) or 0.0)
    assert trace.value_at(5, is_held=False) == pytest.approx(100.0)


def test_a_value_is_read_where_the_curve_has_one() -> None:
    trace = CurveTrace(curve_of([1.0, 2.0], first=5))
    trace.sync(1, False, ())
    assert trace.value_at(4, is_held=True) is None
    assert trace.value_at(5, is_held=False) == 1.0
    assert trace.value_at(9, is_held=False) is None
    assert trace.value_at(9, is_held=True) == 2.0


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_curves_can_be_seen(tokens: Tokens) -> None:
    for colour in all_colours(tokens):
        assert contrast(colour, tokens.surface) >= 2.9, colour
    assert len(set(all_colours(tokens))) == 16


def test_domains_share_a_colour_and_differ_in_more_than_shade() -> None:
    book = StyleBook()
    names = ["total", "INCE A", "INCE B", "SEL A", "map_plain_a_to_b", "map_plain_b_to_a", "DAL"]
    styles = [book.style(CurveKind(name, name, "x", Cadence.STEP)) for name in names]
    assert [style.family for style in styles] == [-1, 0, 0, 1, 2, 2, 3]
    assert [style.is_second for style in styles] == [False, False, True, False, False, True, False]
    assert book.style(CurveKind("INCE B", "", "x", Cadence.STEP)) == styles[2]
    assert styles[0].colour(DARK) == DARK.text
