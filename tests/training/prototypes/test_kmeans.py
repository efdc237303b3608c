from __future__ import annotations

import pytest
import torch
from sklearn.cluster import KMeans
from torch import Tensor

from training.errors import Cancelled
from training.prototypes.kmeans import Clustering, kmeans


def blobs(count: int, clusters: int, seed: int = 0, *, noise: float = 0.3) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    centres = torch.randn(clusters, 8, generator=generator, dtype=torch.float64)
    places = torch.randint(0, clusters, (count,), generator=generator)
    noises = torch.randn(count, 8, generator=generator, dtype=torch.float64)
    return centres[places] + noise * noises


def literal_lloyd(rows: Tensor, centres: Tensor, iterations: int) -> tuple[Tensor, list[int]]:
    centres = centres.clone()
    assignment: list[int] = []
    for _ in range(iterations):
        assignment = []
        for row in rows:
            distances = [float((row - centre).norm()) for centre in centres]
            assignment.append(distances.index(min(distances)))
        for c in range(len(centres)):
            members = [row for row, own in zip(rows, assignment, strict=True) if own == c]
            centres[c] = sum(members) / len(members)
    return centres, assignment


def check(rows: Tensor, found: Clustering) -> None:
    """Centres are means of their rows, and the inertia is what it says."""
    inertia = 0.0
    for c, centre in enumerate(found.centres):
        members = rows[found.assignment == c]
        assert len(members)
        assert torch.allclose(centre, members.mean(dim=0), atol=1e-5)
        inertia += float((members - centre).square().sum())
    assert found.inertia == pytest.approx(inertia, rel=1e-5, abs=1e-9)
    assert int(found.assignment.max()) < len(found.centres)


@pytest.mark.parametrize("iterations", [1, 3, 20])
def test_given_centres_against_literal_code(iterations: int) -> None:
    rows = blobs(60, 5, noise=0.8)
    centres, assignment = literal_lloyd(rows, rows[:5], iterations)
    found = kmeans(rows, 5, iterations=iterations, initial=rows[:5])
    assert found.assignment.tolist() == assignment
    assert torch.allclose(found.centres, centres, atol=1e-9)


@pytest.mark.parametrize("clusters", [2, 7, 25])
def test_as_good_as_scikit_learn(clusters: int) -> None:
    rows = blobs(400, 12, noise=0.5)
    found = kmeans(rows, clusters)
    check(rows, found)
    outside = KMeans(clusters, n_init=5, max_iter=20, random_state=0).fit(rows.numpy())
    assert found.inertia == pytest.approx(outside.inertia_, rel=0.03)


def test_clear_clusters_are_found() -> None:
    rows = blobs(300, 10, noise=0.01).float()
    found = kmeans(rows, 10)
    check(rows, found)
    assert found.inertia < 300 * 8 * 0.01**2 * 1.5


def test_same_seed_same_result() -> None:
    rows = blobs(200, 10, noise=1.0).float()
    first, second = kmeans(rows, 8, seed=3), kmeans(rows, 8, seed=3)
    assert torch.equal(first.centres, second.centres)
    assert torch.equal(first.assignment, second.assignment)
    assert first.inertia == second.inertia


def test_more_restarts_are_never_worse() -> None:
    rows = blobs(200, 15, noise=0.6)
    inertias = [kmeans(rows, 12, restarts=restarts).inertia for restarts in (1, 3, 9)]
    assert inertias == sorted(inertias, reverse=True)


def test_far_from_the_origin_float32_is_enough() -> None:
    rows = blobs(300, 6, noise=0.02)
    near, far = kmeans(rows, 6), kmeans((rows + 100).float(), 6)
    assert far.inertia == pytest.approx(near.inertia, rel=0.01)


def test_a_cluster_that_runs_empty_gets_the_farthest_row() -> None:
    rows = torch.tensor([[0.0], [0.1], [0.2], [5.0], [9.0]])
    initial = torch.tensor([[0.1], [1000.0], [7.0]])
    found = kmeans(rows, 3, initial=initial)
    check(rows, found)
    assert sorted(found.centres[:, 0].tolist()) == pytest.approx([0.1, 5.0, 9.0])


@pytest.mark.parametrize("count", [3, 4, 50])
def test_no_more_clusters_than_distinct_rows(count: int) -> None:
    rows = blobs(3, 3).repeat(20, 1)
    found = kmeans(rows, count)
    check(rows, found)
    assert len(found.centres) == 3
    assert found.inertia == pytest.approx(0)


def test_distinct_rows_are_counted_beyond_the_first() -> None:
    rows = torch.cat([torch.zeros(100, 2), torch.eye(2), -torch.eye(2)])
    found = kmeans(rows, 4)
    check(rows, found)
    assert len(found.centres) == 4


def test_one_cluster_is_the_mean() -> None:
    rows = blobs(20, 4)
    found = kmeans(rows, 1)
    assert torch.allclose(found.centres[0], rows.mean(dim=0))
    assert not found.assignment.any()


def test_what_cannot_be_clustered_is_refused() -> None:
    with pytest.raises(ValueError, match="0 rows"):
        kmeans(torch.zeros(0, 3), 2)
    with pytest.raises(ValueError, match="0 clusters"):
        kmeans(torch.zeros(5, 3), 0)
    with pytest.raises(ValueError, match="finite"):
        kmeans(torch.full((5, 3), torch.nan), 2)


def test_it_can_be_stopped_within_a_start_and_asking_changes_nothing() -> None:
    rows = blobs(200, 10, noise=1.0)
    asked: list[int] = []

    def count_and_go_on() -> bool:
        asked.append(1)
        return False

    whole = kmeans(rows, 8, should_stop=count_and_go_on)
    assert torch.equal(whole.centres, kmeans(rows, 8).centres)
    assert len(asked) > 5 * 8, "at least once for each centre of each start"
    for most in (1, 4, 9, len(asked)):
        answers = iter([False] * (most - 1) + [True])
        with pytest.raises(Cancelled):
            kmeans(rows, 8, should_stop=answers.__next__)
        assert next(answers, None) is None, "nothing is done after the answer"
