"""What the colours of a map can tell: domain, category, prototype, AP, decision."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from training.evaluation.query_results import QueryResults
from uem_desktop.retrieval.decided_about import DecidedFilter
from uem_desktop.retrieval.decided_marks import DecidedMarks, NothingDecided
from uem_desktop.retrieval.explorer_session import LoadedDomain
from uem_desktop.retrieval.map_points import MapPoints
from uem_desktop.retrieval.mismatches import category_codes
from uem_desktop.retrieval.prototypes import PrototypeKind, Prototypes

AP_EDGES = (0.2, 0.4, 0.6, 0.8)
_AP_TITLES = ("below 20 %", "20 to 40 %", "40 to 60 %", "60 to 80 %", "80 % and more")
_DECIDED = (
    DecidedFilter.ACCEPTED,
    DecidedFilter.REJECTED,
    DecidedFilter.UNSURE,
    DecidedFilter.CONFIRMED,
    DecidedFilter.NOTED,
)
_DECIDED_TITLES = ("accepted", "rejected", "unsure", "no counterpart", "noted")

Codes = NDArray[np.int16]


class ColourBy(StrEnum):
    """What colours can tell."""

    DOMAIN = "domain"
    CATEGORY = "category"
    PROTOTYPE = "prototype"
    AP = "ap"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of a legend.

    Attributes:
        title: What has this colour.
        count: How many points.
    """

    title: str
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Colouring:
    """A colour for each point.

    Attributes:
        by: What it tells.
        codes: int16 (P,), place among the keys; -1 for none of them.
        keys: The legend, in the order of the codes.
        others: What a point without a key is; empty where there is none.
    """

    by: ColourBy
    codes: Codes
    keys: tuple[Key, ...]
    others: str = ""

    @property
    def other_count(self) -> int:
        """How many points have no key."""
        return int(np.count_nonzero(self.codes < 0))


def by_domain(points: MapPoints) -> Colouring:
    """Tell the two domains apart."""
    names = tuple(domain.scan.folder.name for domain in (points.query, points.gallery))
    titles = (f"{names[0]} · query domain", f"{names[1]} · gallery domain")
    return _colouring(ColourBy.DOMAIN, points.is_gallery.astype(np.int64), titles)


def by_category(points: MapPoints) -> Colouring:
    """Tell categories apart, in the order of their names."""
    categories = tuple(sorted({*points.query.rows_by_category, *points.gallery.rows_by_category}))
    codes = (category_codes(domain, categories) for domain in (points.query, points.gallery))
    return _colouring(ColourBy.CATEGORY, points.of_images(*codes), categories, "without category")


def by_prototype(points: MapPoints, prototypes: Prototypes) -> Colouring:
    """Tell unified prototypes apart, by their number from 1."""
    codes = points.of_images(prototypes.ids("query"), prototypes.ids("gallery"))
    titles = tuple(
        f"{number + 1} · {kind_text(kind, prototypes)}"
        for number, kind in enumerate(prototypes.kinds)
    )
    return _colouring(ColourBy.PROTOTYPE, codes, titles, "without prototype")


def kind_text(kind: PrototypeKind, prototypes: Prototypes) -> str:
    """Say of which domains a prototype is."""
    if kind is PrototypeKind.MERGED:
        return "merged"
    is_own = kind is PrototypeKind.OWN
    return (prototypes.query if is_own else prototypes.gallery).scan.folder.name


def by_ap(points: MapPoints, results: QueryResults) -> Colouring:
    """Tell how well queries retrieve: plain AP in steps of 20 %.

    Args:
        points: The map.
        results: Of the ready queries of its query domain, in row order.
    """
    codes = np.full(len(points.query.records), -1, np.int64)
    rows = points.query.ready_rows()
    scored = rows[results.is_scored]
    codes[scored] = np.digitize(results.plain_ap[results.is_scored], AP_EDGES)
    none = np.full(len(points.gallery.records), -1, np.int64)
    return _colouring(
        ColourBy.AP, points.of_images(codes, none), _AP_TITLES, "gallery, or query without AP"
    )


def by_decision(
    points: MapPoints,
    marks: DecidedMarks | NothingDecided,
    query: LoadedDomain,
    gallery: LoadedDomain,
) -> Colouring:
    """Tell what a person decided about images, in pairs or alone; the first of several counts."""
    codes = [_decided_codes(marks, domain) for domain in (query, gallery)]
    return _colouring(
        ColourBy.DECISION, points.of_images(*codes), _DECIDED_TITLES, "nothing decided"
    )


def _decided_codes(marks: DecidedMarks | NothingDecided, domain: LoadedDomain) -> NDArray[np.int64]:
    codes = np.full(len(domain.records), -1, np.int64)
    for code in reversed(range(len(_DECIDED))):
        kept = marks.kept(_DECIDED[code], domain.records)
        codes[kept] = code
    return codes


def _colouring(
    by: ColourBy, codes: NDArray[np.int64], titles: tuple[str, ...], others: str = ""
) -> Colouring:
    counts = np.bincount(codes[codes >= 0], minlength=len(titles)).tolist()
    keys = tuple(Key(title, count) for title, count in zip(titles, counts, strict=True))
    return Colouring(by, codes.astype(np.int16), keys, others if (codes < 0).any() else "")
