"""The unified prototypes of the two domains as they are embedded now: own, translated, merged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from training.errors import UserError, check_stop
from uem_desktop.retrieval.array_cache import ArrayCache, Arrays, fingerprint
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.explorer_session import SIDES, Side

_SETTINGS = "prototypes 1, strict, seed 0"

Rows = NDArray[np.int64]
Numbers = NDArray[np.float64]


class PrototypeKind(StrEnum):
    """What a unified prototype is, seen from the query domain (UEM Eq. 8-9)."""

    OWN = "own"
    """A cluster of the query domain that was not merged."""
    TRANSLATED = "translated"
    """A cluster of the gallery domain that was not merged, moved by the difference of the means."""
    MERGED = "merged"
    """A cluster of either domain, close enough after translation to be one."""


@dataclass(frozen=True, slots=True, eq=False)
class _Members:
    """One domain's part: of each image its unified id and its distance to the own centre."""

    ids: Rows
    distances: Numbers


class Prototypes:
    """The unified prototypes of two domains; never changed.

    Unified ids count from 0: the own ones, then the translated ones, then the merged ones. Each
    image belongs to the cluster of its own domain whose centre is nearest (UEM Eq. 26), and so to
    one unified prototype. Categories take no part.

    Attributes:
        query: The query domain.
        gallery: The gallery domain.
        in_query: float64 (C, D), the prototypes as they lie in the query domain; not unit length.
        in_gallery: float64 (C, D), as they lie in the gallery domain.
        bound: Euclidean distance below which two clusters were merged.
    """

    def __init__(self, query: DomainEmbeddings, gallery: DomainEmbeddings, arrays: Arrays) -> None:
        self.query = query
        self.gallery = gallery
        self.in_query: Numbers = arrays["in_query"].astype(np.float64)
        self.in_gallery: Numbers = arrays["in_gallery"].astype(np.float64)
        self.bound = float(arrays["bound"])
        self._members = {
            side: _spread(domain, arrays[f"{side}_ids"], arrays[f"{side}_distances"])
            for side, domain in zip(SIDES, (query, gallery), strict=True)
        }

    def __len__(self) -> int:
        return len(self.in_query)

    def ids(self, side: Side) -> Rows:
        """Return the unified id of each image of a domain, int64 (N,); -1 without embedding."""
        return self._members[side].ids

    def sizes(self, side: Side) -> Rows:
        """Return how many images of a domain each prototype has, int64 (C,)."""
        ids = self.ids(side)
        return np.bincount(ids[ids >= 0], minlength=len(self)).astype(np.int64)

    @cached_property
    def kinds(self) -> tuple[PrototypeKind, ...]:
        """What each prototype is, C of them."""
        of_query, of_gallery = (self.sizes(side) > 0 for side in SIDES)
        return tuple(
            PrototypeKind.MERGED
            if here and there
            else PrototypeKind.OWN
            if here
            else PrototypeKind.TRANSLATED
            for here, there in zip(of_query.tolist(), of_gallery.tolist(), strict=True)
        )

    def count(self, kind: PrototypeKind) -> int:
        """Return how many prototypes are of a kind."""
        return self.kinds.count(kind)

    def central_rows(self, side: Side, number: int, most: int | None = None) -> Rows:
        """Return a domain's images of a prototype, nearest to their own centre first, int64 (n,).

        Equally near ones: lower row first.

        Args:
            side: The domain.
            number: Unified id.
            most: At most so many; None for all.
        """
        members = self._members[side]
        rows = np.flatnonzero(members.ids == number)
        order = np.argsort(members.distances[rows], kind="stable")
        return rows[order][:most].astype(np.int64)


def prototypes_of(
    query: DomainEmbeddings,
    gallery: DomainEmbeddings,
    *,
    cache: ArrayCache | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Prototypes:
    """Cluster both domains and unify the clusters, as UEM does and `uem evaluate` judges with.

    k-means with the number of clusters at the elbow in each domain, the gallery's centres moved by
    the difference of the domain means, close pairs merged by the published rule (UEM Eq. 8-9).
    Equal embeddings give equal prototypes; what was computed once is read from the disk.

    Args:
        query: The query domain.
        gallery: The gallery domain, of the same encoder.
        cache: Where results are kept; the user's cache by default.
        should_stop: Asked at each step of the clustering.

    Raises:
        Cancelled: ``should_stop`` said so.
        UserError: A domain has no embedded image, or the two were embedded by different encoders.
    """
    for side, domain in zip(SIDES, (query, gallery), strict=True):
        if not domain.ready_count:
            raise UserError(f"There are no prototypes: no image of the {side} domain is embedded.")
    if query.dimension != gallery.dimension:
        raise UserError("The two domains were embedded by different encoders.")
    cache = cache or ArrayCache()
    name = fingerprint(_SETTINGS, query, gallery, should_stop=should_stop)
    arrays = cache.load(name)
    if arrays is None:
        arrays = _unified(query, gallery, should_stop)
        cache.keep(name, arrays)
    return Prototypes(query, gallery, arrays)


def _unified(
    query: DomainEmbeddings, gallery: DomainEmbeddings, should_stop: Callable[[], bool] | None
) -> Arrays:
    import torch

    from training.prototypes.unifying import unify_domains

    rows = [
        torch.from_numpy(domain.embeddings[domain.ready_rows()].astype(np.float64))
        for domain in (query, gallery)
    ]
    found = unify_domains(*rows, should_stop=should_stop)
    check_stop(should_stop)
    unified = found.unified
    arrays: Arrays = {
        "in_query": unified.in_a.numpy(),
        "in_gallery": unified.in_b.numpy(),
        "bound": np.array(unified.bound),
    }
    of_clusters = (unified.ids_a, unified.ids_b)
    for side, domain, centres, members, ids in zip(
        SIDES, rows, found.centres, found.members, of_clusters, strict=True
    ):
        arrays[f"{side}_ids"] = ids[members].numpy()
        arrays[f"{side}_distances"] = (domain - centres[members]).norm(dim=1).numpy()
    return arrays


def _spread(
    domain: DomainEmbeddings, ids: NDArray[np.generic], distances: NDArray[np.generic]
) -> _Members:
    """Return what is known of ready images for all images of a domain."""
    rows, count = domain.ready_rows(), len(domain.records)
    all_ids, all_distances = np.full(count, -1, np.int64), np.full(count, np.nan)
    all_ids[rows], all_distances[rows] = ids, distances
    return _Members(all_ids, all_distances)
