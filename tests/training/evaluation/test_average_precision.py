"""Average precision against hand-worked examples, slow literal code and scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from training.evaluation.average_precision import (
    interpolated_ap_of_ranks,
    interpolated_average_precision,
    plain_ap_of_ranks,
    plain_average_precision,
    relevant_ranks,
)


def literal_plain(relevant: Sequence[bool]) -> float:
    precisions = []
    for position in range(len(relevant)):
        if relevant[position]:
            precisions.append(sum(relevant[: position + 1]) / (position + 1))
    return sum(precisions) / len(precisions)


def literal_interpolated(relevant: Sequence[bool]) -> float:
    """Pascal VOC, all points: recall and precision at every rank, envelope, area of the steps."""
    total = sum(relevant)
    recalls, precisions = [0.0], [0.0]
    for position in range(len(relevant)):
        hits = sum(relevant[: position + 1])
        recalls.append(hits / total)
        precisions.append(hits / (position + 1))
    recalls.append(1.0)
    precisions.append(0.0)
    for position in range(len(precisions) - 2, -1, -1):
        precisions[position] = max(precisions[position], precisions[position + 1])
    return sum(
        (recalls[i + 1] - recalls[i]) * precisions[i + 1]
        for i in range(len(recalls) - 1)
        if recalls[i + 1] != recalls[i]
    )


@pytest.mark.parametrize(
    ("relevant", "plain", "interpolated"),
    [
        ([0, 1, 1], 0.583333, 0.666667),
        ([1, 0, 1], 0.833333, 0.833333),
        ([1], 1.0, 1.0),
        ([0, 0, 0, 1], 0.25, 0.25),
        ([1, 1, 1], 1.0, 1.0),
    ],
)
def test_hand_worked_examples(relevant: list[int], plain: float, interpolated: float) -> None:
    assert plain_average_precision(relevant) == pytest.approx(plain, abs=1e-6)
    assert interpolated_average_precision(relevant) == pytest.approx(interpolated, abs=1e-6)


@pytest.mark.parametrize("seed", range(60))
def test_against_literal_code_and_scikit_learn(seed: int) -> None:
    generator = np.random.default_rng(seed)
    size = int(generator.integers(1, 60))
    relevant = generator.random(size) < generator.random()
    relevant[generator.integers(size)] = True
    plain = plain_average_precision(relevant)
    interpolated = interpolated_average_precision(relevant)
    assert plain == pytest.approx(literal_plain(relevant.tolist()), abs=1e-12)
    assert interpolated == pytest.approx(literal_interpolated(relevant.tolist()), abs=1e-12)
    assert interpolated >= plain - 1e-15
    falling = -np.arange(size, dtype=float)
    assert plain == pytest.approx(average_precision_score(relevant, falling), abs=1e-12)


def test_many_queries_at_once_equal_one_by_one() -> None:
    generator = np.random.default_rng(3)
    ranks = np.sort(np.stack([generator.permutation(50)[:6] + 1 for _ in range(20)]), axis=1)
    plain, interpolated = plain_ap_of_ranks(ranks), interpolated_ap_of_ranks(ranks)
    for row in range(20):
        relevant = np.isin(np.arange(1, 51), ranks[row])
        assert relevant_ranks(relevant).tolist() == ranks[row].tolist()
        assert plain[row] == pytest.approx(literal_plain(relevant.tolist()), abs=1e-12)
        assert interpolated[row] == pytest.approx(
            literal_interpolated(relevant.tolist()), abs=1e-12
        )


@pytest.mark.parametrize("relevant", [[], [False, False]])
def test_without_a_relevant_image_there_is_no_average(relevant: list[bool]) -> None:
    with pytest.raises(ValueError, match="at least one relevant"):
        plain_average_precision(relevant)
    with pytest.raises(ValueError, match="at least one relevant"):
        interpolated_average_precision(relevant)
