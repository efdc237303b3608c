"""Which queries of a domain have no counterpart, and what a threshold comes to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from training.errors import UserError
from training.evaluation.open_set import auroc
from uem_desktop.retrieval.domain import DomainEmbeddings

if TYPE_CHECKING:
    from training.evaluation.vote_detection import VoteDetector

LEAST_IMAGES = 3
_BINS = 61
"""An odd number, so that the bar of a single value has that value in its middle."""

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PrivateCounts:
    """What one threshold comes to; percentages are None where categories do not tell.

    Attributes:
        called: Queries whose decision value is above the threshold.
        total: Queries that have a decision value.
        private_found: Private queries that are called private, in percent.
        false_alarms: Shared queries that are called private, in percent.
        balanced_accuracy: Mean of ``private_found`` and ``100 - false_alarms``.
    """

    called: int
    total: int
    private_found: float | None
    false_alarms: float | None
    balanced_accuracy: float | None


@dataclass(frozen=True, slots=True)
class ValueHistogram:
    """How many queries have which decision value.

    Attributes:
        edges: Where the B bins meet, B + 1 numbers, ascending.
        every: Queries in each bin, B numbers.
        shared: Those whose category the gallery has; None where categories do not tell.
        private: Those whose category it lacks; None where categories do not tell.
    """

    edges: tuple[float, ...]
    every: tuple[int, ...]
    shared: tuple[int, ...] | None
    private: tuple[int, ...] | None


class PrivateQueries:
    """The decision values of one query domain against one gallery; never changed.

    Categories take no part in values and threshold. Where both domains have them, they only tell
    how well a threshold does. Counting at another threshold looks into sorted values.

    Attributes:
        values: float64 (Q,), one for each row of the query domain; NaN for a row without embedding.
        threshold: Above it a query is called private, unless a person drew the line elsewhere.
        auroc: Chance, 0..1, that a private query has the larger value; None where categories do
            not tell.
    """

    def __init__(
        self,
        detector: VoteDetector,
        rows: NDArray[np.int64],
        row_count: int,
        is_private: NDArray[np.bool_] | None = None,
        has_category: NDArray[np.bool_] | None = None,
    ) -> None:
        found = detector.decisions
        self._detector = detector
        self.threshold = found.threshold
        self.values: Values = np.full(row_count, np.nan)
        self.values[rows] = found.values
        self._every = np.sort(found.values)
        self._shared: Values | None = None
        self._private: Values | None = None
        self.auroc: float | None = None
        if is_private is not None and has_category is not None:
            self._shared = np.sort(found.values[has_category & ~is_private])
            self._private = np.sort(found.values[has_category & is_private])
            if len(self._shared) and len(self._private):
                self.auroc = auroc(self._private, self._shared)

    @property
    def has_categories(self) -> bool:
        """Whether it is known which queries are private."""
        return self._private is not None

    @property
    def shared_count(self) -> int:
        """Queries that are known to have a counterpart."""
        return 0 if self._shared is None else len(self._shared)

    @property
    def private_count(self) -> int:
        """Queries that are known to have none."""
        return 0 if self._private is None else len(self._private)

    @property
    def range(self) -> tuple[float, float]:
        """The least and the largest value, the threshold included."""
        least, largest = float(self._every[0]), float(self._every[-1])
        return min(least, self.threshold), max(largest, self.threshold)

    def judge(self, embedding: NDArray[np.float32]) -> float:
        """Return the decision value of a query that the domain does not hold; costs O(Q + N).

        Args:
            embedding: float32 (D,), unit length, of the same encoder.
        """
        return float(self._detector.decide(embedding[None]).values[0])

    def counts_at(self, threshold: float) -> PrivateCounts:
        """Return what a threshold comes to; costs O(log Q)."""
        found = _percent_above(self._private, threshold)
        alarms = _percent_above(self._shared, threshold)
        balanced = None if found is None or alarms is None else (found + 100.0 - alarms) / 2
        return PrivateCounts(
            _count_above(self._every, threshold), len(self._every), found, alarms, balanced
        )

    def histogram(self) -> ValueHistogram:
        """Return how the values are spread."""
        edges = np.histogram_bin_edges(self._every, _BINS)
        shared = private = None
        if self._shared is not None and self._private is not None:
            shared, private = _counts(self._shared, edges), _counts(self._private, edges)
        return ValueHistogram(tuple(edges.tolist()), _counts(self._every, edges), shared, private)


def find_private_queries(
    query: DomainEmbeddings,
    gallery: DomainEmbeddings,
    *,
    on_progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> PrivateQueries:
    """Let the gallery vote among the queries that are ready.

    The line is drawn by the gallery: of two folders that may hold the same categories it calls
    the fewer queries private.

    Args:
        query: The query domain.
        gallery: The gallery domain, of the same encoder.
        on_progress: Told (done, total) in blocks of work.
        should_stop: Asked between them.

    Raises:
        Cancelled: ``should_stop`` said so.
        UserError: A domain has fewer than three embedded images.
    """
    from training.evaluation.vote_detection import fit_vote_detector

    for side, domain in (("query", query), ("gallery", gallery)):
        if domain.ready_count < LEAST_IMAGES:
            raise UserError(too_few_sentence(side, domain.ready_count))
    rows, gallery_rows = query.ready_rows(), gallery.ready_rows()
    detector = fit_vote_detector(
        query.embeddings[rows],
        gallery.embeddings[gallery_rows],
        line="gallery",
        on_progress=on_progress,
        should_stop=should_stop,
    )
    if not (query.has_categories and gallery.has_categories):
        return PrivateQueries(detector, rows, len(query.records))
    has_category = np.zeros(len(query.records), np.bool_)
    is_private = np.zeros(len(query.records), np.bool_)
    for category, of_category in query.rows_by_category.items():
        has_category[of_category] = True
        others = gallery.rows_by_category.get(category)
        is_private[of_category] = others is None or not gallery.is_ready[others].any()
    return PrivateQueries(detector, rows, len(query.records), is_private[rows], has_category[rows])


def too_few_sentence(side: str, count: int) -> str:
    """Say why nothing is decided about a domain of fewer than three images."""
    held = {0: "no image", 1: "one image"}.get(count, f"{count} images")
    return (
        f"Whether a query has a counterpart is not decided: the {side} domain has {held},"
        " and the vote needs three in each."
    )


def _count_above(rising: Values, threshold: float) -> int:
    return len(rising) - int(np.searchsorted(rising, threshold, side="right"))


def _percent_above(rising: Values | None, threshold: float) -> float | None:
    if rising is None or not len(rising):
        return None
    return 100.0 * _count_above(rising, threshold) / len(rising)


def _counts(values: Values, edges: Values) -> tuple[int, ...]:
    return tuple(np.histogram(values, edges)[0].tolist())
