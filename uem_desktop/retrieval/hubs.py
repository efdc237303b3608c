"""Gallery images that are everybody's match, and how often queries and matches choose each other.

The k-occurrence of a gallery image is the number of queries that have it among their first k
matches; its mean is k Q / N. Where it is very uneven a few images, the hubs, crowd out all others
(Radovanović, Nanopoulos & Ivanović, JMLR 11, 2010). No category is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uem_desktop.retrieval.both_ways import BOTH_WAYS_DEPTH
from uem_desktop.retrieval.mismatches import Mismatches

Rows = NDArray[np.int64]

HUB_DEVIATIONS = 2.0
"""A hub lies this many standard deviations above the mean k-occurrence, as in the paper."""


@dataclass(frozen=True, slots=True, eq=False)
class MutualNeighbours:
    """How often a query's first k matches have the query among their own first k.

    Attributes:
        depth: k.
        rate: 0..1, the share of all (query, match) pairs that are mutual; None without matches.
        lonely: int64 (n,), rows of the queries none of whose matches has them in return.
        query_count: Queries that were asked.
    """

    depth: int
    rate: float | None
    lonely: Rows
    query_count: int


@dataclass(frozen=True, slots=True, eq=False)
class Hubs:
    """The k-occurrence of a gallery.

    Attributes:
        depth: k.
        counts: int64 (N,), the k-occurrence of each row; 0 without embedding.
        expected: Its mean over the N images that are searched.
        skewness: Its third standardised moment; about 0 where all are found alike, above 1 where
            hubs rule; None where all are equal.
        rows: int64 (n,), the hubs, most often found first, equal ones by row.
        never_rows: int64 (n,), searched images that no query has among its first k.
        query_count: Queries that were asked.
    """

    depth: int
    counts: Rows
    expected: float
    skewness: float | None
    rows: Rows
    never_rows: Rows
    query_count: int


def mutual_neighbours(found: Mismatches) -> MutualNeighbours:
    """Return how often queries and matches choose each other, from what is known of each query."""
    shares = found.disagreement
    depth = min(BOTH_WAYS_DEPTH, found.matches.shape[1], found.query.ready_count)
    is_known = ~np.isnan(shares)
    rate = 1.0 - float(shares[is_known].mean()) if is_known.any() else None
    return MutualNeighbours(depth, rate, found.rows[shares == 1.0], len(found))


def hubs_of(found: Mismatches, depth: int = BOTH_WAYS_DEPTH) -> Hubs:
    """Count how often each gallery image is among the first matches.

    Args:
        found: The first matches of each query.
        depth: k, at most 20; as many as the gallery has where that is fewer.
    """
    matches = found.matches[:, :depth]
    counts = np.bincount(matches.ravel(), minlength=len(found.gallery.records)).astype(np.int64)
    searched = found.gallery.ready_rows()
    values = counts[searched].astype(np.float64)
    mean, deviation = (float(values.mean()), float(values.std())) if len(values) else (0.0, 0.0)
    rows = searched[values > mean + HUB_DEVIATIONS * deviation] if deviation else searched[:0]
    skewness = float(np.mean(((values - mean) / deviation) ** 3)) if deviation else None
    return Hubs(
        depth=matches.shape[1],
        counts=counts,
        expected=mean,
        skewness=skewness,
        rows=rows[np.argsort(-counts[rows], kind="stable")],
        never_rows=searched[values == 0] if len(found) else searched[:0],
        query_count=len(found),
    )


def queries_of(found: Mismatches, hubs: Hubs, row: int) -> Rows:
    """Return the rows of the queries that have a gallery row among their first k, ascending."""
    is_found = found.matches[:, : hubs.depth] == row
    return np.asarray(found.rows[np.flatnonzero(is_found) // hubs.depth])
