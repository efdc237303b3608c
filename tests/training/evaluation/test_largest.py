from __future__ import annotations

import numpy as np
import pytest

from training.evaluation.largest import largest_columns


def first_of_the_largest(row: np.ndarray, count: int) -> list[int]:
    return sorted(sorted(range(len(row)), key=lambda place: (-row[place], place))[:count])


@pytest.mark.parametrize("width", [1, 7, 128, 511, 512, 640, 5000, 70001])
@pytest.mark.parametrize("count", [1, 3, 10])
def test_they_are_those_of_a_full_sort(width: int, count: int) -> None:
    count = min(count, width)
    values = np.random.default_rng(width).standard_normal((5, width)).astype(np.float32)
    values[0, ::3] = -np.inf if width > 3 * count else 0.5
    found = largest_columns(values, count)
    assert found.shape == (5, count)
    for row, places in zip(values, found, strict=True):
        assert places.tolist() == first_of_the_largest(row, count)


@pytest.mark.parametrize("width", [40, 511, 3000, 70001])
def test_of_equal_numbers_the_first_are_found(width: int) -> None:
    values = np.random.default_rng(width).integers(0, 4, (6, width)).astype(np.float32)
    values[0] = 0
    values[1, [5, width - 1]] = 9
    for row, places in zip(values, largest_columns(values, 3), strict=True):
        assert places.tolist() == first_of_the_largest(row, 3)
