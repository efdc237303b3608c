"""Precision at k as the public codes of this field count it.

A query with R relevant gallery images is looked at down to m = min(k, R), and the score of a set
of queries is the ratio of sums: hits within m over all queries, divided by the sum of the m.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from training.evaluation.average_precision import relevant_ranks


def hits_at_cutoff(ranks: NDArray[np.int64], k: int) -> tuple[NDArray[np.int64], int]:
    """Count the relevant images down to the cut-off of queries with equally many of them.

    Args:
        ranks: int64 (..., R), the ranks of all relevant images.
        k: How many matches are looked at, at least 1.

    Returns:
        Hits int64 (...), and the cut-off m = min(k, R).

    Raises:
        ValueError: k is below 1.
    """
    if k < 1:
        raise ValueError(f"precision at {k} has no meaning")
    cutoff = min(k, ranks.shape[-1])
    return np.count_nonzero(ranks <= cutoff, axis=-1).astype(np.int64), cutoff


def precision_at(relevant_per_query: list[ArrayLike], k: int) -> float | None:
    """Return precision at k of several queries in 0..1, or None without relevant images.

    Args:
        relevant_per_query: bool (N,) in rank order for each query; a query without relevant
            images adds nothing.
        k: How many matches are looked at, at least 1.
    """
    counted = [hits_at_cutoff(relevant_ranks(relevant), k) for relevant in relevant_per_query]
    cutoffs = sum(cutoff for _, cutoff in counted)
    return sum(int(hits) for hits, _ in counted) / cutoffs if cutoffs else None
