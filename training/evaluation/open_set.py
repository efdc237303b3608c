"""Scores of the open-set setting: retrieval of shared queries, detection of private ones."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.evaluation.private_decisions import PrivateDecisions
from training.evaluation.query_results import QueryResults
from training.evaluation.retrieval_scores import mean_percent, mean_percent_over_categories


@dataclass(frozen=True, slots=True)
class OpenSetScores:
    """Percentages, except for AUROC; None where there are no queries of the kind.

    Open-set accuracy alone says nothing: calling every query private gives 100. Read it together
    with the false-alarm rate.

    Attributes:
        shared_map_plain: mAP@All of the shared queries, plain AP, mean over queries, whatever was
            detected (G21).
        shared_map_interpolated: The same with interpolated AP, mean over categories, as the close
            set's headline.
        strict_map_plain: Like ``shared_map_plain``, but a shared query that was called private
            counts 0.
        strict_map_interpolated: Likewise.
        open_set_accuracy: Private queries called private (G22).
        false_alarm_rate: Shared queries called private.
        binary_accuracy: Queries judged rightly.
        balanced_accuracy: Mean of open-set accuracy and of the shared queries judged rightly.
        auroc: Chance, 0..1, that a private query has a larger decision value than a shared one,
            equal values counting half.
        num_shared: Shared queries.
        num_private: Private queries.
        threshold: Decision value above which a query was called private.
    """

    shared_map_plain: float | None
    shared_map_interpolated: float | None
    strict_map_plain: float | None
    strict_map_interpolated: float | None
    open_set_accuracy: float | None
    false_alarm_rate: float | None
    binary_accuracy: float | None
    balanced_accuracy: float | None
    auroc: float | None
    num_shared: int
    num_private: int
    threshold: float


def score_open_set(
    results: QueryResults,
    decisions: PrivateDecisions,
    gallery_categories: Collection[str | None],
) -> OpenSetScores:
    """Score retrieval and detection of one direction.

    Args:
        results: What the Q queries came to against the gallery.
        decisions: On the same queries.
        gallery_categories: A query is private iff its category is not among them; a query of
            unknown category is left out.

    Raises:
        ValueError: Results and decisions are of different queries.
    """
    if len(results) != len(decisions):
        raise ValueError(f"{len(results)} queries, but {len(decisions)} decisions")
    names = np.array([*results.categories, None], object)[:-1]
    in_gallery = set(gallery_categories)
    is_known = np.array([name is not None for name in names], np.bool_)
    private = is_known & np.array([name not in in_gallery for name in names], np.bool_)
    shared = is_known & ~private
    called = decisions.is_private
    accuracy, alarms = _percent_of(called[private]), _percent_of(called[shared])
    scored = results.is_scored
    plain, interpolated = results.plain_ap[scored], results.interpolated_ap[scored]
    passed = (~called[scored]).astype(np.float64)
    balanced = area = None
    if accuracy is not None and alarms is not None:
        balanced = (accuracy + 100.0 - alarms) / 2
        area = auroc(decisions.values[private], decisions.values[shared])
    return OpenSetScores(
        shared_map_plain=mean_percent(plain),
        shared_map_interpolated=mean_percent_over_categories(interpolated, names[scored]),
        strict_map_plain=mean_percent(plain * passed),
        strict_map_interpolated=mean_percent_over_categories(interpolated * passed, names[scored]),
        open_set_accuracy=accuracy,
        false_alarm_rate=alarms,
        binary_accuracy=_percent_of((called == private)[is_known]),
        balanced_accuracy=balanced,
        auroc=area,
        num_shared=int(shared.sum()),
        num_private=int(private.sum()),
        threshold=decisions.threshold,
    )


def auroc(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> float:
    """Return the chance that a positive value exceeds a negative one, equal ones counting half.

    Args:
        positive: float64 (P,), P > 0.
        negative: float64 (N,), N > 0.

    Returns:
        A number of 0..1, from ranks alone; no matrix of pairs.
    """
    rising = np.sort(negative)
    below = np.searchsorted(rising, positive, side="left")
    not_above = np.searchsorted(rising, positive, side="right")
    wins = (int(below.sum()) + int(not_above.sum())) / 2
    return wins / (len(positive) * len(negative))


def _percent_of(holds: NDArray[np.bool_]) -> float | None:
    return mean_percent(holds.astype(np.float64))
