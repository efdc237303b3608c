"""Which colouring a map gets, what has to be computed for it, and what is said of it."""

from __future__ import annotations

from uem_desktop.pages.map_header import COLOUR_TITLES
from uem_desktop.pages.map_keeper import MapKeeper
from uem_desktop.retrieval.decided_marks import DecidedMarks, NothingDecided
from uem_desktop.retrieval.explorer_session import SIDES, ExplorerSession
from uem_desktop.retrieval.map_colouring import (
    ColourBy,
    Colouring,
    by_ap,
    by_category,
    by_decision,
    by_domain,
    by_prototype,
)
from uem_desktop.retrieval.map_neighbours import Neighbours
from uem_desktop.retrieval.map_words import (
    marks_text,
    neighbours_text,
    population_text,
    prototypes_text,
)


def facts_text(keeper: MapKeeper, *, has_prototypes: bool) -> str:
    """Say of which images a map is, and of its prototypes where they are shown."""
    if keeper.points is None:
        return ""
    parts = [population_text(keeper.points)]
    if keeper.prototypes is not None and has_prototypes:
        parts.append(prototypes_text(keeper.prototypes))
    return " · ".join((*parts, "embeddings as the encoder made them; categories only colour"))


def lines_text(
    found: Neighbours | None, count: int, chosen: int, other: Neighbours | None, title: str
) -> str:
    """Say what lines show, and how many are right, on a second map too.

    Args:
        found: What they lead to on the first map.
        count: How many lines each image has.
        chosen: How many images are chosen.
        other: What they lead to on the second map; None while there is none.
        title: The checkpoint of the second map.
    """
    if not count or found is None or not found.asked:
        return ""
    text = neighbours_text(found, count, chosen)
    marks = marks_text(other) if other is not None else ""
    return f"{text}\n{title}: {marks}" if marks else text


def ask_for(keeper: MapKeeper, by: ColourBy, *, has_prototypes: bool) -> None:
    """Compute what a map is to show, unless it is known, and nothing else."""
    if keeper.points is None:
        return
    if by is ColourBy.PROTOTYPE or has_prototypes:
        keeper.ask_prototypes()
    if by is ColourBy.AP:
        keeper.ask_results()
    else:
        keeper.drop_results()


def legend_title(keeper: MapKeeper, by: ColourBy, shown: ColourBy, *, is_beside: bool) -> str:
    """Say what colours tell, and what they will tell once that is known.

    Args:
        keeper: Of the first map.
        by: What colours are to tell.
        shown: What they tell now.
        is_beside: Whether a second map is shown, which has prototypes of its own.
    """
    left = ", left map" if is_beside and shown is ColourBy.PROTOTYPE else ""
    awaited = "prototypes" if by is ColourBy.PROTOTYPE else "results"
    is_coming = shown is not by and keeper.is_asked(awaited)
    return f"{COLOUR_TITLES[by]}: computing…" if is_coming else COLOUR_TITLES[shown] + left


def colouring_of(
    keeper: MapKeeper,
    by: ColourBy,
    marks: DecidedMarks | NothingDecided,
    session: ExplorerSession,
) -> Colouring | None:
    """Return the colouring of a map: by domain while another one is not known yet."""
    points = keeper.points
    if points is None:
        return None
    match by:
        case ColourBy.CATEGORY:
            return by_category(points)
        case ColourBy.PROTOTYPE if keeper.prototypes is not None:
            return by_prototype(points, keeper.prototypes)
        case ColourBy.AP if keeper.results is not None:
            return by_ap(points, keeper.results)
        case ColourBy.DECISION:
            return by_decision(points, marks, *(session.domains[side] for side in SIDES))
    return by_domain(points)
