"""The images behind a diagnostic: entries, each with images of either domain to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uem_desktop.retrieval.diagnostics import Occupancy, Part
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.domain_gap import DomainGap
from uem_desktop.retrieval.explorer_session import SIDES, Side
from uem_desktop.retrieval.hubs import Hubs, MutualNeighbours, queries_of
from uem_desktop.retrieval.mismatches import Mismatches
from uem_desktop.retrieval.near_duplicates import Duplicates, ImageAt
from uem_desktop.retrieval.prototypes import PrototypeKind, Prototypes
from uem_desktop.retrieval.why_words import title

Rows = NDArray[np.int64]
Domains = dict[Side, DomainEmbeddings]

_SHOWN_OF_GAP = 60
_NAMED_CATEGORIES = 2
_OTHERS = ("gallery", "queries")
_NONE: Rows = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that stands out.

    Attributes:
        image: The image that stands for it.
        name: What it is called.
        detail: Second line of text.
        value: Its number.
        second: What else is counted.
        query_rows: Images of the query domain that belong to it.
        gallery_rows: Images of the gallery domain that belong to it.
        query_title: What those of the query domain are.
        gallery_title: What those of the gallery domain are.
    """

    image: ImageAt
    name: str
    detail: str
    value: str
    second: str
    query_rows: Rows
    gallery_rows: Rows
    query_title: str
    gallery_title: str


class Entries:
    """Entries that are made when they are looked at.

    Attributes:
        domains: The images behind them.
        title: What they are.
        nothing: What is said where there are none.
    """

    def __init__(
        self,
        domains: Domains,
        title: str,
        count: int,
        make: Callable[[int], Entry],
        nothing: str = "",
    ) -> None:
        self.domains = domains
        self.title = title
        self.nothing = nothing
        self._count = count
        self._make = make

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: int) -> Entry:
        return self._make(number)


def entries_of(part: Part, found: Mismatches) -> Entries:
    """Return what stands out in a diagnostic, the most telling first.

    Args:
        part: The diagnostic.
        found: The matches that it was made from.
    """
    match part:
        case MutualNeighbours():
            return _lonely(part, found)
        case Hubs():
            return _hubs(part, found)
        case DomainGap():
            return _sides(part, {"query": found.query, "gallery": found.gallery})
        case Occupancy():
            return prototype_entries(part.prototypes, lone_first=True)
        case Duplicates():
            return _groups(part, {"query": found.query, "gallery": found.gallery})


def prototype_entries(prototypes: Prototypes, *, lone_first: bool = False) -> Entries:
    """Return the unified prototypes with their images, most central first.

    Merged ones come first, and in each kind those with the most images.

    Args:
        prototypes: The prototypes.
        lone_first: Those of one domain alone come before the merged ones.
    """
    domains: Domains = {"query": prototypes.query, "gallery": prototypes.gallery}
    sizes = {side: prototypes.sizes(side) for side in SIDES}
    total = sizes["query"] + sizes["gallery"]
    kinds = list(PrototypeKind) if lone_first else list(reversed(PrototypeKind))
    order = sorted(
        np.flatnonzero(total > 0).tolist(),
        key=lambda number: (kinds.index(prototypes.kinds[number]), -total[number], number),
    )

    def make(place: int) -> Entry:
        number = order[place]
        rows = {side: prototypes.central_rows(side, number) for side in SIDES}
        side: Side = "query" if len(rows["query"]) else "gallery"
        counts: Counter[str] = Counter()
        for of in SIDES:
            counts.update(domains[of].records.category_counts(rows[of]))
        name = title(number)
        return Entry(
            image=(side, int(rows[side][0])),
            name=name[:1].upper() + name[1:],
            detail=shares_text(counts),
            value=f"{len(rows['query']):,} + {len(rows['gallery']):,}",
            second=str(prototypes.kinds[number]),
            query_rows=rows["query"],
            gallery_rows=rows["gallery"],
            query_title="most central first",
            gallery_title="most central first",
        )

    heading = "Prototypes of one domain first" if lone_first else "Prototypes, merged ones first"
    return Entries(domains, heading, len(order), make)


def shares_text(counts: Mapping[str, int]) -> str:
    """Name the largest categories with their shares; empty where no image has one.

    Args:
        counts: How many images each category has.
    """
    total = sum(counts.values())
    largest = sorted(counts, key=lambda name: (-counts[name], name))[:_NAMED_CATEGORIES]
    return ", ".join(f"{display_text(name)} {100 * counts[name] / total:.0f} %" for name in largest)


