"""Queries without a counterpart, as published: by unmerged prototypes and by distance (App. B.1).

Both branches of the published rule compare two numbers x and y and fire where x > y; each is told
as the relative difference (x - y) / (x + y), between -1 and 1 and above 0 exactly where it fires:

1. x = distance to the nearest merged prototype, y = distance to the nearest unmerged one.
2. x = D_i, dissimilarity to the nearest gallery image (Eq. 27), y = D_c, the largest one within
   the merged pair that the query belongs to (Eq. 25). Asked only where branch 1 does not fire.

The decision value of a query is the larger of the two, so that "value above 0" is the published
rule and the order of the values is a sensible order of doubt.

A query that was among those that defined D_c cannot fire branch 2 (D2 of the notes on the method):
D_i is a minimum over all gallery images and D_c a maximum over some of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.evaluation.private_decisions import PrivateDecisions
from training.geometry import euclidean_distances, joint_dissimilarity
from training.prototypes.merging import MergeRule
from training.prototypes.unifying import unify_domains

_BLOCK_BYTES = 32 * 2**20
_ROUNDING = 1e-9
"""Two dissimilarities closer than this are the same one, computed in blocks of other sizes."""

_LEAST = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True, slots=True, eq=False)
class PrototypeDecisions(PrivateDecisions):
    """Decisions with the branch that made them.

    Attributes:
        by_prototype: bool (Q,), branch 1: the nearest prototype is not merged.
        by_distance: bool (Q,), branch 2: farther from the gallery than the pair is wide.
    """

    by_prototype: NDArray[np.bool_]
    by_distance: NDArray[np.bool_]

    @property
    def second_branch_count(self) -> int:
        """How many queries only the second branch calls private."""
        return int(np.count_nonzero(self.by_distance))


@dataclass(frozen=True, slots=True, eq=False)
class PrototypeDetector:
    """The published rule, ready to judge queries, also such as it was not made from.

    Attributes:
        prototypes: float64 (C, D), cluster centres of the query domain.
        is_merged: bool (C,), which of them stand for a cluster of the gallery too.
        widths: float64 (C,), D_c of each merged pair; infinite where there is nothing to compare.
        gallery: float64 (N, D), embeddings of the gallery.
        gallery_cluster_count: Clusters of the gallery domain.
        bound: Distance below which pairs were merged.
    """

    prototypes: Tensor
    is_merged: Tensor
    widths: Tensor
    gallery: Tensor
    gallery_cluster_count: int
    bound: float

    @property
    def merged_count(self) -> int:
        """How many pairs are merged."""
        return int(self.is_merged.sum())

    def decide(self, queries: NDArray[np.float32]) -> PrototypeDecisions:
        """Judge queries.

        Args:
            queries: float32 (Q, D), of the encoder that the detector was made with.
        """
        found = [self._decide_block(block) for block in _blocks(queries, len(self.gallery))]
        empty = torch.zeros(0, dtype=torch.float64)
        first = torch.cat([one[0] for one in found]) if found else empty
        second = torch.cat([one[1] for one in found]) if found else empty
        by_prototype, by_distance = first > 0, (first <= 0) & (second > 0)
        values = torch.where(by_prototype, first, torch.maximum(first, second))
        return PrototypeDecisions(
            values=values.numpy(),
            threshold=0.0,
            by_prototype=by_prototype.numpy(),
            by_distance=by_distance.numpy(),
        )

    def _decide_block(self, queries: Tensor) -> tuple[Tensor, Tensor]:
        """Return the relative differences of branch 1 and of branch 2, each (B,)."""
        distances = euclidean_distances(queries, self.prototypes)
        cluster = distances.argmin(dim=1)
        to_merged = _least_of(distances, self.is_merged)
        to_unmerged = _least_of(distances, ~self.is_merged)
        first = _relative_difference(to_merged, to_unmerged)
        merged = self.is_merged[cluster]
        first = torch.where(merged, first.clamp(max=0), first.clamp(min=_LEAST))
        nearest = joint_dissimilarity(queries, self.gallery).amin(dim=1)
        widths = self.widths[cluster]
        second = _relative_difference(nearest, widths)
        return first, torch.where(nearest > widths + _ROUNDING, second, second.clamp(max=0))


@torch.no_grad()
def fit_prototype_detector(
    queries: NDArray[np.float32],
    gallery: NDArray[np.float32],
    *,
    rule: MergeRule = "strict",
    seed: int = 0,
    cluster_counts: tuple[int, int] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> PrototypeDetector:
    """Cluster both domains, translate the gallery's prototypes, merge, and measure the pairs.

    Args:
        queries: float32 (Q, D), unit rows, the whole query domain.
        gallery: float32 (N, D), unit rows, the whole gallery domain.
        rule: Which pairs merge; ``"strict"`` is the published rule.
        seed: Of the clustering.
        cluster_counts: Of query and gallery domain, where they are given; else by the elbow.
        should_stop: Asked at each step of the clustering.

    Raises:
        Cancelled: ``should_stop`` said so.
    """
    domains = (_double(queries), _double(gallery))
    found = unify_domains(
        *domains, rule=rule, seed=seed, cluster_counts=cluster_counts, should_stop=should_stop
    )
    centres, members, unified = found.centres, found.members, found.unified
    shared = len(unified.in_a) - unified.merged_count
    widths = torch.full((len(centres[0]),), math.inf, dtype=torch.float64)
    for own, unified_id in enumerate(unified.ids_a.tolist()):
        if unified_id >= shared:
            other = int((unified.ids_b == unified_id).nonzero()[0, 0])
            widths[own] = _width(domains[0][members[0] == own], domains[1][members[1] == other])
    return PrototypeDetector(
        prototypes=centres[0],
        is_merged=unified.ids_a >= shared,
        widths=widths,
        gallery=domains[1],
        gallery_cluster_count=len(centres[1]),
        bound=unified.bound,
    )


def _width(of_a: Tensor, of_b: Tensor) -> float:
    """Return the largest dissimilarity between the members of a merged pair (Eq. 25)."""
    if not len(of_a) or not len(of_b):
        return math.inf
    rows = max(1, _BLOCK_BYTES // (8 * len(of_b)))
    return max(float(joint_dissimilarity(block, of_b).max()) for block in torch.split(of_a, rows))


def _least_of(distances: Tensor, chosen: Tensor) -> Tensor:
    """Return the least distance (B,) to the chosen columns; infinite where there is none."""
    if not bool(chosen.any()):
        return distances.new_full((len(distances),), math.inf)
    return distances[:, chosen].amin(dim=1)


def _relative_difference(x: Tensor, y: Tensor) -> Tensor:
    """Return (x - y) / (x + y), 1 or -1 where one of them is infinite, 0 where both are 0."""
    difference = (x - y) / (x + y).clamp(min=_LEAST)
    difference = torch.where(y.isinf(), -torch.ones_like(x), difference)
    return torch.where(x.isinf(), torch.ones_like(x), difference)


def _blocks(queries: NDArray[np.float32], num_gallery: int) -> Iterator[Tensor]:
    size = max(1, _BLOCK_BYTES // (8 * max(1, num_gallery)))
    for start in range(0, len(queries), size):
        yield _double(queries[start : start + size])


def _double(rows: NDArray[np.float32]) -> Tensor:
    return torch.from_numpy(np.asarray(rows, np.float64))
