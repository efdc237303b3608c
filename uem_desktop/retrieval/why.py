"""What made a query and a match similar, position by position.

With u_p what position p of the query brings to its embedding and v_r the same for the match, the
embeddings are the means of u and of v at unit length, and so

    similarity = sum over p, r of u_p · v_r / (n m |mean of u| |mean of v|)

exactly: n positions of the query, m of the match. The part of a position of the query is the sum
over all r, and the other way round. Nothing is left over: a bias of the projector is in each u_p,
and the two lengths are the same for all positions. A part may be negative, where a position
speaks against the match.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from uem_desktop.retrieval.embedder_protocol import PositionEmbeddings
from uem_desktop.retrieval.file_stamps import stamp_of

Heat = NDArray[np.float64]

_MOST_KEPT = 64


@dataclass(frozen=True, eq=False)
class Explanation:
    """The similarity of two images as a sum over their positions.

    Attributes:
        query: What each position of the query brings.
        match: What each position of the match brings.
    """

    query: PositionEmbeddings
    match: PositionEmbeddings

    @cached_property
    def similarity(self) -> float:
        """Cosine of the two embeddings; the sum of either heat."""
        return float(self.query_heat.sum())

    @cached_property
    def query_heat(self) -> Heat:
        """The part of each position of the query, float64 (h, w)."""
        return np.asarray(_shares(self.query) @ _mean_direction(self.match))

    @cached_property
    def match_heat(self) -> Heat:
        """The part of each position of the match, float64 (h', w')."""
        return np.asarray(_shares(self.match) @ _mean_direction(self.query))

    def match_heat_for(self, row: int, column: int) -> Heat:
        """Return what each position of the match adds with one of the query, float64 (h', w').

        Summed over all positions of the query it is `match_heat`.
        """
        return np.asarray(_shares(self.match) @ _shares(self.query)[row, column])

    def query_heat_for(self, row: int, column: int) -> Heat:
        """Return what each position of the query adds with one of the match, float64 (h, w)."""
        return np.asarray(_shares(self.query) @ _shares(self.match)[row, column])


def _shares(positions: PositionEmbeddings) -> Heat:
    """Return the summands (h, w, D) of an embedding of unit length."""
    rows = positions.rows.astype(np.float64)
    total = rows.sum(axis=(0, 1))
    return np.asarray(rows / max(float(np.linalg.norm(total)), 1e-12))


def _mean_direction(positions: PositionEmbeddings) -> Heat:
    return np.asarray(_shares(positions).sum(axis=(0, 1)))


class PositionCache:
    """The positions of the images looked at last, by image and encoder; for several threads."""

    def __init__(self, most: int = _MOST_KEPT) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, PositionEmbeddings] = OrderedDict()

    def get(
        self, path: Path, encoder: str, compute: Callable[[], PositionEmbeddings]
    ) -> PositionEmbeddings:
        """Return what is kept of an image as its file is now, or else compute and keep it.

        The image that was not looked at for longest makes room.
        """
        key = path, encoder, stamp_of(path)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        positions = compute()
        with self._lock:
            self._kept[key] = positions
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return positions
