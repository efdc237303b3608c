"""Numbers that look at the first k matches, or at the first correct one.

They count what is found down to rank k as it is: ordinary P@k divides by k, however few relevant
images there are, where the P@k of ``precision`` looks at min(k, R) matches only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class RankMetrics:
    """What a person who looks at the first k matches finds; None where no query can be scored.

    Attributes:
        precision_at: Ordinary P@k by k: relevant matches among the first k, divided by k, mean
            over queries, in percent. Ranks beyond the gallery count as not relevant.
        recall_at: Recall at k by k: relevant matches among the first k, divided by all R relevant
            images, mean over queries, in percent.
        hit_rate_at: By k the share of queries, in percent, with a relevant match among the first
            k; this is what metric learning calls Recall@k.
        first_rank_mean: Mean rank of the first correct match, from 1.
        first_rank_median: Median rank of the first correct match.
        mean_reciprocal_rank: Mean of 1 / rank of the first correct match, 0..1.
    """

    precision_at: dict[int, float | None]
    recall_at: dict[int, float | None]
    hit_rate_at: dict[int, float | None]
    first_rank_mean: float | None
    first_rank_median: float | None
    mean_reciprocal_rank: float | None


def hits_within(ranks: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    """Count the relevant images among the first k matches.

    Args:
        ranks: int64 (..., R), the ranks of all relevant images.
        k: How many matches are looked at, at least 1.

    Returns:
        int64 (...).

    Raises:
        ValueError: k is below 1.
    """
    if k < 1:
        raise ValueError(f"the first {k} matches are none")
    return np.asarray(np.count_nonzero(ranks <= k, axis=-1), np.int64)


def rank_metrics(
    hits_at: Mapping[int, NDArray[np.int64]],
    num_relevant: NDArray[np.int64],
    first_rank: NDArray[np.int64],
) -> RankMetrics:
    """Average over queries, each of which has a relevant image.

    Args:
        hits_at: By k, int64 (Q,): relevant images among the first k matches of each query.
        num_relevant: int64 (Q,), R of each query, at least 1.
        first_rank: int64 (Q,), rank of each query's first correct match.
    """
    if not len(first_rank):
        nothing: dict[int, float | None] = dict.fromkeys(hits_at)
        return RankMetrics(nothing, dict(nothing), dict(nothing), None, None, None)
    return RankMetrics(
        precision_at={k: 100.0 * float(hits.mean()) / k for k, hits in hits_at.items()},
        recall_at={k: 100.0 * float((hits / num_relevant).mean()) for k, hits in hits_at.items()},
        hit_rate_at={k: 100.0 * float((hits > 0).mean()) for k, hits in hits_at.items()},
        first_rank_mean=float(first_rank.mean()),
        first_rank_median=float(np.median(first_rank)),
        mean_reciprocal_rank=float((1.0 / first_rank).mean()),
    )
