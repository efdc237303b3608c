"""Help at retrieval time: changes of finished embeddings that need no labels and no training.

Each help takes unit rows and gives unit rows, whatever method they are from, so that rankings,
indices and detectors work on the result as on any embeddings. Several are applied in the order of
`HELP_NAMES`. All of them are known ideas: centring as in UEM's translation of prototypes (Eq. 5),
averaging over neighbours as database-side augmentation on both sides (Turcot and Lowe 2009),
query expansion weighted by similarity (Chum et al. 2007, Radenovic et al. 2018), and CSLS (see
`hubness`).

What a domain looks like as a whole is what helps, so the query domain has to be there. A query
from elsewhere is then treated as one more image of it: see `FittedHelp.held_out`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from training.evaluation.hubness import gallery_with_bias, local_means, queries_for_bias
from training.evaluation.neighbour_graph import (
    Note,
    averaged_with,
    centred_units,
    nearest_rows,
    products_with,
)

Rows = NDArray[np.float32]

HELP_NAMES = ("centring", "neighbour-averaging", "query-expansion", "hubness")
BEST_HELP = ("centring", "neighbour-averaging", "query-expansion")
"""What helped most of the methods and settings it was measured with."""

NEED_QUERY_DOMAIN = ("centring", "hubness")
"""What says nothing of a query unless images like it are there, the query domain."""

AVERAGED_NEIGHBOURS = 10
OWN_WEIGHT = 3
"""An image counts as three of its neighbours: a trained head has learnt to average already."""

EXPANSION_NEIGHBOURS = 20
LARGEST_SHARE = 8
"""At most an eighth of a domain counts as somebody's neighbours."""

