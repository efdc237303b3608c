"""Why two images match, in words."""

from __future__ import annotations

from collections.abc import Sequence

from uem_desktop.retrieval.belonging import Belonging, Neighbour
from uem_desktop.retrieval.explorer_session import SIDES
from uem_desktop.retrieval.prototypes import PrototypeKind, Prototypes
from uem_desktop.retrieval.why import Explanation

HOW = (
    "The encoder's last feature map has one row of numbers for each position of an image, and the"
    " embedding is their mean. So the similarity is exactly the sum of the parts of all positions,"
    " on either image. Dark positions add nothing or speak against the match; what lies outside"
    " the heat is not seen by the encoder. With a ReLU in the projector, its units count as they"
    " are for these two images."
)
_KINDS = {
    PrototypeKind.OWN: "own",
    PrototypeKind.TRANSLATED: "translated",
    PrototypeKind.MERGED: "merged",
}


def sum_text(found: Explanation, *, is_helped: bool) -> str:
    """Say what the parts add up to."""
    rows, columns = found.query_heat.shape
    text = f"{rows} × {columns} positions add up to {found.similarity:.4f}"
    return f"{text}, without retrieval help" if is_helped else text


def largest_text(part: float, similarity: float) -> str:
    """Say what the lightest colour stands for."""
    if similarity <= 0:
        return f"{part:.4f}"
    return f"{100 * part / similarity:.0f} % of the similarity"


def neighbours_text(neighbours: Sequence[Neighbour], category: str | None) -> str:
    """Count the nearest images that share the category of the query."""
    known = [one for one in neighbours if one.mark != "unknown"]
    if not known or category is None:
        return ""
    right = sum(one.mark == "correct" for one in known)
    return f"{right} of {len(known)} are {category}"


def kind_text(prototypes: Prototypes, number: int) -> str:
    """Say what a prototype is and how many images of either domain it has."""
    of_query, of_gallery = (int(prototypes.sizes(side)[number]) for side in SIDES)
    kind = prototypes.kinds[number]
    if kind is PrototypeKind.MERGED:
        return f"{_KINDS[kind]}, {of_query:,} + {of_gallery:,} images"
    count, domain = (of_query, "query") if kind is PrototypeKind.OWN else (of_gallery, "gallery")
    return f"{_KINDS[kind]}, {count:,} image{'' if count == 1 else 's'} of the {domain} domain"


def belonging_text(belonging: Belonging) -> str:
    """Say to which prototypes a query and its match belong."""
    prototypes, (_, of_match) = belonging.prototypes, belonging.match
    match = f"{title(of_match)} ({kind_text(prototypes, of_match)})"
    if belonging.query is None:
        return f"The query is of neither domain. The match belongs to {match}."
    if belonging.is_shared:
        return f"Both belong to {match}."
    of_query = belonging.query[1]
    return (
        f"They belong to different ones: the query to {title(of_query)}"
        f" ({kind_text(prototypes, of_query)}), the match to {match}."
    )


def title(number: int) -> str:
    """Name a prototype, counted from 1."""
    return f"prototype {number + 1}"
