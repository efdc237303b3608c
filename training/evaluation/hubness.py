"""Hubs, gallery images that are near to everything, pushed back by CSLS and kept as unit rows.

CSLS (Conneau et al. 2018, Eq. 2) ranks the gallery by 2 s(q, g) - r(q) - r(g), where r(g) is the
mean similarity of g to the queries nearest to it. r(q) is the same for all matches of a query, so
the rank needs r(g) alone: a bias of each gallery row. Two further coordinates carry it, and what
finds inner products of unit rows finds this order too.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.evaluation.neighbour_graph import Note, blocks_of


def local_means(
    gallery: NDArray[np.float32],
    queries: NDArray[np.float32],
    count: int,
    note: Note | None = None,
) -> NDArray[np.float64]:
    """Return r(g), the mean similarity of each gallery row to its nearest queries.

    Args:
        gallery: float32 (N, D), unit rows.
        queries: float32 (Q, D), unit rows, Q at least 1.
        count: How many queries, 1 to Q.
        note: Told of the work.

    Returns:
        float64 (N,).
    """
    means = np.empty(len(gallery), np.float64)
    for block in blocks_of(gallery, len(queries), note):
        products = gallery[block] @ queries.T
        products.partition(len(queries) - count, axis=1)
        means[block] = products[:, len(queries) - count :].mean(axis=1, dtype=np.float64)
    return means


def queries_for_bias(queries: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return unit rows (Q, D + 2) that ask a gallery made by `gallery_with_bias`.

    Args:
        queries: float32 (Q, D), unit rows.
    """
    half = np.float32(np.sqrt(0.5))
    ones = np.full((len(queries), 1), half, np.float32)
    return np.hstack([half * queries, ones, np.zeros_like(ones)])


def gallery_with_bias(
    gallery: NDArray[np.float32], bias: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Return unit rows (N, D + 2) whose products with the queries rise with 2 s(q, g) - bias(g).

    The bias is moved so that its middle is 0: that changes no order. With h its largest size the
    row is (2 g, -bias, sqrt(h^2 - bias^2)) / sqrt(4 + h^2), and the product with a query is
    (2 s - bias) / sqrt(8 + 2 h^2).

    Args:
        gallery: float32 (N, D), unit rows.
        bias: float64 (N,), N at least 1.
    """
    bias = bias - (bias.max() + bias.min()) / 2
    largest = float(np.abs(bias).max())
    rest = np.sqrt(np.maximum(largest**2 - np.square(bias), 0.0))
    rows = np.hstack([2.0 * gallery, -bias[:, None], rest[:, None]])
    return np.asarray(rows / np.sqrt(4.0 + largest**2), np.float32)
