"""Queries without a counterpart, by the votes of the gallery; made without labels.

This is this project's own rule, not the paper's. Each gallery image has one vote and divides it
among the queries that look like it, each share being proportional to exp(similarity / T). What
counts is competition: a private query may look a little like many gallery images, but others look
more like them and get the votes. Four steps:

1. Take each domain's own mean away; average each image with its 5 nearest of its own domain.
2. Let the gallery vote. On average a query has one vote; its value is -log(votes). T is 1.5
   standard deviations of all similarities between averaged images of both, because one encoder
   spreads them more than another, and training widens them.
3. Spread the values over the graph of the query domain (10 nearest neighbours, by the images
   before averaging): queries of one kind are private together.
4. Draw the line without labels: see `Line`.

A query from elsewhere is judged as if the gallery divided its votes as before: it shares the
denominators, and takes over the values of its nearest neighbours in the query domain.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from training.errors import Cancelled
from training.evaluation.neighbour_graph import (
    Note,
    averaged_with,
    averaged_within,
    blocks_of,
    centred_units,
    nearest_rows,
    spread_over,
)
from training.evaluation.private_decisions import PrivateDecisions

Line = Literal["valley", "gallery"]
"""``"valley"``: where two groups of values part best (Otsu), and never at more votes than the
average query has; for queries of which many are private. ``"gallery"``: the value that a fifth of
the gallery exceeds when the queries vote for it; it calls fewer queries private, for collections
of which most images may have a counterpart."""

TEMPERATURE = 1.5
"""In standard deviations of the similarities between the two domains."""

AVERAGED_NEIGHBOURS = 5
GRAPH_NEIGHBOURS = 10
KEPT_SHARE = 0.02
"""How much of its own value a query keeps in each round of spreading."""

_LARGEST_SHARE = 8  # of a domain at most an eighth is averaged
_LEAST_TEMPERATURE = 0.02
"""Where similarities hardly differ; float32 holds exp(1 / 0.02)."""
_GALLERY_QUANTILE = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class VoteDetector:
    """The votes of one gallery among one query domain.

    Attributes:
        domain: float32 (Q, D), the query domain: centred, of unit length.
        mean: float64 (D,), of the query domain.
        gallery: float32 (N, D), the gallery: centred and averaged.
        temperature: What similarities are divided by.
        totals: float64 (N,), what each gallery image divides its vote by.
        decisions: Of the query domain itself, in its order.
    """

    domain: NDArray[np.float32]
    mean: NDArray[np.float64]
    gallery: NDArray[np.float32]
    temperature: float
    totals: NDArray[np.float64]
    decisions: PrivateDecisions

    def decide(self, queries: NDArray[np.float32]) -> PrivateDecisions:
        """Judge queries that the detector was not made from.

        Args:
            queries: float32 (B, D), of the same encoder; not centred.
        """
        rows = centred_units(queries, self.mean)
        near = nearest_rows(rows, self.domain, _neighbours(self.domain, self.gallery))
        averaged = averaged_with(rows, self.domain, near)
        own = -np.log(_votes(averaged, self.gallery, self.temperature, self.totals))
        near = nearest_rows(rows, self.domain, min(GRAPH_NEIGHBOURS, len(self.domain)))
        around = self.decisions.values[near].mean(axis=1)
        values = KEPT_SHARE * own + (1.0 - KEPT_SHARE) * around
        return PrivateDecisions(values, self.decisions.threshold)


def fit_vote_detector(
    queries: NDArray[np.float32],
    gallery: NDArray[np.float32],
    *,
    line: Line = "valley",
    on_progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> VoteDetector:
    """Let a gallery vote among a query domain.

    Keeps no matrix of all pairs.

    Args:
        queries: float32 (Q, D), unit rows, the whole query domain, Q at least 3.
        gallery: float32 (N, D), unit rows, the whole gallery domain, N at least 3.
        line: How the threshold is found.
        on_progress: Told (done, total) in pairs of images after each block.
        should_stop: Asked after each block.

    Raises:
        Cancelled: ``should_stop`` said so.
        ValueError: A domain has fewer than three images.
    """
    if min(len(queries), len(gallery)) < 3:
        raise ValueError("a vote needs three images in each domain")
    note = _noting(_pairs(len(queries), len(gallery), line), on_progress, should_stop)
    means = [np.asarray(rows, np.float64).mean(axis=0) for rows in (queries, gallery)]
    a, b = (centred_units(rows, mean) for rows, mean in zip((queries, gallery), means, strict=True))
    count = _neighbours(a, b)
    averaged_a, averaged_b = (averaged_within(rows, count, note) for rows in (a, b))
    temperature = max(TEMPERATURE * similarity_spread(averaged_a, averaged_b), _LEAST_TEMPERATURE)
    totals, own = _own_values(averaged_a, averaged_b, temperature, note)
    values = _spread(a, own, note)
    if line == "valley":
        threshold = valley_line(values)
    else:
        _, mirrored = _own_values(averaged_b, averaged_a, temperature, note)
        threshold = float(np.quantile(_spread(b, mirrored, note), _GALLERY_QUANTILE))
    decisions = PrivateDecisions(values, threshold)
    return VoteDetector(a, means[0], averaged_b, temperature, totals, decisions)


def similarity_spread(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Return the standard deviation of all inner products between two sets of rows.

    It follows from the means and second moments of each set, without any pair being compared.
    Rounded to float32, so that the number of threads does not show.

    Args:
        a: float32 (Q, D).
        b: float32 (N, D).
    """
    (mean_a, second_a), (mean_b, second_b) = _moments(a), _moments(b)
    variance = np.vdot(second_a, second_b) - np.square(mean_a @ mean_b)
    return float(np.float32(np.sqrt(max(variance, 0.0))))


