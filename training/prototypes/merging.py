"""Unified prototypes: those of both domains in one list, as they lie in either domain."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Literal

import torch
from torch import Tensor

from training.geometry import euclidean_distances

MergeRule = Literal["strict", "mean_gap", "mutual", "all"]


@dataclass(frozen=True, slots=True)
class UnifiedPrototypes:
    """Prototypes of both domains under one numbering (UEM Eq. 8-9).

    Both lists hold the same prototypes, ``in_b = in_a + shift``, unless the domains were kept
    separate. Rows are not of unit length.

    Attributes:
        in_a: (C, D), as they lie in domain A: unmerged ones of A, unmerged ones of B translated,
            merged ones.
        in_b: (C, D), as they lie in domain B.
        ids_a: int64 (C_a,), row (unified id) of each cluster of A.
        ids_b: int64 (C_b,), row (unified id) of each cluster of B.
        merged_count: Rows that stand for a cluster of either domain.
        bound: Distance below which pairs were merged; infinite where the rule has none.
        shift: (D,), from the mean of domain A to that of domain B.
    """

    in_a: Tensor
    in_b: Tensor
    ids_a: Tensor
    ids_b: Tensor
    merged_count: int
    bound: float
    shift: Tensor

    def state(self) -> dict[str, Tensor]:
        """Return everything as tensors, for a checkpoint."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        values["merged_count"] = torch.tensor(self.merged_count)
        values["bound"] = torch.tensor(self.bound, dtype=torch.float64)
        return values

    @classmethod
    def from_state(cls, state: dict[str, Tensor]) -> UnifiedPrototypes:
        """Return the prototypes whose ``state`` this is."""
        return cls(
            in_a=state["in_a"],
            in_b=state["in_b"],
            ids_a=state["ids_a"],
            ids_b=state["ids_b"],
            merged_count=int(state["merged_count"]),
            bound=float(state["bound"]),
            shift=state["shift"],
        )


@torch.no_grad()
def merge_prototypes(
    centres_a: Tensor,
    centres_b: Tensor,
    mean_a: Tensor,
    mean_b: Tensor,
    *,
    rule: MergeRule = "strict",
) -> UnifiedPrototypes:
    """Translate one domain onto the other, pair the centres and merge close pairs (UEM Eq. 8-9).

    One pairing serves both domains, since distances after translation are the same in either.

    Args:
        centres_a: (C_a, D), cluster centres of domain A.
        centres_b: (C_b, D), cluster centres of domain B.
        mean_a: (D,), mean of the memory bank of A.
        mean_b: (D,), mean of the memory bank of B.
        rule: ``"strict"``: Hungarian pairs closer than the smallest gap between two centres of
            one domain, as published; ``"mean_gap"``: closer than the mean gap between a centre
            and the nearest other one of its domain; ``"mutual"``: pairs that are each other's
            nearest; ``"all"``: every Hungarian pair.
    """
    device = centres_a.device
    a, b = centres_a.cpu().double(), centres_b.cpu().double()
    shift = mean_b.cpu().double() - mean_a.cpu().double()
    translated = b - shift
    cost = euclidean_distances(a, translated)
    bound = _bound(a, b, rule)
    if rule == "mutual":
        of_a, of_b = _mutual_pairs(cost)
    else:
        of_a, of_b = _hungarian_pairs(cost)
        close = cost[of_a, of_b] < bound
        of_a, of_b = of_a[close], of_b[close]
    lone_a, lone_b = _others(of_a, len(a)), _others(of_b, len(b))
    in_a = torch.cat([a[lone_a], translated[lone_b], (a[of_a] + translated[of_b]) / 2])
    new_ids = torch.arange(len(in_a))
    merged_from = len(lone_a) + len(lone_b)
    ids_a, ids_b = new_ids.new_empty(len(a)), new_ids.new_empty(len(b))
    ids_a[lone_a], ids_b[lone_b] = new_ids[: len(lone_a)], new_ids[len(lone_a) : merged_from]
    ids_a[of_a] = ids_b[of_b] = new_ids[merged_from:]
    return UnifiedPrototypes(
        in_a=in_a.to(centres_a),
        in_b=(in_a + shift).to(centres_b),
        ids_a=ids_a.to(device),
        ids_b=ids_b.to(device),
        merged_count=len(of_a),
        bound=bound,
        shift=shift.to(centres_a),
    )


def separate_prototypes(
    centres_a: Tensor, centres_b: Tensor, mean_a: Tensor, mean_b: Tensor
) -> UnifiedPrototypes:
    """Keep each domain to its own centres, which is UEM without prototype merging.

    The two lists may differ in length, and equal ids in them mean nothing.

    Args:
        centres_a: (C_a, D), cluster centres of domain A.
        centres_b: (C_b, D), cluster centres of domain B.
        mean_a: (D,), mean of the memory bank of A.
        mean_b: (D,), mean of the memory bank of B.
    """
    return UnifiedPrototypes(
        in_a=centres_a,
        in_b=centres_b,
        ids_a=torch.arange(len(centres_a), device=centres_a.device),
        ids_b=torch.arange(len(centres_b), device=centres_b.device),
        merged_count=0,
        bound=0.0,
        shift=mean_b - mean_a,
    )


def _bound(a: Tensor, b: Tensor, rule: MergeRule) -> float:
    """Return the distance below which a pair merges; a lone centre has no gap to others."""
    if rule in ("mutual", "all"):
        return math.inf
    gaps = torch.cat([_gaps(a), _gaps(b)])
    if not len(gaps):
        return math.inf
    return float(gaps.min() if rule == "strict" else gaps.mean())


def _gaps(centres: Tensor) -> Tensor:
    """Return the distance of each centre to the nearest other one; nothing for a single one."""
    if len(centres) < 2:
        return centres.new_empty(0)
    return euclidean_distances(centres, centres).fill_diagonal_(math.inf).amin(dim=1)


def _hungarian_pairs(cost: Tensor) -> tuple[Tensor, Tensor]:
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(cost.numpy())
    return torch.from_numpy(rows).long(), torch.from_numpy(columns).long()


def _mutual_pairs(cost: Tensor) -> tuple[Tensor, Tensor]:
    nearest_b, nearest_a = cost.argmin(dim=1), cost.argmin(dim=0)
    of_a = torch.arange(len(cost))
    of_a = of_a[nearest_a[nearest_b] == of_a]
    return of_a, nearest_b[of_a]


def _others(chosen: Tensor, count: int) -> Tensor:
    is_other = torch.ones(count, dtype=torch.bool)
    is_other[chosen] = False
    return is_other.nonzero()[:, 0]
