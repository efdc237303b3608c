"""The ranks of a few rows among many, without sorting the many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_BUCKETS = 2**14


def ranks_of_relevant(steps: NDArray[np.float64], relevant: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the ranks of the relevant rows in the order (-similarity, row), which is exact.

    All rows are put into buckets of falling similarity. Of a bucket without a relevant row only
    the number of rows counts; the rows of the others alone are sorted. Step and row make one
    integer that sorts as (-similarity, row) does.

    Args:
        steps: float64 (N,), similarities in whole steps, as ``similarity_steps`` gives them; the
            largest times N has to be below 2**62.
        relevant: int64 (R,), rows.

    Returns:
        int64 (R,), ascending, from 1.
    """
    buckets = _buckets_of(steps)
    of_relevant = buckets[relevant]
    is_sorted = np.zeros(_BUCKETS, np.bool_)
    is_sorted[of_relevant] = True
    near = np.flatnonzero(is_sorted[buckets])
    keys = _keys(steps, near)
    keys.sort()
    wanted = _keys(steps, relevant)
    wanted.sort()
    counts = np.bincount(buckets, minlength=_BUCKETS)
    counts[is_sorted] = 0
    of_relevant.sort()  # in the order of the keys, since a bucket never falls as a key rises
    passed_over = np.cumsum(counts)[of_relevant]
    return np.asarray(passed_over + np.searchsorted(keys, wanted) + 1, np.int64)


def _buckets_of(steps: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the bucket (N,) of each row, from the largest similarity to the smallest."""
    falling = steps.max() - steps
    width = max(1.0, float(falling.max()))
    np.multiply(falling, (_BUCKETS - 1) / width, out=falling)
    return np.asarray(falling, np.int64)


def _keys(steps: NDArray[np.float64], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    keys = steps[rows].astype(np.int64)
    np.multiply(keys, -len(steps), out=keys)
    np.add(keys, rows, out=keys)
    return keys
