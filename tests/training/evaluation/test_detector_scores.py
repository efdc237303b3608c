"""All detectors side by side are each what it is alone."""

from __future__ import annotations

import numpy as np

from training.evaluation.detector_scores import DETECTOR_TITLES, score_detectors
from training.evaluation.open_set import score_open_set
from training.evaluation.prototype_detection import fit_prototype_detector
from training.evaluation.query_results import query_results
from training.evaluation.vote_detection import fit_vote_detector


def kinds_of(count: int, kinds: int, seed: int) -> tuple[np.ndarray, list[str]]:
    generator = np.random.default_rng(seed)
    middles = np.random.default_rng(0).standard_normal((6, 16))
    kind = np.arange(count) % kinds
    rows = middles[kind] + 0.5 * generator.standard_normal((count, 16))
    return np.float32(rows / np.linalg.norm(rows, axis=1, keepdims=True)), list(map(str, kind))


def test_each_detector_is_what_it_is_alone() -> None:
    (queries, asked), (gallery, held) = kinds_of(90, 6, 1), kinds_of(60, 3, 2)
    results = query_results(queries, asked, gallery, held)
    found = score_detectors(queries, gallery, results, held, seed=3)
    published = fit_prototype_detector(queries, gallery, seed=3).decide(queries)
    expected = [
        published,
        fit_vote_detector(queries, gallery, line="valley").decisions,
        fit_vote_detector(queries, gallery, line="gallery").decisions,
    ]
    assert [one.detector for one in found] == list(DETECTOR_TITLES)
    assert [one.scores for one in found] == [score_open_set(results, one, held) for one in expected]
    assert found[0].second_branch_count == published.second_branch_count
    assert [one.second_branch_count for one in found[1:]] == [None, None]
    assert (found[1].scores.num_private, found[1].scores.num_shared) == (45, 45)
    assert found[1].scores.auroc is not None
    assert found[1].scores.auroc > 0.9
