"""From the embeddings of two domains to unified prototypes, without a training run around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from training.errors import check_stop
from training.geometry import euclidean_distances
from training.prototypes.elbow import estimate_cluster_count
from training.prototypes.kmeans import kmeans
from training.prototypes.merging import MergeRule, UnifiedPrototypes, merge_prototypes

_BLOCK_BYTES = 32 * 2**20


@dataclass(frozen=True, slots=True)
class UnifiedDomains:
    """Two domains in clusters, and the clusters of both under one numbering.

    Attributes:
        centres: (C_a, D) and (C_b, D), the own clusters of each domain.
        members: int64 (N_a,) and (N_b,), the Euclidean-nearest own centre of each row (UEM Eq. 26).
        unified: The prototypes; ``ids_a`` and ``ids_b`` lead there from own clusters.
    """

    centres: tuple[Tensor, Tensor]
    members: tuple[Tensor, Tensor]
    unified: UnifiedPrototypes


@torch.no_grad()
def unify_domains(
    rows_a: Tensor,
    rows_b: Tensor,
    *,
    rule: MergeRule = "strict",
    seed: int = 0,
    cluster_counts: tuple[int, int] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> UnifiedDomains:
    """Cluster each domain, translate one onto the other, and merge close pairs (UEM Eq. 8-9).

    Args:
        rows_a: (N_a, D), unit rows, N_a at least 1.
        rows_b: (N_b, D), unit rows, N_b at least 1.
        rule: Which pairs merge; ``"strict"`` is the published rule.
        seed: Of the clustering.
        cluster_counts: Of either domain, where they are given; else by the elbow.
        should_stop: Asked at each step of the clustering.

    Raises:
        Cancelled: ``should_stop`` said so.
    """
    domains = (rows_a, rows_b)
    counts = cluster_counts or tuple(
        estimate_cluster_count(rows.float(), seed=seed, should_stop=should_stop).count
        for rows in domains
    )
    a, b = (
        kmeans(rows, count, seed=seed, should_stop=should_stop).centres
        for rows, count in zip(domains, counts, strict=True)
    )
    unified = merge_prototypes(a, b, rows_a.mean(dim=0), rows_b.mean(dim=0), rule=rule)
    members = _members(rows_a, a, should_stop), _members(rows_b, b, should_stop)
    return UnifiedDomains((a, b), members, unified)


def _members(rows: Tensor, centres: Tensor, should_stop: Callable[[], bool] | None) -> Tensor:
    """Return the Euclidean-nearest centre int64 (N,) of each row (Eq. 26)."""
    size = max(1, _BLOCK_BYTES // (8 * len(centres)))
    found = []
    for block in torch.split(rows, size):
        check_stop(should_stop)
        found.append(euclidean_distances(block, centres).argmin(dim=1))
    return torch.cat(found)
