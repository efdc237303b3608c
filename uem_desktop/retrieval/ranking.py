"""The exact order of a gallery for one query, found from float32 products.

All products are computed in float32, which is fast, and come with a bound on their error. Only
where that bound leaves the order open are they computed again in float64. What comes out equals
``argsort(-round(float64 product, 10), kind="stable")`` without ever computing that product whole.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.evaluation.ranking import SIMILARITY_DECIMALS

_ROWS_PER_BLOCK = 4096


def product_error(dimension: int, query_norm: float, gallery_norm: float) -> float:
    """Return how far a float32 product and a rounded float64 one can lie apart, at most.

    The bound of any summation order is gamma_D |x| |y| with gamma_D = D u / (1 - D u), u = 2^-24.
    It is doubled to pay for norms and comparisons that are themselves float32, and one step of
    the rounding to 10 decimals is added.
    """
    units = dimension * 2.0**-24
    return 2.0 * units / (1.0 - units) * query_norm * gallery_norm + 10.0**-SIMILARITY_DECIMALS


def exact_products(
    vectors: NDArray[np.float32], places: NDArray[np.int64], query: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Return round(float64 product, 10) of some vectors with one query.

    Equal vectors give equal products wherever they lie, which a BLAS product does not promise.

    Args:
        vectors: float32 (M, D).
        places: int64 (n,), which of them.
        query: float32 (D,).

    Returns:
        float64 (n,).
    """
    wide_query = query.astype(np.float64)
    products = np.empty(len(places), np.float64)
    for start in range(0, len(places), _ROWS_PER_BLOCK):
        block = vectors[places[start : start + _ROWS_PER_BLOCK]].astype(np.float64)
        products[start : start + len(block)] = np.einsum("nd,d->n", block, wide_query)
    return np.round(products, SIMILARITY_DECIMALS)


class QueryRanking:
    """The order of all searched gallery rows for one query; each part is worked out when asked for.

    Attributes:
        count: How many rows are ranked.
    """

    def __init__(
        self,
        vectors: NDArray[np.float32],
        products: NDArray[np.float32],
        query: NDArray[np.float32],
        *,
        error: float,
        first_row: int,
        count: int,
    ) -> None:
        """Take what the index has computed.

        Args:
            vectors: float32 (M, D), rows ``first_row`` to ``first_row + M - 1`` of the gallery.
            products: float32 (M,), their products with the query; -inf for rows not searched.
            query: float32 (D,).
            error: See ``product_error``.
            first_row: Gallery row of the first vector.
            count: How many rows are searched.
        """
        self.count = count
        self._vectors = vectors
        self._products = products
        self._query = query
        self._error = error
        self._first_row = first_row

    def top(self, top_k: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return similarities and rows of the first matches, min(top_k, count) of them."""
        return self._best(self._products, None, min(top_k, self.count))

    def best_of(
        self, rows: NDArray[np.int64], limit: int
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return similarities and rows of the first of these rows, min(limit, n) of them."""
        places = np.asarray(rows, np.int64) - self._first_row
        return self._best(self._products[places], places, min(limit, len(places)))

    def ranks_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the ranks (from 1) that these rows have, int64 (n,)."""
        places = np.asarray(rows, np.int64) - self._first_row
        if not len(places):
            return np.empty(0, np.int64)
        wanted = exact_products(self._vectors, places, self._query)
        by_product = np.argsort(-self._products)
        descending = -self._products[by_product].astype(np.float64)
        # What lies outside of these intervals is above or below a wanted row for certain.
        starts = np.searchsorted(descending, -wanted - self._error, side="left")
        stops = np.searchsorted(descending, -wanted + self._error, side="right")
        edges = np.zeros(len(descending) + 1, np.int64)
        np.add.at(edges, starts, 1)
        np.add.at(edges, stops, -1)
        depth = np.cumsum(edges)[:-1]
        open_ranks = np.flatnonzero(depth)
        is_gap_before = np.diff(open_ranks, prepend=-1) > 1
        open_places = by_product[open_ranks].astype(np.int64)
        exact = exact_products(self._vectors, open_places, self._query)
        order = np.lexsort((open_places, -exact, np.cumsum(is_gap_before)))
        by_place = np.argsort(open_places[order])
        found = np.searchsorted(open_places[order][by_place], places)
        return np.asarray(open_ranks[by_place[found]] + 1, np.int64)

    def _best(
        self, products: NDArray[np.float32], places: NDArray[np.int64] | None, limit: int
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Rank the candidates that can be among the first ``limit`` of these products.

        The ``limit`` largest float32 products all lie within the error of their true values, so
        what is below the smallest of them by twice the error is beaten by each of them.
        """
        if limit < 1:
            return np.empty(0, np.float64), np.empty(0, np.int64)
        smallest = float(np.partition(products, len(products) - limit)[len(products) - limit])
        threshold = np.nextafter(np.float32(smallest - 2.0 * self._error), np.float32(-np.inf))
        candidates = np.flatnonzero(products >= threshold).astype(np.int64)
        if places is not None:
            candidates = places[candidates]
        exact = exact_products(self._vectors, candidates, self._query)
        first = np.lexsort((candidates, -exact))[:limit]
        return exact[first], candidates[first] + self._first_row
