"""The ranks of a few rows among many, without sorting the many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_FEWEST_BUCKETS = 2**8
_MOST_BUCKETS = 2**17


class RankSearch:
    """Searches rankings of one length; it keeps the room that each of them needs.

    All rows are put into buckets of falling similarity. Of a bucket without a relevant row only
    the number of rows counts; the rows of the others alone are sorted. Step and row make one
    integer that sorts as (-similarity, row) does.
    """

    def __init__(self, count: int, buckets: int | None = None) -> None:
        """Make room for rankings of ``count`` rows, in about as many buckets by default."""
        if buckets is None:
            buckets = min(max(_FEWEST_BUCKETS, 1 << count.bit_length()), _MOST_BUCKETS)
        self._falling = np.empty(count)
        self._bucket_of = np.empty(count, np.int64)
        self._is_near = np.empty(count, np.bool_)
        self._is_sorted = np.zeros(buckets, np.bool_)

    def ranks(self, steps: NDArray[np.float64], relevant: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the ranks of the relevant rows in the order (-similarity, row), which is exact.

        Args:
            steps: float64 (N,), similarities in whole steps, as ``similarity_steps`` gives them;
                the largest times N has to be below 2**62.
            relevant: int64 (R,), rows, R at least 1.

        Returns:
            int64 (R,), ascending, from 1.
        """
        self._fill_buckets(steps)
        of_relevant = self._bucket_of[relevant]
        of_relevant.sort()  # in the order of the keys, since a bucket never falls as a key rises
        self._is_sorted.fill(False)
        self._is_sorted[of_relevant] = True
        np.take(self._is_sorted, self._bucket_of, out=self._is_near, mode="clip")
        keys = ascending_keys(steps, np.flatnonzero(self._is_near))
        wanted = ascending_keys(steps, relevant)
        counts = np.bincount(self._bucket_of, minlength=len(self._is_sorted))
        counts[of_relevant] = 0
        passed_over = _sums_before(counts, of_relevant)
        return np.asarray(passed_over + np.searchsorted(keys, wanted) + 1, np.int64)

    def _fill_buckets(self, steps: NDArray[np.float64]) -> None:
        """Put each row into its bucket, from the largest similarity to the smallest."""
        top = steps.max()
        width = max(1.0, float(top - steps.min()))
        np.subtract(top, steps, out=self._falling)
        np.multiply(self._falling, (len(self._is_sorted) - 1) / width, out=self._falling)
        np.copyto(self._bucket_of, self._falling, casting="unsafe")


def ascending_keys(steps: NDArray[np.float64], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return integers int64 (n,), sorted, that stand for (-similarity, row) of some rows (n,)."""
    keys = steps[rows].astype(np.int64)
    np.multiply(keys, -len(steps), out=keys)
    np.add(keys, rows, out=keys)
    keys.sort()
    return keys


def _sums_before(counts: NDArray[np.int64], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the sum of the counts before each of some ascending places, int64 like them."""
    own, which = np.unique(places, return_inverse=True)
    starts = own if own[0] == 0 else np.concatenate(([0], own))
    sums = np.concatenate(([0], np.add.reduceat(counts, starts).cumsum()))
    return np.asarray(sums[: len(starts)][len(starts) - len(own) :][which], np.int64)
