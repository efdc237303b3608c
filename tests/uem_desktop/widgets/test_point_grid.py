"""The grid against looking at every point."""

from __future__ import annotations

import numpy as np
import pytest

from uem_desktop.widgets.point_grid import PointGrid


@pytest.fixture
def points() -> np.ndarray:
    return np.random.default_rng(0).standard_normal((3000, 2)).astype(np.float32)


@pytest.mark.parametrize(
    "box",
    [(-1.0, -0.5, 0.2, 0.7), (-9, -9, 9, 9), (2.0, 2.0, 2.2, 2.2), (8, 8, 9, 9), (0, 0, 0, 0)],
)
def test_a_rectangle_holds_what_it_holds(points, box) -> None:
    grid = PointGrid(points)
    left, bottom, right, top = box
    x, y = points.T
    wanted = np.flatnonzero((x >= left) & (x <= right) & (y >= bottom) & (y <= top))
    assert np.sort(grid.within(*box)).tolist() == wanted.tolist()
    assert grid.count_within(*box) >= len(wanted)
    rows, near = grid.near(*box)
    assert np.array_equal(near, points[rows])
    assert set(wanted.tolist()) <= set(rows.tolist())


def test_the_nearest_point_within_a_radius(points) -> None:
    grid = PointGrid(points)
    for x, y in ((0.0, 0.0), (1.3, -0.4), (2.9, 2.9)):
        away = np.hypot(points[:, 0] - x, points[:, 1] - y)
        assert grid.nearest(x, y, 100.0) == away.argmin()
        just = float(away.min())
        assert grid.nearest(x, y, just * 0.99) is None
    twins = PointGrid(np.array([[5, 5], [1, 1], [1, 1]], np.float32))
    assert twins.nearest(1.1, 1.0, 1.0) == 1


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_and_equal_points(count: int) -> None:
    grid = PointGrid(np.full((count, 2), 3.0, np.float32))
    assert len(grid.within(2, 2, 4, 4)) == count
    assert grid.nearest(3.0, 3.5, 1.0) == (0 if count else None)
    assert grid.crowd == (count if count else 0)


def test_the_crowd_is_points_for_a_unit_of_area() -> None:
    spread = np.random.default_rng(1).random((20_000, 2)).astype(np.float32) * 10
    assert PointGrid(spread).crowd > 200.0
    crowded = np.concatenate([spread, np.full((5_000, 2), 4.0, np.float32)])
    assert PointGrid(crowded).crowd < 5_000 * 100, "one cell in a hundred may be fuller"


def test_a_small_part_of_many_points_looks_at_few() -> None:
    many = np.random.default_rng(2).random((300_000, 2)).astype(np.float32)
    rows, _ = PointGrid(many).near(0.5, 0.5, 0.51, 0.51)
    assert 20 < len(rows) < 100
