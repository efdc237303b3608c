"""Search a gallery: exact by default, approximate with its measured recall where asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from uem_desktop.retrieval.approximate import ApproximateCandidates
from uem_desktop.retrieval.ranking import QueryRanking, exact_products, product_error

IndexKind = Literal["exact", "hnsw", "ivf"]
INDEX_KINDS: tuple[IndexKind, ...] = ("exact", "hnsw", "ivf")

RECALL_TOP_K = 10
RECALL_QUERIES = 256

_BLOCK_BYTES = 128 * 2**20
_SPARE_CANDIDATES = 32
_FAISS_FROM_PRODUCTS = 2 * 10**7
_FAISS_FROM_QUERIES = 8
_FAISS_MOST_MATCHES = 512


class GalleryIndex:
    """The rows of a gallery that may be found, ready for queries.

    It looks at the embeddings in place: rows that become ready later are not found, and a new
    exact index costs next to nothing. Order everywhere: similarity as float64 rounded to 10
    decimals, larger first; equal ones by row, lower first.

    Attributes:
        kind: ``exact``, ``hnsw`` or ``ivf``.
        recall: Share of the exact first 10 matches that ``search`` finds; 1.0 for ``exact``,
            measured on up to 256 queries for the others.
        rows: int64 (n,), ascending: the rows that may be found.
    """

    def __init__(self, embeddings: NDArray[np.float32], rows: NDArray[np.int64]) -> None:
        """Make an exact index; ``build`` makes any kind.

        Args:
            embeddings: float32 (N, D), finite.
            rows: int64 (n,), ascending, each once.
        """
        self.kind: IndexKind = "exact"
        self.recall = 1.0
        self.rows = rows
        self._embeddings = embeddings
        self._first_row = int(rows[0]) if len(rows) else 0
        stop_row = int(rows[-1]) + 1 if len(rows) else 0
        self._vectors = embeddings[self._first_row : stop_row]
        self._is_hidden: NDArray[np.bool_] | None = None
        if len(rows) < len(self._vectors):
            self._is_hidden = np.ones(len(self._vectors), np.bool_)
            self._is_hidden[rows - self._first_row] = False
        self._largest_norm = _largest_norm(self._vectors)
        self._approximate: ApproximateCandidates | None = None

    @classmethod
    def build(
        cls,
        embeddings: NDArray[np.float32],
        rows: NDArray[np.int64] | None = None,
        kind: IndexKind = "exact",
        *,
        sample_queries: NDArray[np.float32] | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> GalleryIndex:
        """Make an index.

        Args:
            embeddings: float32 (N, D), unit rows.
            rows: Which rows may be found; all by default.
            kind: ``exact``, ``hnsw`` or ``ivf``.
            sample_queries: float32 (Q, D), what recall is measured with, best the query domain's
                embeddings; the gallery's own rows by default, which flatter an approximate index.
            should_stop: Asked while an approximate index is built.

        Raises:
            Cancelled: ``should_stop`` said so.
            ValueError: Rows outside of the embeddings, or an unknown kind.
        """
        embeddings = np.ascontiguousarray(embeddings, np.float32)
        if kind not in INDEX_KINDS:
            raise ValueError(f"unknown kind of index {kind!r}")
        wanted = np.arange(len(embeddings)) if rows is None else np.unique(np.asarray(rows))
        wanted = wanted.astype(np.int64, copy=False)
        if len(wanted) and not 0 <= wanted[0] <= wanted[-1] < len(embeddings):
            raise ValueError(f"rows outside 0..{len(embeddings) - 1}")
        if not embeddings.shape[1]:  # read just before a domain's first chunk came
            wanted = wanted[:0]
        index = cls(embeddings, wanted)
        index.kind = kind
        if kind != "exact" and len(wanted):
            index._approximate = ApproximateCandidates(embeddings, wanted, kind, should_stop)
            if sample_queries is None:
                sample_queries = embeddings[_spread(wanted, RECALL_QUERIES)]
            index.recall = index._measured_recall(sample_queries)
        return index

    @property
    def count(self) -> int:
        """How many rows may be found."""
        return len(self.rows)

    def contains(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return bool (n,): which of these rows may be found."""
        places = np.searchsorted(self.rows, rows)
        is_inside = places < len(self.rows)
        is_inside[is_inside] = self.rows[places[is_inside]] == np.asarray(rows)[is_inside]
        return np.asarray(is_inside, np.bool_)

    def search(
        self, queries: NDArray[np.float32], top_k: int
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return the first matches of each query.

        Args:
            queries: float32 (Q, D), or (D,) for one query.
            top_k: How many, at least 1.

        Returns:
            Similarities float64 (Q, k) and rows int64 (Q, k) with k = min(top_k, count).

        Raises:
            ValueError: top_k is below 1, or the queries have another dimension.
        """
        queries = self._checked(queries)
        if top_k < 1:
            raise ValueError(f"top_k is {top_k}")
        k = min(top_k, self.count)
        if self._approximate is not None:
            return self._search_candidates(queries, k, self._approximate)
        if _is_for_faiss(len(queries), len(self._vectors), k):
            return self._search_with_faiss(queries, k)
        return _stacked([ranking.top(k) for ranking in self.rankings(queries)], k)

    def rankings(self, queries: NDArray[np.float32]) -> Iterator[QueryRanking]:
        """Yield the exact ranking of each query, whatever the kind; blocks of bounded memory.

        Args:
            queries: float32 (Q, D), or (D,) for one query.
        """
        queries = self._checked(queries)
        block = max(1, _BLOCK_BYTES // (4 * max(1, len(self._vectors))))
        for start in range(0, len(queries), block):
            few = queries[start : start + block]
            products = (self._vectors @ few[0])[None] if len(few) == 1 else few @ self._vectors.T
            if self._is_hidden is not None:
                products[:, self._is_hidden] = -np.inf
            for query, row_products in zip(few, products, strict=True):
                yield QueryRanking(
                    self._vectors,
                    row_products,
                    query,
                    error=self._error_of(query),
                    first_row=self._first_row,
                    count=self.count,
                )

    def ranks_of(self, query: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the exact ranks (from 1) of some rows; exact for approximate kinds too.

        Args:
            query: float32 (D,).
            rows: int64 (n,), rows that may be found.

        Raises:
            ValueError: A row may not be found.
        """
        rows = np.asarray(rows, np.int64)
        if not self.contains(rows).all():
            raise ValueError("ranks of rows that are not in the index")
        return next(self.rankings(query)).ranks_of(rows)

    def _checked(self, queries: NDArray[np.float32]) -> NDArray[np.float32]:
        queries = np.atleast_2d(np.asarray(queries, np.float32))
        if self.count and len(queries) and queries.shape[1] != self._vectors.shape[1]:
            raise ValueError(
                f"queries of dimension {queries.shape[1]}, gallery of {self._vectors.shape[1]}"
            )
        if not self.count:  # a gallery without a first embedding has no dimension yet
            return np.zeros((len(queries), self._vectors.shape[1]), np.float32)
        return queries

    def _error_of(self, query: NDArray[np.float32]) -> float:
        return product_error(len(query), float(np.linalg.norm(query)), self._largest_norm)

    def _search_with_faiss(
        self, queries: NDArray[np.float32], k: int
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Take more candidates than needed from faiss; where they are not enough, rank in full."""
        import faiss

        wanted = min(k + _SPARE_CANDIDATES, len(self._vectors))
        found: list[tuple[NDArray[np.float64], NDArray[np.int64]]] = []
        for start in range(0, len(queries), 1024):
            block = np.ascontiguousarray(queries[start : start + 1024])
            products, places = faiss.knn(
                block, self._vectors, wanted, metric=faiss.METRIC_INNER_PRODUCT
            )
            for query, near, where in zip(block, products, places, strict=True):
                if self._is_hidden is not None:
                    is_shown = ~self._is_hidden[where]
                else:
                    is_shown = np.ones(len(where), np.bool_)
                shown = near[is_shown]
                limit = shown[k - 1] - 2.0 * self._error_of(query) if len(shown) >= k else -np.inf
                if wanted < len(self._vectors) and not near[-1] < limit:
                    found.append(next(self.rankings(query)).top(k))
                else:
                    found.append(self._ranked(query, where[is_shown] + self._first_row, k))
        return _stacked(found, k)

    def _search_candidates(
        self, queries: NDArray[np.float32], k: int, approximate: ApproximateCandidates
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Rank what the approximate index proposes; where that is too little, rank in full."""
        found = []
        for start in range(0, len(queries), 1024):
            block = queries[start : start + 1024]
            for query, proposed in zip(
                block, approximate.candidates(block, k + _SPARE_CANDIDATES), strict=True
            ):
                rows = proposed[proposed >= 0]
                if len(rows) < k:
                    found.append(next(self.rankings(query)).top(k))
                else:
                    found.append(self._ranked(query, rows, k))
        return _stacked(found, k)

    def _ranked(
        self, query: NDArray[np.float32], rows: NDArray[np.int64], k: int
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        exact = exact_products(self._embeddings, rows, query)
        first = np.lexsort((rows, -exact))[:k]
        return exact[first], rows[first]

    def _measured_recall(self, samples: NDArray[np.float32]) -> float:
        """Return the share of exact matches found, on queries spread evenly over the samples."""
        if not len(samples):
            return 1.0
        queries = _spread(np.asarray(samples, np.float32), RECALL_QUERIES)
        k = min(RECALL_TOP_K, self.count)
        _, found = self.search(queries, k)
        _, exact = GalleryIndex(self._embeddings, self.rows).search(queries, k)
        hits = sum(len(np.intersect1d(a, b)) for a, b in zip(found, exact, strict=True))
        return hits / exact.size


def _spread(values: NDArray[Any], limit: int) -> NDArray[Any]:
    """Return up to ``limit`` of the values, evenly spread, each time the same ones."""
    if len(values) <= limit:
        return values
    return values[np.linspace(0, len(values) - 1, limit).astype(np.int64)]


def _is_for_faiss(num_queries: int, num_vectors: int, k: int) -> bool:
    return (
        num_queries >= _FAISS_FROM_QUERIES
        and num_queries * num_vectors >= _FAISS_FROM_PRODUCTS
        and k <= _FAISS_MOST_MATCHES
    )


def _stacked(
    found: list[tuple[NDArray[np.float64], NDArray[np.int64]]], k: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    if not found:
        return np.empty((0, k), np.float64), np.empty((0, k), np.int64)
    return np.stack([sims for sims, _ in found]), np.stack([rows for _, rows in found])


def _largest_norm(vectors: NDArray[np.float32]) -> float:
    if not vectors.size:
        return 0.0
    return float(np.sqrt(np.einsum("nd,nd->n", vectors, vectors).max()))
