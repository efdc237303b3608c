"""The queries with the least average precision, each with what it found first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.data.records import ImageRecord
from uem_desktop.retrieval.mismatch_orders import worst
from uem_desktop.retrieval.mismatches import Mismatches
from uem_desktop.retrieval.query_table import record_at


@dataclass(frozen=True, slots=True)
class WorstQuery:
    """One query that has a relevant gallery image.

    Attributes:
        record: The query image.
        ap_plain: Plain average precision in percent.
        ap_interpolated: Interpolated average precision in percent.
        first_rank: Rank of the first correct match, from 1.
        relevant_count: Gallery images of its category.
        best_match: The gallery image on rank 1.
        similarity: Similarity of that image.
        margin: Similarity of the best wrong match minus that of the best correct one; negative
            where a correct match comes first, None where no gallery image is wrong.
    """

    record: ImageRecord
    ap_plain: float
    ap_interpolated: float
    first_rank: int
    relevant_count: int
    best_match: ImageRecord
    similarity: float
    margin: float | None


def worst_queries(found: Mismatches, count: int) -> tuple[WorstQuery, ...]:
    """Return the scored queries with the least plain AP, at most ``count``; equal ones by row."""
    results = found.results
    return tuple(
        WorstQuery(
            record=record_at(found, place),
            ap_plain=100.0 * float(results.plain_ap[place]),
            ap_interpolated=100.0 * float(results.interpolated_ap[place]),
            first_rank=int(results.first_rank[place]),
            relevant_count=int(results.num_relevant[place]),
            best_match=found.gallery.records[int(found.matches[place, 0])],
            similarity=float(found.similarities[place, 0]),
            margin=float(found.margin[place]) if np.isfinite(found.margin[place]) else None,
        )
        for place in worst(found, count)
    )
