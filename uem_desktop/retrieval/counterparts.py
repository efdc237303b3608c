"""Which queries have no counterpart in the gallery, judged by the votes of the gallery.

Looks at embeddings as the encoder made them: the votes prepare them in their own way, and so a
decision does not change when retrieval-time help does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from training.evaluation.private_decisions import PrivateDecisions
from training.evaluation.vote_detection import Line, VoteDetector, fit_vote_detector
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.matches import CounterpartDecision, QueryResult

FEWEST_IMAGES = 3
"""Images that each domain has to have before anything can be said."""


@dataclass(frozen=True, slots=True, eq=False)
class CounterpartJudge:
    """Says of each query of one domain, and of others, whether the gallery has its like.

    Attributes:
        detector: The votes of the gallery; its ``decisions`` hold the values of all queries.
        rows: int64 (Q,), ascending: the query domain's rows that the decisions are of.
    """

    detector: VoteDetector
    rows: NDArray[np.int64]

    @property
    def decisions(self) -> PrivateDecisions:
        """Values and threshold of the query domain, in the order of ``rows``."""
        return self.detector.decisions

    def of_row(self, row: int) -> CounterpartDecision | None:
        """Judge an image of the query domain; None if it was not ready when the votes were cast."""
        place = int(np.searchsorted(self.rows, row))
        if place == len(self.rows) or self.rows[place] != row:
            return None
        return CounterpartDecision(float(self.decisions.values[place]), self.decisions.threshold)

    def of_embeddings(self, embeddings: NDArray[np.float32]) -> tuple[CounterpartDecision, ...]:
        """Judge images from elsewhere as if they were of the query domain.

        Args:
            embeddings: float32 (B, D), unit rows of the same encoder, without retrieval-time help.
        """
        found = self.detector.decide(embeddings)
        return tuple(CounterpartDecision(value, found.threshold) for value in found.values.tolist())


def judge_counterparts(
    query: DomainEmbeddings, gallery: DomainEmbeddings, *, line: Line = "gallery"
) -> CounterpartJudge | None:
    """Let the gallery vote among the query domain, with what is ready of both now.

    Args:
        query: The query domain.
        gallery: The gallery domain.
        line: How the threshold is found; the gallery's line calls fewer queries private, which
            suits folders that may well have a counterpart for everything.

    Returns:
        None where a domain has fewer than three images: nothing can be said then.
    """
    rows, gallery_rows = query.ready_rows(), gallery.ready_rows()
    if min(len(rows), len(gallery_rows)) < FEWEST_IMAGES:
        return None
    detector = fit_vote_detector(
        query.embeddings[rows], gallery.embeddings[gallery_rows], line=line
    )
    return CounterpartJudge(detector, rows)


def with_counterparts(
    results: Iterable[QueryResult], judge: CounterpartJudge | None
) -> Iterator[QueryResult]:
    """Add to each result of an image of the query domain what was decided of it."""
    for result in results:
        if judge is None or result.query_row is None:
            yield result
        else:
            yield replace(result, counterpart=judge.of_row(result.query_row))
