"""What can be said of two domains and an encoder without knowing a single category."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from uem_desktop.retrieval.array_cache import ArrayCache
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.domain_gap import DomainGap, domain_gap
from uem_desktop.retrieval.explorer_session import SIDES, Side
from uem_desktop.retrieval.hubs import Hubs, MutualNeighbours, hubs_of, mutual_neighbours
from uem_desktop.retrieval.mismatches import Mismatches
from uem_desktop.retrieval.near_duplicates import Duplicates, find_duplicates
from uem_desktop.retrieval.prototypes import PrototypeKind, Prototypes, prototypes_of

UNTIL_PROTOTYPES = 0.2
"""The share of all diagnostics that is done once the prototypes are found."""

_UNTIL_GAP = 0.06


@dataclass(frozen=True, slots=True, eq=False)
class Occupancy:
    """How the images of both domains lie on the unified prototypes.

    Attributes:
        prototypes: The prototypes.
        merged_count: Those with images of both domains.
        own_count: Those of the query domain alone.
        translated_count: Those of the gallery domain alone.
    """

    prototypes: Prototypes
    merged_count: int
    own_count: int
    translated_count: int

    def lone_share(self, side: Side) -> float:
        """Return the share of a domain's images in prototypes of that domain alone, 0..1."""
        sizes = self.prototypes.sizes(side)
        is_lone = np.array([kind is not PrototypeKind.MERGED for kind in self.prototypes.kinds])
        return float(sizes[is_lone].sum() / max(1, sizes.sum()))


@dataclass(frozen=True, slots=True, eq=False)
class Diagnostics:
    """Everything together.

    Attributes:
        mutual: How often queries and matches choose each other.
        hubs: How evenly gallery images are found.
        gap: How far apart the domains lie.
        occupancy: How they lie on the unified prototypes.
        duplicates: Pictures that are there more than once.
    """

    mutual: MutualNeighbours
    hubs: Hubs
    gap: DomainGap
    occupancy: Occupancy
    duplicates: Duplicates


Part = MutualNeighbours | Hubs | DomainGap | Occupancy | Duplicates


def diagnose(
    found: Mismatches,
    query: DomainEmbeddings,
    gallery: DomainEmbeddings,
    *,
    on_part: Callable[[Part], None] | None = None,
    on_progress: Callable[[float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    cache: ArrayCache | None = None,
) -> Diagnostics:
    """Diagnose a direction of retrieval.

    Args:
        found: The first matches of every query, both ways.
        query: The query domain as the encoder made it, without retrieval-time help.
        gallery: The gallery domain, likewise.
        on_part: Told each part as soon as it is known.
        on_progress: Told the share that is done, 0..1.
        should_stop: Asked between blocks of work.
        cache: Where prototypes are kept; the user's cache by default.

    Raises:
        Cancelled: ``should_stop`` said so.
        UserError: A domain has no embedded image, or the two were embedded by different encoders.
    """
    report = on_progress or (lambda _: None)
    occupancy = occupancy_of(prototypes_of(query, gallery, cache=cache, should_stop=should_stop))
    if on_part is not None:
        on_part(occupancy)
    report(UNTIL_PROTOTYPES)
    mutual, hubs, gap, duplicates = diagnose_images(
        found, query, gallery, on_part=on_part,
        on_progress=lambda share: report(UNTIL_PROTOTYPES + (1 - UNTIL_PROTOTYPES) * share),
        should_stop=should_stop,
    )  # fmt: skip
    return Diagnostics(mutual, hubs, gap, occupancy, duplicates)


def diagnose_images(
    found: Mismatches,
    query: DomainEmbeddings,
    gallery: DomainEmbeddings,
    *,
    on_part: Callable[[Part], None] | None = None,
    on_progress: Callable[[float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[MutualNeighbours, Hubs, DomainGap, Duplicates]:
    """Diagnose all that needs no prototypes; see `diagnose`."""
    tell = on_part or (lambda _: None)
    report = on_progress or (lambda _: None)
    mutual, hubs = mutual_neighbours(found), hubs_of(found)
    tell(mutual)
    tell(hubs)
    gap = domain_gap(query, gallery, should_stop)
    tell(gap)
    report(_UNTIL_GAP)
    duplicates = find_duplicates(
        query,
        gallery,
        on_progress=lambda share: report(_UNTIL_GAP + (1 - _UNTIL_GAP) * share),
        should_stop=should_stop,
    )
    tell(duplicates)
    return mutual, hubs, gap, duplicates


def occupancy_of(prototypes: Prototypes) -> Occupancy:
    """Count prototypes by the domains whose images they hold; those without images do not count."""
    has_query, has_gallery = (prototypes.sizes(side) > 0 for side in SIDES)
    return Occupancy(
        prototypes,
        merged_count=int((has_query & has_gallery).sum()),
        own_count=int((has_query & ~has_gallery).sum()),
        translated_count=int((~has_query & has_gallery).sum()),
    )
