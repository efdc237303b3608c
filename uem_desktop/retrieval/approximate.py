"""Approximate candidates from faiss, for galleries that an exact product takes too long for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from training.errors import Cancelled

ApproximateKind = Literal["hnsw", "ivf"]

_ROWS_PER_BLOCK = 1024  # a stop is noticed within about two seconds
_HNSW_NEIGHBOURS = 32
_HNSW_BUILD_BREADTH = 80
_HNSW_SEARCH_BREADTH = 128
_IVF_TRAINING_PER_LIST = 64
_IVF_ROUNDS = 10
_IVF_SHARE_SEARCHED = 8  # one list in eight is looked into


class ApproximateCandidates:
    """A faiss index that proposes rows; it holds its own copy of the embeddings."""

    def __init__(
        self,
        vectors: NDArray[np.float32],
        rows: NDArray[np.int64],
        kind: ApproximateKind,
        should_stop: Callable[[], bool] | None = None,
    ) -> None:
        """Build the index.

        Args:
            vectors: float32 (N, D), the whole gallery.
            rows: int64 (n,), ascending, n > 0: the rows that may be found.
            kind: ``hnsw``: a graph, slow to build, fast to search; ``ivf``: lists, the reverse.
            should_stop: Asked between blocks of rows.

        Raises:
            Cancelled: ``should_stop`` said so.
        """
        self._rows = rows
        if kind == "hnsw":
            self._index = _empty_hnsw(vectors.shape[1])
        else:
            self._index = _trained_ivf(vectors, rows)
        for start in range(0, len(rows), _ROWS_PER_BLOCK):
            if should_stop is not None and should_stop():
                raise Cancelled
            self._index.add(vectors[rows[start : start + _ROWS_PER_BLOCK]])

    def candidates(self, queries: NDArray[np.float32], count: int) -> NDArray[np.int64]:
        """Return int64 (Q, min(count, n)) rows for queries float32 (Q, D); -1 where none."""
        count = min(count, len(self._rows))
        _, found = self._index.search(np.ascontiguousarray(queries, np.float32), count)
        places = np.asarray(found, np.int64)
        return np.where(places < 0, -1, self._rows[places])


def _empty_hnsw(dimension: int) -> Any:
    import faiss

    index: Any = faiss.IndexHNSWFlat(dimension, _HNSW_NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = _HNSW_BUILD_BREADTH
    index.hnsw.efSearch = _HNSW_SEARCH_BREADTH  # faiss takes more where more is asked for
    return index


def _trained_ivf(vectors: NDArray[np.float32], rows: NDArray[np.int64]) -> Any:
    """Cluster a sample of the rows into about sqrt(n) lists, each time the same ones."""
    import faiss

    dimension = vectors.shape[1]
    lists = max(1, min(int(len(rows) ** 0.5), len(rows) // 39))
    index: Any = faiss.IndexIVFFlat(
        faiss.IndexFlatIP(dimension), dimension, lists, faiss.METRIC_INNER_PRODUCT
    )
    index.cp.min_points_per_centroid = 1  # else faiss prints about small galleries
    index.nprobe = min(lists, max(8, lists // _IVF_SHARE_SEARCHED))
    index.cp.niter = _IVF_ROUNDS
    sample_size = min(len(rows), max(lists * _IVF_TRAINING_PER_LIST, 1))
    sample = np.random.default_rng(0).choice(len(rows), sample_size, replace=False)
    index.train(vectors[rows[np.sort(sample)]])
    return index
