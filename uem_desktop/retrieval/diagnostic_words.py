"""Diagnostics in words: a number, and a sentence on what it means, for the window and the shell."""

from __future__ import annotations

from dataclasses import dataclass

from uem_desktop.retrieval.diagnostics import Occupancy, Part
from uem_desktop.retrieval.domain_gap import DomainGap
from uem_desktop.retrieval.hubs import Hubs, MutualNeighbours
from uem_desktop.retrieval.near_duplicates import (
    MAX_DIFFERENCE,
    MIN_CORRELATION,
    MIN_SIMILARITY,
    SMALL_SIDE,
    Duplicates,
)

NO_NUMBER = "–"


@dataclass(frozen=True, slots=True)
class Finding:
    """One diagnostic in words.

    Attributes:
        name: What a program calls it.
        title: What is measured.
        value: The number.
        unit: What the number counts, in a few words.
        sentence: What it means here.
        method: How it is measured, and what is good.
    """

    name: str
    title: str
    value: str
    unit: str
    sentence: str
    method: str


TITLES = {
    "mutual": "Mutual neighbours",
    "hubs": "Hubs",
    "gap": "Domain gap",
    "prototypes": "Prototypes",
    "duplicates": "Near-duplicates",
}


def finding(part: Part) -> Finding:
    """Return a part in words."""
    match part:
        case MutualNeighbours():
            return _mutual(part)
        case Hubs():
            return _hubs(part)
        case DomainGap():
            return _gap(part)
        case Occupancy():
            return _occupancy(part)
        case Duplicates():
            return _duplicates(part)


def _mutual(part: MutualNeighbours) -> Finding:
    lonely = len(part.lonely)
    if part.rate is None:
        sentence = "There are no matches."
    elif not lonely:
        sentence = "Every query is chosen in return by at least one of its matches."
    else:
        sentence = (
            f"{_some(lonely, 'query', 'queries')} of {part.query_count:,}"
            f" {'is' if lonely == 1 else 'are'} chosen by none of"
            f" {'its' if lonely == 1 else 'their'} own matches; such matches are right less often."
        )
    return Finding(
        "mutual",
        TITLES["mutual"],
        NO_NUMBER if part.rate is None else _percent(part.rate),
        f"of the first {part.depth} matches choose the query in return",
        sentence,
        f"A match is mutual when the query is among the first {part.depth} images of the query"
        " domain that the match itself finds. 100 % would be perfect agreement of both directions.",
    )


def _hubs(part: Hubs) -> Finding:
    if not len(part.rows):
        sentence = "No gallery image is found far more often than the others."
    else:
        most = int(part.counts[part.rows[0]])
        share = most / max(1, part.query_count)
        sentence = (
            f"The largest is among the first {part.depth} of {most:,} queries"
            f" ({_percent(share)}), where {part.expected:.1f} would be even."
        )
    if len(part.never_rows):
        sentence += f" {_some(len(part.never_rows), 'image')} of the gallery" + (
            " is never found." if len(part.never_rows) == 1 else " are never found."
        )
    skewness = NO_NUMBER if part.skewness is None else f"{part.skewness:.2f}"
    return Finding(
        "hubs",
        TITLES["hubs"],
        f"{len(part.rows):,}",
        f"gallery images crowd out others · skewness {skewness}",
        sentence,
        f"Counted is among the first {part.depth} matches of how many queries an image is; a hub"
        " lies 2 standard deviations above the mean. Skewness is about 0 where all are found"
        " alike and grows with the hubs; retrieval help can push hubs back.",
    )


def _gap(part: DomainGap) -> Finding:
    relative = part.relative_distance
    distance = NO_NUMBER if relative is None else f"{relative:.2f}"
    return Finding(
        "gap",
        TITLES["gap"],
        NO_NUMBER if part.auc is None else f"{part.auc:.3f}",
        f"AUC of telling the domains apart · means {distance} spreads apart",
        _gap_sentence(part.auc),
        "A linear classifier learns from four fifths of the images which domain each is of and"
        " judges the rest, five times. 0.5 is chance, 1 tells all apart. The distance of the two"
        " means is given in units of the spread within the domains.",
    )


def _gap_sentence(auc: float | None) -> str:
    if auc is None:
        return "A domain has fewer than 5 images: too few to say."
    if auc >= 0.9:
        return (
            "The encoder sees from which domain nearly every image is. Training on these folders"
            " is there to bring the domains together."
        )
    if auc >= 0.7:
        return "The domain shows in many images, but both lie in much the same region."
    return "The domains can hardly be told apart: what is compared is not the style."


def _occupancy(part: Occupancy) -> Finding:
    count = part.merged_count + part.own_count + part.translated_count
    lone_query, lone_gallery = part.lone_share("query"), part.lone_share("gallery")
    if part.merged_count == count:
        sentence = "Every prototype holds images of both domains."
    else:
        sentence = (
            f"{part.own_count:,} of the query domain alone hold {_percent(lone_query)} of its"
            f" images, {part.translated_count:,} of the gallery domain alone hold"
            f" {_percent(lone_gallery)} of its images: kinds of things that may have no"
            " counterpart."
        )
    return Finding(
        "prototypes",
        TITLES["prototypes"],
        f"{part.merged_count:,} of {count:,}",
        "unified prototypes hold images of both domains",
        sentence,
        "Each domain is clustered, the gallery's clusters are moved by the difference of the"
        " means, and close ones become one (UEM Eq. 8-9).",
    )


def _duplicates(part: Duplicates) -> Finding:
    images = sum(len(group.images) for group in part.groups)
    if not part.groups:
        sentence = "No picture is there twice."
    else:
        sentence = (
            f"{_some(images, 'image')} show {_some(len(part.groups), 'picture')};"
            f" {_some(part.across_count, 'picture')} {'is' if part.across_count == 1 else 'are'}"
            " in both domains, which makes retrieval look easier than it is."
            if part.across_count
            else f"{_some(images, 'image')} show {_some(len(part.groups), 'picture')}, none of"
            " them in both domains."
        )
    left_out = part.proposed_count - part.compared_count
    limit = f" {left_out:,} less similar pairs were not compared." if left_out else ""
    return Finding(
        "duplicates",
        TITLES["duplicates"],
        f"{len(part.groups):,}",
        "pictures are there more than once",
        sentence + limit,
        f"Pairs whose embeddings have a cosine of {MIN_SIMILARITY:g} or more are compared pixel by"
        f" pixel at {SMALL_SIDE} × {SMALL_SIDE}: one picture if they differ by {MAX_DIFFERENCE:g}"
        f" at most and correlate by {MIN_CORRELATION:g} or more. Re-encoded and resized copies are"
        " found; mirrored and cropped ones are not.",
    )


def _some(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
