"""The published detection rule against a literal second implementation."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from training.evaluation import prototype_detection
from training.evaluation.prototype_detection import (
    PrototypeDecisions,
    PrototypeDetector,
    fit_prototype_detector,
)
from training.prototypes.kmeans import kmeans
from training.prototypes.merging import MergeRule, merge_prototypes

RULES: tuple[MergeRule, ...] = ("strict", "mean_gap", "mutual", "all")


def domains(seed: int, private: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Unit rows of two domains; the first has some clusters more."""
    generator = np.random.default_rng(seed)
    middles = generator.standard_normal((5, 6)) * 2

    def rows(kinds: int, count: int, shift: float) -> np.ndarray:
        found = middles[np.arange(count) % kinds] + 0.5 * generator.standard_normal((count, 6))
        found = found + shift
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)

    return rows(5, 50, 0.0), rows(5 - private, 33, 0.4)


def s(u: np.ndarray, v: np.ndarray) -> float:
    """(1 - cos) * d, the dissimilarity of all searches."""
    u, v = u.astype(float), v.astype(float)
    cosine = u @ v / (np.linalg.norm(u) * np.linalg.norm(v))
    return float((1 - cosine) * np.linalg.norm(u - v))


def literal(
    a: np.ndarray,
    b: np.ndarray,
    queries: np.ndarray,
    rule: MergeRule,
    counts: tuple[int, int],
) -> tuple[list[bool], list[bool]]:
    """Both branches, sentence by sentence."""
    rows = [torch.from_numpy(one.astype(float)) for one in (a, b)]
    centres = [kmeans(one, count, seed=0).centres for one, count in zip(rows, counts, strict=True)]
    unified = merge_prototypes(*centres, *(one.mean(dim=0) for one in rows), rule=rule)
    own, other = (one.numpy() for one in centres)
    partner = {
        i: j
        for i, x in enumerate(unified.ids_a.tolist())
        for j, y in enumerate(unified.ids_b.tolist())
        if x == y
    }

    def nearest(row: np.ndarray, prototypes: np.ndarray) -> int:
        return int(np.argmin([np.linalg.norm(row - one) for one in prototypes]))

    widths = {
        i: max(
            (s(x, y) for x in a if nearest(x, own) == i for y in b if nearest(y, other) == j),
            default=math.inf,
        )
        for i, j in partner.items()
    }
    first, second = [], []
    for query in queries:
        cluster = nearest(query, own)
        first.append(cluster not in partner)
        farther = not first[-1] and widths[cluster] < min(s(query, y) for y in b)
        second.append(farther)
    return first, second


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("seed", range(3))
def test_against_literal_code(seed: int, rule: MergeRule, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prototype_detection, "_BLOCK_BYTES", 33 * 8 * 7)
    a, b = domains(seed)
    far = -a[::5]
    queries = np.concatenate([a, far])
    detector = fit_prototype_detector(a, b, rule=rule, cluster_counts=(5, 4))
    found = detector.decide(queries)
    first, second = literal(a, b, queries, rule, (5, 4))
    assert found.by_prototype.tolist() == first
    assert found.by_distance.tolist() == second
    assert found.is_private.tolist() == [x or y for x, y in zip(first, second, strict=True)]
    assert np.isfinite(found.values).all()
    assert np.abs(found.values).max() <= 1


@pytest.mark.parametrize("seed", range(25))
def test_the_second_branch_never_fires_for_queries_of_the_fit(seed: int) -> None:
    """D2: a minimum over all is never above a maximum over some."""
    a, b = domains(seed)
    for rule in RULES:
        detector = fit_prototype_detector(a, b, rule=rule, cluster_counts=(9, 7), seed=seed)
        found = detector.decide(a)
        assert found.second_branch_count == 0
        assert found.is_private.tolist() == found.by_prototype.tolist()
        for row in range(0, len(a), 10):  # nor when asked one by one
            assert detector.decide(a[row : row + 1]).second_branch_count == 0


def hand_worked() -> PrototypeDetector:
    """Prototypes at 0 and 10 of a line through (1, 0), the first one merged."""
    return PrototypeDetector(
        prototypes=torch.tensor([[1.0, 0.0], [1.0, 10.0]], dtype=torch.float64),
        is_merged=torch.tensor([True, False]),
        widths=torch.tensor([0.5, math.inf], dtype=torch.float64),
        gallery=torch.tensor([[1.0, 0.0]], dtype=torch.float64),
        gallery_cluster_count=1,
        bound=1.0,
    )


def test_a_hand_worked_example() -> None:
    queries = np.array([[1, 0], [1, 2], [1, 8], [0, 1]], np.float32)
    found = hand_worked().decide(queries)
    width, far = 0.5, s(queries[1], np.array([1.0, 0.0]))
    beside = math.sqrt(2)
    assert far > width
    assert found.by_prototype.tolist() == [False, False, True, False]
    assert found.by_distance.tolist() == [False, True, False, True]
    assert found.values == pytest.approx(
        [-1.0, (far - width) / (far + width), (8 - 2) / 10, (beside - width) / (beside + width)]
    )
    assert hand_worked().merged_count == 1


def test_without_merged_pairs_all_are_private_and_with_nothing_else_few() -> None:
    a, b = domains(1)
    detector = fit_prototype_detector(a, b, cluster_counts=(5, 3))
    none = PrototypeDetector(
        detector.prototypes,
        torch.zeros(5, dtype=torch.bool),
        torch.full((5,), math.inf, dtype=torch.float64),
        detector.gallery,
        3,
        0.0,
    )
    assert none.decide(a).values.tolist() == [1.0] * len(a)
    everything = fit_prototype_detector(a, a, rule="all", cluster_counts=(5, 5))
    assert everything.merged_count == 5
    assert not everything.decide(a).is_private.any()


def test_the_elbow_counts_where_nobody_does() -> None:
    a, b = domains(2)
    detector = fit_prototype_detector(a, b, rule="mutual")
    assert 2 <= len(detector.prototypes) <= 10
    again = fit_prototype_detector(a, b, rule="mutual")
    assert torch.equal(detector.prototypes, again.prototypes)
    empty = detector.decide(np.zeros((0, 6), np.float32))
    assert isinstance(empty, PrototypeDecisions)
    assert len(empty) == 0
