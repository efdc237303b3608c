from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from uem_desktop.widgets.min_max_pyramid import MinMaxPyramid


def values_of(count: int) -> np.ndarray:
    values = np.random.default_rng(count).normal(size=count)
    values[:: max(1, count // 7)] = np.nan
    return values


@pytest.mark.parametrize("count", [1, 15, 16, 17, 100, 1000, 70_000])
@pytest.mark.parametrize("most", [1, 3, 10, 400])
def test_blocks_have_the_extremes_of_their_values(count: int, most: int) -> None:
    values = values_of(count)
    pyramid = MinMaxPyramid()
    for known in (count // 3, count // 2, count):
        pyramid.extend(values[:known])
    for first, last in ((0, count), (count // 3, count), (count // 4, max(1, count // 2))):
        if last <= first or np.isnan(values[first:last]).all():
            continue
        places, least, largest = pyramid.reduced(values, first, last, most)
        assert places[0] <= first
        assert len(places) <= 2 * most + 2
        bounds = [*places.tolist(), max(last, int(places[-1]) + 1)]
        for row, (begin, end) in enumerate(pairwise(bounds)):
            part = values[begin:end] if row < len(places) - 1 else values[begin : max(end, last)]
            if np.isnan(part).all():
                assert np.isnan(least[row])
            elif row < len(places) - 1:
                assert least[row] == np.nanmin(part)
                assert largest[row] == np.nanmax(part)
        assert np.nanmin(least) <= np.nanmin(values[first:last])
        assert np.nanmax(largest) >= np.nanmax(values[first:last])


def test_blocks_do_not_shift_as_values_come() -> None:
    values = values_of(50_000)
    pyramid = MinMaxPyramid()
    pyramid.extend(values[:40_000])
    before, *_ = pyramid.reduced(values[:40_000], 0, 40_000, 400)
    pyramid.extend(values[:40_300])
    after, *_ = pyramid.reduced(values[:40_300], 0, 40_300, 400)
    assert before.tolist() == after[: len(before)].tolist()
