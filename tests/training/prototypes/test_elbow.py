from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from training.errors import Cancelled
from training.prototypes.elbow import elbow_grid, elbow_of, estimate_cluster_count
from training.prototypes.kmeans import kmeans


def bank(count: int, clusters: int, noise: float, seed: int = 0) -> Tensor:
    """Unit rows around a common mean, with a spectrum that falls as that of real embeddings."""
    generator = torch.Generator().manual_seed(seed)
    scale = torch.arange(1, 33).float().rsqrt()
    centres = torch.randn(clusters, 32, generator=generator) * scale
    places = torch.randint(0, clusters, (count,), generator=generator)
    rows = centres[places] + noise * scale * torch.randn(count, 32, generator=generator)
    return functional.normalize(rows + 1.5 * scale, dim=1)


def literal_elbow(grid: list[int], inertias: list[float]) -> int:
    """Distance of each point to the chord, by geometry."""
    xs = [(k - grid[0]) / (grid[-1] - grid[0]) for k in grid]
    ys = [(w - inertias[-1]) / (inertias[0] - inertias[-1]) for w in inertias]
    distances = []
    for x, y in zip(xs, ys, strict=True):
        dx, dy = xs[-1] - xs[0], ys[-1] - ys[0]
        cross = dx * (ys[0] - y) - (xs[0] - x) * dy
        distances.append(cross / math.hypot(dx, dy))
    return grid[distances.index(max(distances))]


def test_the_grid_is_fine_then_coarse_and_ends_at_a_fifth() -> None:
    whole = (*range(2, 21), 25, 30, 35, 40, 50, 60, 70, 80, 90, 100)
    assert elbow_grid(100_000) == elbow_grid(500) == whole
    assert elbow_grid(499)[-1] == 90
    assert elbow_grid(60) == tuple(range(2, 13))
    assert elbow_grid(10) == (2,)
    assert elbow_grid(9) == elbow_grid(1) == (1,)


def test_the_bend_of_a_curve() -> None:
    assert elbow_of([2, 3, 4, 5, 6], [10.0, 6.0, 2.0, 1.5, 1.0]) == 4
    assert elbow_of([2, 3, 4], [5.0, 5.0, 5.0]) == 2
    assert elbow_of([7], [5.0]) == 7
    generator = torch.Generator().manual_seed(0)
    grid = list(elbow_grid(1000))
    for _ in range(20):
        falling = torch.rand(len(grid), generator=generator, dtype=torch.float64)
        inertias = falling.sort(descending=True).values.tolist()
        assert elbow_of(grid, inertias) == literal_elbow(grid, inertias)


@pytest.mark.parametrize("clusters", [4, 7, 12, 18])
def test_clear_clusters_are_counted(clusters: int) -> None:
    found = estimate_cluster_count(bank(600, clusters, 0.15), seed=0)
    assert abs(found.count - clusters) <= 1


@pytest.mark.parametrize("noise", [0.5, 1.0])
def test_the_grown_curve_is_near_that_of_full_clusterings(noise: float) -> None:
    rows = bank(300, 9, noise)
    found = estimate_cluster_count(rows, seed=1)
    full = [kmeans(rows, count).inertia for count in found.grid]
    total = float((rows - rows.mean(dim=0)).square().sum())
    for grown, best in zip(found.inertias, full, strict=True):
        assert abs(grown - best) < 0.08 * total
    assert abs(math.log(found.count / elbow_of(found.grid, full))) < math.log(1.5)


def test_the_curve_falls_and_restarts_lower_it() -> None:
    rows = bank(400, 10, 0.8)
    once = estimate_cluster_count(rows, seed=2)
    more = estimate_cluster_count(rows, seed=2, restarts=3)
    assert list(once.inertias) == sorted(once.inertias, reverse=True)
    assert all(b <= a for a, b in zip(once.inertias, more.inertias, strict=True))
    assert len(once.grid) == len(once.inertias)


def test_same_seed_same_elbow_on_a_sample_too() -> None:
    rows = bank(3000, 10, 0.5)
    first, second = (estimate_cluster_count(rows, seed=5, sample=500) for _ in range(2))
    assert first == second
    assert first.grid == elbow_grid(3000)
    assert abs(first.count - 10) <= 3


@pytest.mark.parametrize("count", [1, 2, 9, 10, 14, 15])
def test_tiny_banks(count: int) -> None:
    found = estimate_cluster_count(bank(count, 3, 0.1), seed=0)
    assert found.count == found.grid[0]
    assert all(inertia >= 0 for inertia in found.inertias)


def test_equal_rows_are_as_few_clusters_as_may_be() -> None:
    assert estimate_cluster_count(torch.ones(100, 4), seed=0).count == 2


def test_it_can_be_stopped_and_asking_changes_nothing() -> None:
    rows = bank(300, 6, 0.5)
    asked: list[int] = []

    def count_and_go_on() -> bool:
        asked.append(1)
        return False

    found = estimate_cluster_count(rows, seed=0, should_stop=count_and_go_on)
    assert found == estimate_cluster_count(rows, seed=0)
    assert len(asked) > 2 * len(found.grid)
    answers = iter([False] * (len(asked) // 2) + [True])
    with pytest.raises(Cancelled):
        estimate_cluster_count(rows, seed=0, should_stop=answers.__next__)
    assert next(answers, None) is None
