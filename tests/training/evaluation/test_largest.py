from __future__ import annotations

import numpy as np
import pytest

from training.evaluation.largest import largest_columns


@pytest.mark.parametrize("width", [1, 7, 128, 511, 512, 640, 5000, 70001])
@pytest.mark.parametrize("count", [1, 3, 10])
def test_they_are_those_of_a_full_sort(width: int, count: int) -> None:
    count = min(count, width)
    values = np.random.default_rng(width).standard_normal((5, width)).astype(np.float32)
    values[0, ::3] = -np.inf if width > 3 * count else 0.5
    found = largest_columns(values, count)
    assert found.shape == (5, count)
    for row, places in zip(values, found, strict=True):
        assert len(set(places.tolist())) == count
        assert np.array_equal(np.sort(row[places]), np.sort(row)[-count:])


def test_equal_numbers_are_each_found_once() -> None:
    values = np.zeros((2, 1000), np.float32)
    values[1, [5, 999]] = 1
    found = largest_columns(values, 2)
    assert len(set(found[0].tolist())) == 2
    assert set(found[1].tolist()) == {5, 999}
