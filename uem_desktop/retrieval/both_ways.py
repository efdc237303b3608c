"""How far two directions of retrieval disagree about a query; no category is looked at.

A query's first k matches are asked in turn: their own first k images of the query domain either
hold the query or not. The disagreement of a query is the share of its k matches that do not. k is
10, or as many images as the smaller domain has.
"""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

from uem_desktop.retrieval.domain import DomainEmbeddings

BOTH_WAYS_DEPTH = 10
_BLOCK = 1024
_FEW = 16
_NOTHING = 2**63 - 1


class FoundBack:
    """Gathers what each gallery image finds among the queries, from the queries' similarities.

    One product so serves both directions. Several threads may show it queries at once. What a
    gallery image has found so far are integers that sort as (-similarity, row of the query) does.
    """

    def __init__(self, query: DomainEmbeddings, gallery: DomainEmbeddings) -> None:
        self._count = query.ready_count
        self._gallery_rows = gallery.ready_rows()
        self._all_gallery = len(gallery.records)
        self._depth = min(BOTH_WAYS_DEPTH, self._count, len(self._gallery_rows))
        self._keys = np.full((len(self._gallery_rows), self._depth), _NOTHING, np.int64)
        self._least = np.full(len(self._gallery_rows), -np.inf)
        self._lock = threading.Lock()

    def look(self, places: NDArray[np.int64], steps: NDArray[np.float64]) -> None:
        """Take what some queries (B,) are to the gallery, given similarities in steps (B, N)."""
        if not self._depth:
            return
        is_near = steps >= self._least
        near = np.count_nonzero(is_near)
        with self._lock:
            if near * _FEW > steps.size:
                self._take_all(places, steps)
            else:
                self._take_some(places, steps, *np.nonzero(is_near))

    def _take_all(self, places: NDArray[np.int64], steps: NDArray[np.float64]) -> None:
        for start in range(0, len(self._keys), _BLOCK):
            part = slice(start, start + _BLOCK)
            self._keep(part, self._keys_of(steps[:, part].T, places))

    def _take_some(
        self,
        places: NDArray[np.int64],
        steps: NDArray[np.float64],
        asked: NDArray[np.int64],
        columns: NDArray[np.int64],
    ) -> None:
        keys = self._keys_of(steps[asked, columns], places[asked])
        order = np.lexsort((keys, columns))
        keys, columns = keys[order], columns[order]
        changed, starts, counts = np.unique(columns, return_index=True, return_counts=True)
        rank = np.arange(len(columns)) - np.repeat(starts, counts)
        is_kept = rank < self._depth
        found = np.full((len(changed), self._depth), _NOTHING, np.int64)
        found[np.repeat(np.arange(len(changed)), counts)[is_kept], rank[is_kept]] = keys[is_kept]
        self._keep(changed, found)

    def _keys_of(self, steps: NDArray[np.float64], places: NDArray[np.int64]) -> NDArray[np.int64]:
        return steps.astype(np.int64) * -self._count + places

    def _keep(self, columns: slice | NDArray[np.int64], keys: NDArray[np.int64]) -> None:
        """Add keys (C, n) to those of some gallery images."""
        both = np.hstack([self._keys[columns], keys])
        both.partition(self._depth - 1, axis=1)
        kept = both[:, : self._depth]
        self._keys[columns] = kept
        last = kept[:, -1]
        self._least[columns] = np.where(last == _NOTHING, -np.inf, -(last // self._count))

    def disagreement(self, matches: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the share of each query's first matches that do not find it in return.

        Args:
            matches: int64 (Q, k), gallery rows of the first matches of each ready query.

        Returns:
            float64 (Q,), 0..1; NaN where a domain is empty.
        """
        if not self._depth:
            return np.full(len(matches), np.nan)
        found = self._keys % self._count
        place_of = np.zeros(self._all_gallery, np.int64)
        place_of[self._gallery_rows] = np.arange(len(self._gallery_rows))
        shares = np.empty(len(matches))
        for start in range(0, len(matches), _BLOCK):
            asked = place_of[matches[start : start + _BLOCK, : self._depth]]
            own = np.arange(start, start + len(asked))[:, None, None]
            shares[start : start + _BLOCK] = 1.0 - (found[asked] == own).any(axis=2).mean(axis=1)
        return shares