HUBNESS_SHARE = 3
"""A hub is near to the nearest third of the queries: they are of several categories, so that a
gallery image does not pay for having many of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class FittedHelp:
    """Help for one query domain and one gallery.

    Attributes:
        queries: float32 (Q, D'), the query domain, helped; unit rows.
        gallery: float32 (N, D'), the gallery, helped; unit rows.
        steps: What a query from elsewhere goes through.
    """

    queries: Rows
    gallery: Rows
    steps: tuple[Callable[[Rows], Rows], ...]

    def held_out(self, queries: Rows) -> Rows:
        """Help queries that the query domain does not hold.

        Args:
            queries: float32 (B, D), unit rows of the same encoder, as they come from it.

        Returns:
            float32 (B, D'), to be compared with ``gallery``.
        """
        for step in self.steps:
            queries = step(queries)
        return queries


def fit_help(
    queries: Rows, gallery: Rows, names: Collection[str], *, note: Note | None = None
) -> FittedHelp:
    """Help a query domain and a gallery, and be ready for further queries.

    Works in blocks and keeps no matrix of all pairs. Too few images for a help leave it without
    effect: an image at its domain's mean keeps its direction, and below eight images nobody has
    neighbours.

    Args:
        queries: float32 (Q, D), unit rows, the whole query domain.
        gallery: float32 (N, D), unit rows, the whole gallery domain.
        names: Some of `HELP_NAMES`, in any order; none changes nothing.
        note: Told of the work after each block; what it raises ends it.

    Raises:
        ValueError: There is no help of such a name.
    """
    unknown = set(names) - set(HELP_NAMES)
    if unknown:
        raise ValueError(f"no help is called {min(unknown)!r}")
    steps = []
    for name in HELP_NAMES:
        if name in names:
            queries, gallery, step = _HELPS[name](queries, gallery, note)
            steps.append(step)
    return FittedHelp(queries, gallery, tuple(steps))


def help_work(names: Collection[str], num_queries: int, num_gallery: int) -> int:
    """Return how many pairs of images `fit_help` compares, all that ``note`` is told of."""
    both = num_queries * num_gallery
    sizes = (num_queries, num_gallery)
    work = {
        "centring": 0,
        "neighbour-averaging": sum(n * n for n in sizes if _bounded(AVERAGED_NEIGHBOURS, n)),
        "query-expansion": both if _bounded(EXPANSION_NEIGHBOURS, num_gallery) else 0,
        "hubness": both,
    }
    return sum(work[name] for name in set(names))


def apply_help(queries: Rows, gallery: Rows, names: Collection[str]) -> tuple[Rows, Rows]:
    """Return query domain (Q, D') and gallery (N, D') after help; see `fit_help`."""
    fitted = fit_help(queries, gallery, names)
    return fitted.queries, fitted.gallery


_Fitted = tuple[Rows, Rows, Callable[[Rows], Rows]]


def _centring(queries: Rows, gallery: Rows, note: Note | None) -> _Fitted:
    step = partial(_without_mean, mean=_mean(queries))
    return step(queries), _without_mean(gallery, _mean(gallery)), step


def _neighbour_averaging(queries: Rows, gallery: Rows, note: Note | None) -> _Fitted:
    step = partial(_averaged_into, domain=queries)
    return _averaged_within(queries, note), _averaged_within(gallery, note), step


def _query_expansion(queries: Rows, gallery: Rows, note: Note | None) -> _Fitted:
    return _expanded(queries, gallery, note), gallery, partial(_expanded, gallery=gallery)


def _hubness(queries: Rows, gallery: Rows, note: Note | None) -> _Fitted:
    if not (len(queries) and len(gallery)):
        return queries, gallery, lambda rows: rows
    count = max(1, len(queries) // HUBNESS_SHARE)
    bias = local_means(gallery, queries, count, note)
    return queries_for_bias(queries), gallery_with_bias(gallery, bias), queries_for_bias


_HELPS: dict[str, Callable[[Rows, Rows, Note | None], _Fitted]] = {
    "centring": _centring,
    "neighbour-averaging": _neighbour_averaging,
    "query-expansion": _query_expansion,
    "hubness": _hubness,
}


def _mean(rows: Rows) -> NDArray[np.float64]:
    return np.asarray(rows.sum(axis=0, dtype=np.float64) / max(1, len(rows)))


def _without_mean(rows: Rows, mean: NDArray[np.float64]) -> Rows:
    return _directions(centred_units(rows, mean), rows)


def _averaged_within(rows: Rows, note: Note | None) -> Rows:
    count = _bounded(AVERAGED_NEIGHBOURS, len(rows))
    return _averaged(rows, rows, nearest_rows(rows, rows, count, skip_own=True, note=note))


def _averaged_into(rows: Rows, domain: Rows) -> Rows:
    count = _bounded(AVERAGED_NEIGHBOURS, len(domain))
    return _averaged(rows, domain, nearest_rows(rows, domain, count))


def _averaged(rows: Rows, domain: Rows, near: NDArray[np.int64]) -> Rows:
    if not near.shape[1]:
        return rows
    weights = np.full(near.shape, 1.0 / OWN_WEIGHT, np.float32)
    return _directions(averaged_with(rows, domain, near, weights), rows)


def _expanded(rows: Rows, gallery: Rows, note: Note | None = None) -> Rows:
    """Add to each row its nearest gallery rows, weighted by their similarity."""
    count = _bounded(EXPANSION_NEIGHBOURS, len(gallery))
    if not count:
        return rows
    near = nearest_rows(rows, gallery, count, note=note)
    weights = np.maximum(products_with(rows, gallery, near), np.float32(0.0))
    return _directions(averaged_with(rows, gallery, near, weights), rows)


def _directions(found: Rows, before: Rows) -> Rows:
    """Return the rows found; where they have no direction, what was there before."""
    is_lost = np.einsum("nd,nd->n", found, found) < 0.5
    found[is_lost] = before[is_lost]
    return found


def _bounded(count: int, num_images: int) -> int:
    return min(count, num_images // LARGEST_SHARE)
