"""How far two directions of retrieval disagree about a query; no category is looked at.

A query's first k matches are asked in turn: their own first k images of the query domain either
hold the query or not. The disagreement of a query is the share of its k matches that do not. k is
10, or as many images as the smaller domain has.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from training.errors import Cancelled
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.search import build_index

BOTH_WAYS_DEPTH = 10
_BLOCK = 1024


def disagreement(
    query: DomainEmbeddings,
    gallery: DomainEmbeddings,
    matches: NDArray[np.int64],
    *,
    on_progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> NDArray[np.float64]:
    """Return the share of each ready query's first matches that do not find it in return.

    Args:
        query: The query domain.
        gallery: The gallery domain.
        matches: int64 (Q, k), gallery rows of the first matches of each ready query.
        on_progress: Told (done, total) in gallery images.
        should_stop: Asked between blocks.

    Returns:
        float64 (Q,), 0..1; NaN where a domain is empty.

    Raises:
        Cancelled: ``should_stop`` said so.
    """
    depth = min(matches.shape[1], query.ready_count)
    if not depth:
        return np.full(len(matches), np.nan)
    found = _found_by(gallery, query, depth, on_progress, should_stop)
    query_rows = query.ready_rows()
    place_of = np.zeros(len(gallery.records), np.int64)
    place_of[gallery.ready_rows()] = np.arange(gallery.ready_count)
    shares = np.empty(len(matches))
    for start in range(0, len(matches), _BLOCK):
        asked = place_of[matches[start : start + _BLOCK, :depth]]
        own = query_rows[start : start + _BLOCK, None, None]
        shares[start : start + _BLOCK] = 1.0 - (found[asked] == own).any(axis=2).mean(axis=1)
    return shares


def _found_by(
    asking: DomainEmbeddings,
    searched: DomainEmbeddings,
    depth: int,
    on_progress: Callable[[int, int], None] | None,
    should_stop: Callable[[], bool] | None,
) -> NDArray[np.int64]:
    """Return the first rows that each ready image of a domain finds in another, int64 (N, k)."""
    index, rows = build_index(searched), asking.ready_rows()
    found = np.empty((len(rows), depth), np.int64)
    for start in range(0, len(rows), _BLOCK):
        if should_stop is not None and should_stop():
            raise Cancelled
        block = rows[start : start + _BLOCK]
        found[start : start + _BLOCK] = index.search(asking.embeddings[block], depth)[1]
        if on_progress is not None:
            on_progress(start + len(block), len(rows))
    return found
