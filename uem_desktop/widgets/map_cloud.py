"""The points of a map and how they look; knows no images."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from uem_desktop.widgets.point_grid import PointGrid

MOST_POINTS = 20_000
"""Up to so many points in sight are drawn one by one, more of them as a density."""
_SHRINKING = ((600, 9.0), (2_000, 8.0), (6_000, 7.0), (12_000, 6.0))
_AREA = 900.0 * 640.0
"""Square logical pixels in which so many points have these diameters."""
_SMALLEST = 5.0

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class MapCloud:
    """N points in the plane.

    Attributes:
        grid: Where they are.
        is_square: bool (N,), whether a point is drawn as a diamond instead of a disc.
        codes: int16 (N,), which colour a point has; -1 for grey.
        colours: ``#rrggbb`` by code.
        is_bright: bool (N,), which points stand out while the others are faint; None for no
            difference.
        layers: int32 (N,), a random order, so that neither kind always covers the other.
    """

    grid: PointGrid
    is_square: NDArray[np.bool_]
    codes: NDArray[np.int16]
    colours: tuple[str, ...]
    is_bright: NDArray[np.bool_] | None = None
    layers: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))

    def __len__(self) -> int:
        return len(self.grid)


def shuffled(count: int) -> NDArray[np.int32]:
    """Return a random order of so many points, always the same one, int32 (N,)."""
    return np.random.default_rng(0).permutation(count).astype(np.int32)


def point_size(count: int, area: float) -> float:
    """Return the diameter of a point in logical pixels.

    Args:
        count: Points in sight.
        area: Of the view, in square logical pixels.
    """
    crowd = count * _AREA / max(area, 1.0)
    return next((size for most, size in _SHRINKING if crowd <= most), _SMALLEST)
