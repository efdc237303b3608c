"""Where two images stand: what is nearest to one in its own domain, and their prototypes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.explorer_session import Side
from uem_desktop.retrieval.matches import mark_of
from uem_desktop.retrieval.prototypes import Prototypes
from uem_desktop.retrieval.search import build_index

NEAREST = 12

_MARKS = {True: "correct", False: "wrong", None: "unknown"}


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An image near another one of the same domain.

    Attributes:
        row: Of the domain.
        similarity: Cosine.
        mark: "correct" where it has the category of the other, "wrong" or "unknown".
    """

    row: int
    similarity: float
    mark: str


def nearest_in(
    domain: DomainEmbeddings,
    embedding: NDArray[np.float32],
    *,
    own_row: int | None,
    category: str | None,
    count: int = NEAREST,
) -> tuple[Neighbour, ...]:
    """Return the images of a domain nearest to one, nearest first, lower row first.

    Args:
        domain: The domain.
        embedding: float32 (D,), of the image.
        own_row: Its row, which is left out; None where it is not of the domain.
        category: Its category.
        count: How many at most.
    """
    similarities, rows = build_index(domain).search(embedding, count + 1)
    found = zip(rows[0].tolist(), similarities[0].tolist(), strict=True)
    near = [
        Neighbour(row, similarity, _MARKS[mark_of(category, domain.records[row].category)])
        for row, similarity in found
        if row != own_row
    ]
    return tuple(near[:count])


@dataclass(frozen=True, slots=True, eq=False)
class Belonging:
    """To which unified prototypes a query and a match belong.

    Attributes:
        prototypes: All prototypes.
        query: Domain of the query and unified id; None where it is of neither domain.
        match: Domain of the match and unified id.
    """

    prototypes: Prototypes
    query: tuple[Side, int] | None
    match: tuple[Side, int]

    @property
    def is_shared(self) -> bool:
        """Whether both belong to the same."""
        return self.query is not None and self.query[1] == self.match[1]


def belonging_of(
    prototypes: Prototypes, query: tuple[Side, int] | None, match: tuple[Side, int]
) -> Belonging:
    """Look up the prototypes of two images.

    Args:
        prototypes: Of both domains.
        query: Domain and row of the query; None where it is of neither domain.
        match: Domain and row of the match.
    """
    asked = None if query is None else (query[0], int(prototypes.ids(query[0])[query[1]]))
    return Belonging(prototypes, asked, (match[0], int(prototypes.ids(match[0])[match[1]])))
