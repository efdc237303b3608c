"""How far chance may have moved a difference that was measured on the same queries twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.errors import Cancelled

RESAMPLES = 2000
SEED = 2024

_LOW, _HIGH = 2.5, 97.5
_DRAWS_AT_ONCE = 100_000  # they stay in the processor's cache


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % percentile interval of a bootstrap.

    Attributes:
        low: Lower end.
        high: Upper end.
        resamples: How many resamples it is made of.
        seed: Of their draw.
    """

    low: float
    high: float
    resamples: int = RESAMPLES
    seed: int = SEED

    @property
    def is_clear(self) -> bool:
        """Whether zero lies outside."""
        return self.low > 0 or self.high < 0


def times_drawn(rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Return how often each of ``count`` things is drawn, float64 (resamples, count)."""
    return rng.multinomial(count, np.full(count, 1 / count), size=RESAMPLES).astype(np.float64)


def ends_of(means: NDArray[np.float64]) -> tuple[float, float]:
    """Return the ends of the interval that resampled means (resamples,) span, NaN left out."""
    low, high = np.nanpercentile(means, [_LOW, _HIGH])
    return float(low), float(high)


def interval_of_queries(
    differences: NDArray[np.float64],
    groups: NDArray[np.int64],
    *,
    weigh_groups_equally: bool = False,
    should_stop: Callable[[], bool] | None = None,
) -> Interval | None:
    """Draw other queries within each category, as many as there are, and average them.

    Says how far the mean hangs on which images of the same categories were asked.

    Args:
        differences: float64 (Q,), what a query has more under one condition than under the other.
        groups: int64 (Q,), the category of each query.
        weigh_groups_equally: Average within the categories, then over them, as interpolated AP is;
            else over all queries.
        should_stop: Asked between categories.

    Returns:
        None without queries.

    Raises:
        Cancelled: ``should_stop`` said so.
    """
    if not len(differences):
        return None
    rng = np.random.default_rng(SEED)
    codes = np.unique(groups)
    means = np.zeros(RESAMPLES)
    for code in codes:
        if should_stop is not None and should_stop():
            raise Cancelled
        values = differences[groups == code]
        weight = 1 / len(codes) if weigh_groups_equally else len(values) / len(differences)
        means += weight * _resampled(rng, values)
    return Interval(*ends_of(means))


def interval_of_groups(
    differences: NDArray[np.float64],
    groups: NDArray[np.int64],
    *,
    weigh_groups_equally: bool = False,
) -> Interval | None:
    """Draw other categories, each with all of its queries; see `interval_of_queries`.

    Says how far the mean hangs on which kinds of things were asked for.

    Returns:
        None with fewer than two categories.
    """
    codes, places = np.unique(groups, return_inverse=True)
    if len(codes) < 2:
        return None
    sums = np.asarray(np.bincount(places, differences), np.float64)
    counts = np.asarray(np.bincount(places), np.float64)
    if weigh_groups_equally:
        sums, counts = sums / counts, np.ones(len(codes))
    drawn = times_drawn(np.random.default_rng(SEED), len(codes))
    return Interval(*ends_of((drawn @ sums) / (drawn @ counts)))


def _resampled(rng: np.random.Generator, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the means of resamples of some values, float64 (resamples,)."""
    at_once = max(1, _DRAWS_AT_ONCE // len(values))
    means = np.empty(RESAMPLES)
    for start in range(0, RESAMPLES, at_once):
        rows = min(at_once, RESAMPLES - start)
        drawn = rng.integers(0, len(values), (rows, len(values)), dtype=np.int32)
        means[start : start + rows] = values[drawn].mean(axis=1)
    return means
