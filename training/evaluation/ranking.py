"""The one order everything is measured with and shown in.

Similarities are float64 inner products of the float32 embeddings, rounded to 10 decimals, so that
the order does not hang on the last bits of a matrix product. Equal similarities: lower row first.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SIMILARITY_DECIMALS = 10
STEPS_PER_UNIT = 10.0**SIMILARITY_DECIMALS

_BLOCK_BYTES = 32 * 2**20


def similarity_steps(
    queries: NDArray[np.float32], gallery: NDArray[np.float32] | NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the similarities in whole steps of 1e-10.

    Args:
        queries: float32 (Q, D).
        gallery: float32 (N, D), turned into float64 block by block, never as a whole; or already
            float64.

    Returns:
        float64 (Q, N) of whole numbers; the order of the steps is the order of the similarities.
    """
    queries = np.asarray(queries, np.float64)
    steps = np.empty((len(queries), len(gallery)), np.float64)
    rows_per_block = max(1, _BLOCK_BYTES // (8 * max(1, gallery.shape[1])))
    for start in range(0, len(gallery), rows_per_block):
        block = np.asarray(gallery[start : start + rows_per_block], np.float64)
        np.matmul(queries, block.T, out=steps[:, start : start + rows_per_block])
    np.multiply(steps, STEPS_PER_UNIT, out=steps)
    np.rint(steps, out=steps)
    return steps


def exact_similarities(
    queries: NDArray[np.float32], gallery: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Return round(float64 product, 10).

    Args:
        queries: float32 (Q, D), unit rows.
        gallery: float32 (N, D), unit rows.

    Returns:
        float64 (Q, N).
    """
    steps = similarity_steps(queries, gallery)
    np.divide(steps, STEPS_PER_UNIT, out=steps)
    return steps


def rank_order(similarities: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the rows from most to least similar along the last axis, equal ones by row.

    Args:
        similarities: float64 (..., N), rounded as ``exact_similarities`` does.

    Returns:
        int64 (..., N).
    """
    return np.argsort(-similarities, axis=-1, kind="stable").astype(np.int64, copy=False)
