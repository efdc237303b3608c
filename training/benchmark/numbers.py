"""Means with their deviations, and differences with their intervals."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from training.benchmark.results import Result
from training.evaluation.paired_bootstrap import SEED, ends_of, times_drawn

ApKind = Literal["interpolated", "plain"]


@dataclass(frozen=True, slots=True)
class Number:
    """A mean over seeds.

    Attributes:
        mean: The mean.
        deviation: Sample standard deviation; None where there is one value only.
    """

    mean: float
    deviation: float | None


@dataclass(frozen=True, slots=True)
class Difference:
    """How much higher one method's mAP@All is than another's on the same pairs and seeds.

    Attributes:
        mean: In points.
        low: Lower end of the 95 % interval.
        high: Upper end.
        wins: On how many pairs and seeds it is higher.
        cells: Pairs and seeds that both have.
        seeds: Seeds among them.
        categories: Categories of queries among them.
    """

    mean: float
    low: float
    high: float
    wins: int
    cells: int
    seeds: int
    categories: int

    @property
    def is_clear(self) -> bool:
        """Whether zero lies outside the interval."""
        return self.low > 0 or self.high < 0


def number_of(values: Sequence[float | None]) -> Number | None:
    """Return mean and deviation of what is there, None where nothing is."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    return Number(statistics.fmean(known), statistics.stdev(known) if len(known) > 1 else None)


def paired_difference(
    ours: Mapping[tuple[str, str, int], Result],
    theirs: Mapping[tuple[str, str, int], Result],
    kind: ApKind,
) -> Difference | None:
    """Compare two methods where both have results.

    The interval is a bootstrap with 2,000 resamples of the seeds and of the categories of the
    queries, both methods always being looked at on the same ones. So it holds the chance of
    training and of the draw of categories, and how much a result hangs on which kinds of things
    are asked for; it says nothing of other domains. With one seed it holds the categories alone.

    Args:
        ours: Results by query domain, gallery domain and seed.
        theirs: Likewise.
        kind: Interpolated AP is averaged within each category and then over categories, plain AP
            over queries.

    Returns:
        None where there is nothing to compare.
    """
    cells = sorted(ours.keys() & theirs.keys())
    if not cells:
        return None
    differences, weights = _by_category([ours[cell] for cell in cells],
                                        [theirs[cell] for cell in cells], kind)  # fmt: skip
    seeds = sorted({seed for _, _, seed in cells})
    seed_of = np.array([seeds.index(seed) for _, _, seed in cells])
    once = np.ones((1, differences.shape[1])), np.ones((1, len(seeds)))
    mean = float(_means(differences, weights, seed_of, *once)[0])
    rng = np.random.default_rng(SEED)
    found = _means(
        differences,
        weights,
        seed_of,
        times_drawn(rng, differences.shape[1]),
        times_drawn(rng, len(seeds)),
    )
    low, high = ends_of(found)
    of_cells = [
        (ours[cell].number("map_at_all", kind), theirs[cell].number("map_at_all", kind))
        for cell in cells
    ]
    return Difference(
        mean=mean,
        low=low,
        high=high,
        wins=sum(a is not None and b is not None and a > b for a, b in of_cells),
        cells=len(cells),
        seeds=len(seeds),
        categories=differences.shape[1],
    )


def _by_category(
    ours: Sequence[Result], theirs: Sequence[Result], kind: ApKind
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return differences and weights of the categories, each (cells, categories)."""
    tables = [
        (a.entry["by_category"], b.entry["by_category"]) for a, b in zip(ours, theirs, strict=True)
    ]
    names = sorted({name for a, _ in tables for name in a})
    differences, weights = (np.zeros((len(tables), len(names))) for _ in range(2))
    for row, (a, b) in enumerate(tables):
        for column, name in enumerate(names):
            if name in a and name in b:
                differences[row, column] = a[name][kind] - b[name][kind]
                weights[row, column] = a[name]["num_queries"] if kind == "plain" else 1.0
    return differences, weights


def _means(
    differences: NDArray[np.float64],
    weights: NDArray[np.float64],
    seed_of: NDArray[np.int64],
    category_draws: NDArray[np.float64],
    seed_draws: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the mean over cells of the means within them, one for each draw."""
    sums = category_draws @ (differences * weights).T
    counts = category_draws @ weights.T
    within = np.divide(sums, counts, out=np.zeros_like(sums), where=counts > 0)
    of_cells = seed_draws[:, seed_of] * (counts > 0)
    total = of_cells.sum(axis=1)
    means = np.full(len(total), np.nan)
    np.divide((within * of_cells).sum(axis=1), total, out=means, where=total > 0)
    return means