def _lonely(part: MutualNeighbours, found: Mismatches) -> Entries:
    places = np.searchsorted(found.rows, part.lonely)
    order = np.argsort(-found.similarities[places, 0], kind="stable") if len(places) else places

    def make(number: int) -> Entry:
        place = int(places[order[number]])
        row = int(found.rows[place])
        record = found.query.records[row]
        return Entry(
            image=("query", row),
            name=display_text(record.path.name),
            detail=record.category or "",
            value=f"{found.similarities[place, 0]:.3f}",
            second="to its first match",
            query_rows=np.array([row]),
            gallery_rows=found.matches[place, : part.depth],
            query_title="the query",
            gallery_title="its matches; none chooses it",
        )

    return Entries(
        {"query": found.query, "gallery": found.gallery},
        "Chosen by none of their matches, surest first",
        len(places),
        make,
        "Each query is chosen by one of its matches.",
    )


def _hubs(part: Hubs, found: Mismatches) -> Entries:
    def make(number: int) -> Entry:
        if number == len(part.rows):
            return _never_found(part, found)
        row = int(part.rows[number])
        record, count = found.gallery.records[row], int(part.counts[row])
        return Entry(
            image=("gallery", row),
            name=display_text(record.path.name),
            detail=record.category or "",
            value=f"{count:,} queries",
            second=f"{100 * count / max(1, part.query_count):.0f} %",
            query_rows=queries_of(found, part, row),
            gallery_rows=np.array([row]),
            query_title=f"have it in their first {part.depth}",
            gallery_title="the hub",
        )

    return Entries(
        {"query": found.query, "gallery": found.gallery},
        "Hubs, the most often found first",
        len(part.rows) + int(len(part.never_rows) > 0),
        make,
        "No gallery image crowds out others.",
    )


def _never_found(part: Hubs, found: Mismatches) -> Entry:
    return Entry(
        image=("gallery", int(part.never_rows[0])),
        name="Never found",
        detail=f"among no query's first {part.depth}",
        value=f"{len(part.never_rows):,} images",
        second=f"{100 * len(part.never_rows) / max(1, found.gallery.ready_count):.0f} %",
        query_rows=_NONE,
        gallery_rows=part.never_rows,
        query_title="no query finds them",
        gallery_title="in path order",
    )


def _sides(part: DomainGap, domains: Domains) -> Entries:
    if part.auc is None:
        return Entries(domains, "", 0, _no_entry, "A domain has fewer than 5 images.")
    queries = part.query_rows[np.argsort(-part.query_sides, kind="stable")]
    gallery = part.gallery_rows[np.argsort(part.gallery_sides, kind="stable")]
    strays = int((part.query_sides > 0).sum()), int((part.gallery_sides < 0).sum())
    parts = (
        ("Like the other domain", f"{strays[0]:,} + {strays[1]:,} on the other's side", 1),
        ("Most typical of its domain", "deepest on the own side", -1),
    )

    def make(number: int) -> Entry:
        name, detail, step = parts[number]
        rows = queries[::step][:_SHOWN_OF_GAP], gallery[::step][:_SHOWN_OF_GAP]
        words = [f"most like the {other}" if step == 1 else "most typical" for other in _OTHERS]
        return Entry(
            image=("query", int(rows[0][0])),
            name=name,
            detail=detail,
            value="",
            second="",
            query_rows=rows[0],
            gallery_rows=rows[1],
            query_title=words[0],
            gallery_title=words[1],
        )

    return Entries(domains, "What a linear classifier sees", len(parts), make)


def _groups(part: Duplicates, domains: Domains) -> Entries:
    def make(number: int) -> Entry:
        group = part.groups[number]
        side, row = group.images[0]
        rows = {of: np.array(group.rows(of), np.int64) for of in SIDES}
        return Entry(
            image=(side, row),
            name=display_text(domains[side].records[row].path.name),
            detail="same bytes" if group.are_identical else "same picture",
            value=f"{len(group.images):,} images",
            second="both domains" if group.is_across else f"{side} domain",
            query_rows=rows["query"],
            gallery_rows=rows["gallery"],
            query_title="the same picture" if len(rows["query"]) else "not here",
            gallery_title="the same picture" if len(rows["gallery"]) else "not here",
        )

    return Entries(
        domains, "Pictures in both domains first", len(part.groups), make, "No picture is twice."
    )


def _no_entry(number: int) -> Entry:
    raise IndexError(number)
