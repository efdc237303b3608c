"""Average precision of a ranking, plain and interpolated, all ranks counted (AP@All).

Both are functions of the ranks of the relevant images alone: at the j-th relevant image, on rank
r_j, the precision is j / r_j.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

AP_DECIMALS = 12
"""Two average precisions that agree to so many decimals are the same one: 1/2 (1 + 2/12) and
1/2 (1/2 + 2/3) are equal, and their sums of doubles are not."""


def relevant_ranks(relevant: ArrayLike) -> NDArray[np.int64]:
    """Return the ranks (from 1) of the relevant images.

    Args:
        relevant: bool (N,) in rank order.

    Returns:
        int64 (R,), ascending.
    """
    return np.flatnonzero(np.asarray(relevant, np.bool_)).astype(np.int64) + 1


def plain_ap_of_ranks(ranks: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the mean of the precision at each relevant rank.

    Args:
        ranks: int64 (..., R), the ranks of all relevant images, ascending, R > 0.

    Returns:
        float64 (...), in 0..1.

    Raises:
        ValueError: There is no relevant image, so there is nothing to average.
    """
    return np.asarray(_precisions(ranks).mean(axis=-1))


def interpolated_ap_of_ranks(ranks: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the mean of the monotone precision envelope (as Pascal VOC, all points).

    The envelope at a relevant rank is the largest precision there or at any later rank; it is
    never below the plain average precision.

    Args:
        ranks: int64 (..., R), the ranks of all relevant images, ascending, R > 0.

    Returns:
        float64 (...), in 0..1.

    Raises:
        ValueError: There is no relevant image, so there is nothing to average.
    """
    from_the_right = _precisions(ranks)[..., ::-1]
    envelope = np.maximum.accumulate(from_the_right, axis=-1)
    return np.asarray(envelope.mean(axis=-1))


def plain_average_precision(relevant: ArrayLike) -> float:
    """Return the plain average precision of one ranking.

    Args:
        relevant: bool (N,) in rank order, with at least one relevant image.

    Raises:
        ValueError: There is no relevant image.
    """
    return float(plain_ap_of_ranks(relevant_ranks(relevant)))


def interpolated_average_precision(relevant: ArrayLike) -> float:
    """Return the interpolated average precision of one ranking.

    Args:
        relevant: bool (N,) in rank order, with at least one relevant image.

    Raises:
        ValueError: There is no relevant image.
    """
    return float(interpolated_ap_of_ranks(relevant_ranks(relevant)))


def _precisions(ranks: NDArray[np.int64]) -> NDArray[np.float64]:
    count = ranks.shape[-1]
    if not count:
        raise ValueError("average precision needs at least one relevant image")
    return np.arange(1, count + 1, dtype=np.float64) / ranks
