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
    counts = _window_sums(is_known.astype(np.float64), window)
    sums = _window_sums(np.where(is_known, values, 0.0), window)
    means = np.full(len(values), np.nan)
    np.divide(sums, counts, out=means, where=counts > 0)
    return means


def _window_sums(values: Floats, window: int) -> Floats:
    """Sum each window as the end of one block and the beginning of the next (van Herk 1992)."""
    count = len(values)
    if window <= 1 or not count:
        return values
    blocks = -(-count // window) + 1
    padded = np.zeros(blocks * window)
    padded[window : window + count] = values  # a block of nothing comes first
    table = padded.reshape(blocks, window)
    from_start = np.cumsum(table, axis=1).ravel()
    to_end = np.zeros(blocks * window + 1)
    to_end[:-1] = np.cumsum(table[:, ::-1], axis=1)[:, ::-1].ravel()
    ends = np.arange(window, window + count)
    starts = ends - window + 1
    is_whole_block = ends % window == window - 1
    head = np.where(is_whole_block, 0.0, to_end[starts])
    return np.asarray(head + from_start[ends])
