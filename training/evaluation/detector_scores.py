"""Every detector's open-set scores for one direction: the published rule, and the votes."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from training.evaluation.open_set import OpenSetScores, score_open_set
from training.evaluation.private_decisions import PrivateDecisions
from training.evaluation.prototype_detection import fit_prototype_detector
from training.evaluation.query_results import QueryResults
from training.evaluation.vote_detection import fit_vote_detector, valley_line

Detector = Literal["published", "votes", "votes_gallery"]

DETECTOR_TITLES: dict[Detector, str] = {
    "published": "published rule",
    "votes": "votes, line in the valley",
    "votes_gallery": "votes, line by the gallery",
}


@dataclass(frozen=True, slots=True)
class DetectorScores:
    """What one detector comes to.

    Attributes:
        detector: Which one.
        scores: Its scores.
        second_branch_count: How many queries only the second branch of the published rule calls
            private; None for the votes, which have none.
    """

    detector: Detector
    scores: OpenSetScores
    second_branch_count: int | None = None


def score_detectors(
    queries: NDArray[np.float32],
    gallery: NDArray[np.float32],
    results: QueryResults,
    gallery_categories: Collection[str | None],
    *,
    seed: int = 0,
    on_votes: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[DetectorScores, ...]:
    """Let every detector judge the queries, each as it is, without labels.

    Args:
        queries: float32 (Q, D), unit rows as the encoder made them, Q at least 3.
        gallery: float32 (N, D), unit rows, N at least 3.
        results: What the same queries came to against the gallery.
        gallery_categories: See `score_open_set`.
        seed: Of the clustering of the published rule.
        on_votes: Told (done, total) of the votes, which come after the clustering.
        should_stop: Asked at each step of the clustering and after each block of votes.

    Raises:
        Cancelled: ``should_stop`` said so.
        ValueError: A domain has fewer than three images.
    """
    prototypes = fit_prototype_detector(queries, gallery, seed=seed, should_stop=should_stop)
    published = prototypes.decide(queries)
    by_gallery = fit_vote_detector(
        queries, gallery, line="gallery", on_progress=on_votes, should_stop=should_stop
    ).decisions
    by_valley = by_gallery.at(valley_line(by_gallery.values))

    def scored(decisions: PrivateDecisions) -> OpenSetScores:
        return score_open_set(results, decisions, gallery_categories)

    return (
        DetectorScores("published", scored(published), published.second_branch_count),
        DetectorScores("votes", scored(by_valley)),
        DetectorScores("votes_gallery", scored(by_gallery)),
    )
