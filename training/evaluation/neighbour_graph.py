"""Neighbours within a domain: averaging over them, and spreading values from one to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from training.evaluation.largest import largest_columns

_BLOCK_BYTES = 32 * 2**20
_ROUNDS = 40
_POWER = 3.0
"""Similarities count by their third power: near neighbours much, far ones little."""


Note = Callable[[int], None]
"""Told how many pairs of images were compared, after each block; may raise to end the work."""


def centred_units(rows: NDArray[np.floating], mean: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return rows (N, D) without the mean (D,), at unit length; a row of zeros stays zero."""
    moved = np.asarray(rows, np.float64) - mean
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    return np.asarray(moved / np.maximum(lengths, 1e-12), np.float32)


def nearest_rows(
    rows: NDArray[np.float32],
    others: NDArray[np.float32],
    count: int,
    *,
    skip_own: bool = False,
    note: Note | None = None,
) -> NDArray[np.int64]:
    """Return the rows of ``others`` with the largest inner products; of equal ones the first.

    Args:
        rows: float32 (N, D).
        others: float32 (M, D).
        count: k, at most M, or M - 1 where a row's own place is skipped.
        skip_own: ``others`` is ``rows``, and a row is no neighbour of its own.
        note: Told of the work.

    Returns:
        int64 (N, k), ascending.
    """
    found = np.empty((len(rows), count), np.int64)
    if count < 1:
        return found
    for block in blocks_of(rows, len(others), note):
        products = rows[block] @ others.T
        if skip_own:
            own = np.arange(block.start, block.start + len(products))
            products[np.arange(len(products)), own] = -np.inf
        found[block] = largest_columns(products, count)
    return found


def products_with(
    rows: NDArray[np.float32], others: NDArray[np.float32], near: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return the inner products (N, k) of each row (N, D) with its neighbours ``others[near]``.

    Args:
        rows: float32 (N, D).
        others: float32 (M, D).
        near: int64 (N, k).
    """
    return np.stack([np.einsum("nd,nd->n", rows, others[column]) for column in near.T], axis=1)


def averaged_with(
    rows: NDArray[np.float32],
    others: NDArray[np.float32],
    near: NDArray[np.int64],
    weights: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Return the mean of each row (N, D) and its neighbours ``others[near]``, at unit length.

    Args:
        rows: float32 (N, D).
        others: float32 (M, D).
        near: int64 (N, k).
        weights: float32 (N, k), what each neighbour counts beside the row itself; 1 by default.
    """
    sums = rows.astype(np.float64)
    for place, column in enumerate(near.T):
        of_neighbour = others[column]
        sums += of_neighbour if weights is None else weights[:, place, None] * of_neighbour
    return centred_units(sums, np.zeros(rows.shape[1]))


def averaged_within(
    rows: NDArray[np.float32], count: int, note: Note | None = None
) -> NDArray[np.float32]:
    """Return the mean of each row (N, D) and its ``count`` nearest others, at unit length.

    Args:
        rows: float32 (N, D) of one domain.
        count: How many others; all of them where there are fewer. 0 leaves the rows as they are.
        note: Told of the work.
    """
    count = min(count, len(rows) - 1)
    if count < 1:
        return rows
    return averaged_with(rows, rows, nearest_rows(rows, rows, count, skip_own=True, note=note))


def spread_over(
    rows: NDArray[np.float32],
    values: NDArray[np.float64],
    count: int,
    *,
    kept_share: float,
    note: Note | None = None,
) -> NDArray[np.float64]:
    """Let each value move towards those of the neighbours, again and again.

    A round is x <- kept_share * values + (1 - kept_share) * weighted mean of x over the
    neighbours; a neighbour is who is near or to whom one is near.

    Args:
        rows: float32 (N, D), unit rows.
        values: float64 (N,).
        count: Nearest rows of each row, at most N - 1.
        kept_share: 0..1.
        note: Told of the work.

    Returns:
        float64 (N,).
    """
    from scipy.sparse import csr_matrix, diags_array

    near = nearest_rows(rows, rows, count, skip_own=True, note=note)
    products = products_with(rows, rows, near)
    weights = np.maximum(products.astype(np.float64), 1e-6) ** _POWER
    starts = np.arange(0, near.size + 1, count)
    graph = csr_matrix((weights.ravel(), near.ravel(), starts), shape=(len(rows), len(rows)))
    graph = graph + graph.T
    graph = diags_array(1.0 / np.asarray(graph.sum(axis=1)).ravel()) @ graph
    spread = values
    for _ in range(_ROUNDS):
        spread = kept_share * values + (1.0 - kept_share) * (graph @ spread)
    return np.asarray(spread, np.float64)


def blocks_of(rows: NDArray[np.float32], width: int, note: Note | None = None) -> Iterator[slice]:
    """Cut rows so that a block against ``width`` others takes a few dozen megabytes."""
    size = max(1, _BLOCK_BYTES // (8 * max(1, width)))
    for start in range(0, len(rows), size):
        yield slice(start, start + size)
        if note is not None:
            note(min(size, len(rows) - start) * width)
