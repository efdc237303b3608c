"""Means over the last steps, for curves that jump."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def smoothed(values: Floats, window: int) -> Floats:
    """Return the mean over each value and the `window` - 1 before it.

    The first values have fewer before them. What is not finite counts as absent; where a window
    holds nothing finite the mean is NaN. A value has no influence outside its own windows, so that
    a spike of 1e30 spoils nothing behind it.

    Args:
        values: (n,) values in their order.
        window: How many count.

    Returns:
        (n,) means.
    """
    is_known = np.isfinite(values)
    if is_known.all():
        counts = np.minimum(np.arange(1, len(values) + 1), window)
        return np.asarray(_window_sums(values, window) / counts)
    counts = _window_sums(is_known.astype(np.float64), window)
    sums = _window_sums(np.where(is_known, values, 0.0), window)
    means = np.full(len(values), np.nan)
    np.divide(sums, counts, out=means, where=counts > 0)
    return means


def _window_sums(values: Floats, window: int) -> Floats:
    """Sum each window as windows of 1, 2, 4, … values, one behind the other."""
    count = len(values)
    sums = np.zeros(count)
    power, size, offset = values, 1, 0
    while window and offset < count:
        if window & 1:
            sums[offset:] += power[: count - offset]
            offset += size
        window >>= 1
        if window and size < count:
            longer = power.copy()
            longer[size:] += power[:-size]
            power = longer
        size *= 2
    return sums
