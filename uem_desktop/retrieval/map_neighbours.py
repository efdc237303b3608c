"""The nearest images of the other domain, for the lines of a map."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.errors import Cancelled
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.explorer_session import SIDES
from uem_desktop.retrieval.map_points import MapPoints
from uem_desktop.retrieval.search import build_index

MOST_ASKED = 60
"""Images of a selection whose neighbours are drawn; more lines would be a thicket."""

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """Pairs of an image and one of its nearest in the other domain.

    Attributes:
        images: int64 (n,), who asked.
        nearest: int64 (n,), what was found.
        is_right: int8 (n,): 1 of the same category, 0 of another, -1 where that is not known.
        asked: How many images asked.
    """

    images: Rows
    nearest: Rows
    is_right: NDArray[np.int8]
    asked: int

    @property
    def right_count(self) -> int:
        """How many are right."""
        return int(np.count_nonzero(self.is_right == 1))

    @property
    def wrong_count(self) -> int:
        """How many are wrong."""
        return int(np.count_nonzero(self.is_right == 0))


def nearest_across(
    points: MapPoints,
    images: Rows,
    top_k: int,
    *,
    should_stop: Callable[[], bool] | None = None,
) -> Neighbours:
    """Return the first matches of some images in the other domain, ranked exactly.

    Args:
        points: The map, of whose embeddings they are.
        images: int64 (n,); the first `MOST_ASKED` of those that are embedded ask.
        top_k: Matches of each.
        should_stop: Asked between the domains.

    Raises:
        Cancelled: ``should_stop`` said so.
    """
    domains = {"query": points.query, "gallery": points.gallery}
    asking = points.images[points.points_of(images)][:MOST_ASKED]
    split = len(points.query.records)
    found: list[tuple[Rows, Rows, NDArray[np.int8]]] = []
    for side, other in zip(SIDES, reversed(SIDES), strict=True):
        if should_stop is not None and should_stop():
            raise Cancelled
        chosen = asking[(asking < split) == (side == "query")]
        here, there = domains[side], domains[other]
        if not len(chosen) or not there.ready_count:
            continue
        rows = chosen - (0 if side == "query" else split)
        _, matches = build_index(there).search(here.embeddings[rows], top_k)
        owners, flat = np.repeat(rows, matches.shape[1]), matches.ravel()
        found.append(
            (
                np.repeat(chosen, matches.shape[1]),
                flat + (split if side == "query" else 0),
                _marks(here, owners, there, flat),
            )
        )
    if not found:
        none = np.empty(0, np.int64)
        return Neighbours(none, none, np.empty(0, np.int8), 0)
    one, two, marks = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return Neighbours(one, two, marks, len(asking))


def _marks(
    here: DomainEmbeddings, rows: Rows, there: DomainEmbeddings, matches: Rows
) -> NDArray[np.int8]:
    pairs = zip(here.categories_of_rows(rows), there.categories_of_rows(matches), strict=True)
    return np.array(
        [-1 if None in (asked, got) else int(asked == got) for asked, got in pairs], np.int8
    )
