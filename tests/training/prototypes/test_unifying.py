"""Domains to unified prototypes, against its parts put together by hand."""

from __future__ import annotations

import pytest
import torch

from training.errors import Cancelled
from training.prototypes.elbow import estimate_cluster_count
from training.prototypes.kmeans import kmeans
from training.prototypes.merging import merge_prototypes
from training.prototypes.unifying import unify_domains


def heaps(count: int, shift: float, seed: int) -> torch.Tensor:
    """Rows around five places, at unit length after a shift of the whole domain."""
    places = 3.0 * torch.eye(5, 8, dtype=torch.float64)
    noise = torch.randn(count, 8, generator=torch.Generator().manual_seed(seed)).double()
    rows = places[torch.arange(count) % 5] + 0.2 * noise + shift
    return rows / rows.norm(dim=1, keepdim=True)


def test_it_is_clustering_and_merging_with_the_elbow() -> None:
    a, b = heaps(60, 0.0, 1), heaps(50, 0.5, 2)
    found = unify_domains(a, b, seed=3)
    centres = [
        kmeans(rows, estimate_cluster_count(rows.float(), seed=3).count, seed=3).centres
        for rows in (a, b)
    ]
    wanted = merge_prototypes(*centres, a.mean(dim=0), b.mean(dim=0))
    assert torch.equal(found.unified.in_a, wanted.in_a)
    assert torch.equal(found.unified.ids_b, wanted.ids_b)
    assert found.unified.merged_count == 5


def test_each_row_belongs_to_the_nearest_own_centre() -> None:
    a, b = heaps(30, 0.0, 4), heaps(20, 0.5, 5)
    found = unify_domains(a, b, cluster_counts=(4, 3))
    for rows, centres, members in zip((a, b), found.centres, found.members, strict=True):
        for row, member in zip(rows, members.tolist(), strict=True):
            distances = [float((row - centre).norm()) for centre in centres]
            assert member == distances.index(min(distances))
    assert [len(centres) for centres in found.centres] == [4, 3]


def test_it_can_be_stopped_at_each_step() -> None:
    a, b = heaps(60, 0.0, 1), heaps(50, 0.5, 2)
    asked: list[int] = []

    def count_and_go_on() -> bool:
        asked.append(1)
        return False

    unify_domains(a, b, should_stop=count_and_go_on)
    for most in (1, len(asked) // 2, len(asked)):
        answers = iter([False] * (most - 1) + [True])
        with pytest.raises(Cancelled):
            unify_domains(a, b, should_stop=answers.__next__)
        assert next(answers, None) is None
