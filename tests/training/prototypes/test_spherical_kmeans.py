from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from training.prototypes.spherical_kmeans import spherical_kmeans


def bundles(seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    kinds = torch.arange(60) % 3
    rows = torch.eye(8)[kinds] + 0.15 * torch.randn((60, 8), generator=generator)
    return functional.normalize(rows, dim=1), kinds


def test_bundles_of_directions_are_found() -> None:
    rows, kinds = bundles()
    found = spherical_kmeans(rows, 3, restarts=3)
    assert torch.allclose(found.centres.norm(dim=1), torch.ones(3), atol=1e-6)
    for cluster in range(3):
        assert len(kinds[found.assignment == cluster].unique()) == 1
        mean = rows[found.assignment == cluster].sum(dim=0)
        assert torch.allclose(found.centres[cluster], mean / mean.norm(), atol=1e-6)
    inertia = sum(1 - float(row @ found.centres[c]) for row, c in zip(rows, found.assignment))  # noqa: B905
    assert found.inertia == pytest.approx(inertia, abs=1e-4)


def test_given_centres_keep_their_order_and_an_empty_one_stays() -> None:
    rows, kinds = bundles()
    start = torch.stack([rows[2], rows[0], rows[1], -torch.ones(8)])
    found = spherical_kmeans(rows, 4, initial=start)
    assert torch.equal(found.assignment, torch.tensor([1, 2, 0])[kinds])
    assert torch.allclose(found.centres[3], functional.normalize(start[3:], dim=1)[0])


def test_the_same_seed_gives_the_same_clusters_and_few_rows_few_clusters() -> None:
    rows, _ = bundles()
    first, second = (spherical_kmeans(rows, 7, seed=4) for _ in range(2))
    assert torch.equal(first.assignment, second.assignment)
    assert len(spherical_kmeans(rows[:2], 5).centres) == 2
    with pytest.raises(ValueError, match="no way"):
        spherical_kmeans(rows, 0)
