"""All pairs of images whose embeddings are nearly the same, in blocks of bounded memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.errors import Cancelled
from uem_desktop.retrieval.domain import DomainEmbeddings

Rows = NDArray[np.int64]

_BLOCK_BYTES = 128 * 2**20


@dataclass(frozen=True, slots=True, eq=False)
class ClosePairs:
    """Pairs of images with at least some similarity.

    Attributes:
        rows: int64 (n,), of the one domain.
        columns: int64 (n,), of the other.
        similarities: float64 (n,), in float32's precision.
        count: How many pairs there are; more than n where only the most similar ones are kept.
    """

    rows: Rows
    columns: Rows
    similarities: NDArray[np.float64]
    count: int


def close_pairs(
    domain: DomainEmbeddings,
    other: DomainEmbeddings,
    least: float,
    *,
    is_own: bool = False,
    most: int = 100_000,
    on_progress: Callable[[float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> ClosePairs:
    """Compare every ready image of a domain with every one of another.

    Args:
        domain: The one domain.
        other: The other.
        least: Smallest similarity of a pair.
        is_own: The two are one domain, and each pair of different rows counts once.
        most: How many pairs are kept.
        on_progress: Told the share that is done, 0..1.
        should_stop: Asked between blocks.

    Raises:
        Cancelled: ``should_stop`` said so.
    """
    (rows, a), (columns, b) = _ready(domain), _ready(other)
    kept = _Kept(most)
    if len(a) and len(b):
        size = max(1, _BLOCK_BYTES // (4 * len(b)))
        for start in range(0, len(a), size):
            if should_stop is not None and should_stop():
                raise Cancelled
            first = start if is_own else 0  # nothing left of the diagonal
            products = a[start : start + size] @ b[first:].T
            if is_own:
                np.fill_diagonal(products, -1.0)  # each image itself
            near = np.flatnonzero(products.max(axis=1) >= least)  # few, and quickly told
            at, where = np.nonzero(products[near] >= least)
            at = near[at]
            values = products[at, where]
            at, where = at + start, where + first
            if is_own:
                is_above = where > at
                at, where, values = at[is_above], where[is_above], values[is_above]
            kept.add(rows[at], columns[where], values)
            if on_progress is not None:
                on_progress(_share_done(min(start + size, len(a)), len(a), is_own=is_own))
    return kept.pairs()


class _Kept:
    """The most similar pairs so far; twice as many as are wanted at most."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._parts: list[tuple[Rows, Rows, NDArray[np.float64]]] = []
        self._held = 0
        self.count = 0

    def add(self, rows: Rows, columns: Rows, values: NDArray[np.float32]) -> None:
        self._parts.append((rows, columns, values.astype(np.float64)))
        self._held += len(rows)
        self.count += len(rows)
        if self._held > 2 * self._most:
            self._shrink()

    def pairs(self) -> ClosePairs:
        self._shrink()
        rows, columns, values = self._parts[0]
        return ClosePairs(rows, columns, values, self.count)

    def _shrink(self) -> None:
        none = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
        parts = [none, *self._parts]
        rows, columns, values = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.argsort(-values, kind="stable")[: self._most]
        self._parts = [(rows[order], columns[order], values[order])]
        self._held = len(order)


def _share_done(done: int, total: int, *, is_own: bool) -> float:
    share = done / total
    return share * (2.0 - share) if is_own else share


def _ready(domain: DomainEmbeddings) -> tuple[Rows, NDArray[np.float32]]:
    rows = domain.ready_rows()
    is_whole = len(rows) == len(domain.embeddings)
    return rows, domain.embeddings if is_whole else domain.embeddings[rows]