def valley_line(values: NDArray[np.float64]) -> float:
    """Return the line in the valley of a query domain's values (Q,); see `Line`."""
    return max(0.0, valley(values))


def valley(values: NDArray[np.float64]) -> float:
    """Return where two groups of values part best: the least variance within them (Otsu).

    Args:
        values: float64 (Q,), Q at least 1. A single distinct value parts from nothing: it is
            returned, and nothing lies above it.
    """
    rising = np.sort(values)
    count = len(rising)
    if rising[0] == rising[-1]:
        return float(rising[0])
    below = np.arange(1, count)
    sums = np.cumsum(rising)
    gap = (sums[-1] - sums[:-1]) / (count - below) - sums[:-1] / below
    best = int(np.argmax(below * (count - below) * np.square(gap)))
    return float((rising[best] + rising[best + 1]) / 2)


def _pairs(num_queries: int, num_gallery: int, line: Line) -> int:
    """Return how many pairs of images a fit compares."""
    across = 2 * num_queries * num_gallery
    pairs = num_queries**2 + num_gallery**2 + across + num_queries**2
    return pairs if line == "valley" else pairs + across + num_gallery**2


def _noting(
    total: int,
    on_progress: Callable[[int, int], None] | None,
    should_stop: Callable[[], bool] | None,
) -> Note:
    """Return a function that counts pairs of images and ends the work when it is to stop."""
    done = 0

    def note(pairs: int) -> None:
        nonlocal done
        done += pairs
        if should_stop is not None and should_stop():
            raise Cancelled
        if on_progress is not None:
            on_progress(done, total)

    return note


def _moments(rows: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean (D,) of rows and the mean (D, D) of their outer products."""
    width = rows.shape[1]
    mean, second = np.zeros(width), np.zeros((width, width))
    for block in blocks_of(rows, width):
        part = rows[block].astype(np.float64)
        mean += part.sum(axis=0)
        second += part.T @ part
    return mean / len(rows), second / len(rows)


def _own_values(
    queries: NDArray[np.float32], gallery: NDArray[np.float32], temperature: float, note: Note
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the totals (N,) and the values (Q,) of queries before spreading."""
    totals = np.zeros(len(gallery), np.float64)
    for block in blocks_of(queries, len(gallery), note):
        totals += _closeness(queries[block], gallery, temperature).sum(axis=0, dtype=np.float64)
    totals /= len(queries)
    return totals, -np.log(_votes(queries, gallery, temperature, totals, note))


def _spread(rows: NDArray[np.float32], own: NDArray[np.float64], note: Note) -> NDArray[np.float64]:
    count = min(GRAPH_NEIGHBOURS, len(rows) - 1)
    return spread_over(rows, own, count, kept_share=KEPT_SHARE, note=note)


def _votes(
    rows: NDArray[np.float32],
    gallery: NDArray[np.float32],
    temperature: float,
    totals: NDArray[np.float64],
    note: Note | None = None,
) -> NDArray[np.float64]:
    """Return the votes (B,) of rows, on average one in the domain that the totals are of."""
    votes = np.empty(len(rows), np.float64)
    for block in blocks_of(rows, len(gallery), note):
        votes[block] = (_closeness(rows[block], gallery, temperature) / totals).mean(axis=1)
    return votes


def _closeness(
    rows: NDArray[np.float32], gallery: NDArray[np.float32], temperature: float
) -> NDArray[np.float32]:
    return np.asarray(np.exp(rows @ gallery.T / np.float32(temperature)))


def _neighbours(queries: NDArray[np.float32], gallery: NDArray[np.float32]) -> int:
    smaller = min(len(queries), len(gallery))
    return max(1, min(AVERAGED_NEIGHBOURS, smaller // _LARGEST_SHARE))
