"""Pairs that look alike and are not the same kind of thing: what a better encoder must tell apart.

They are the wrong matches among the first ones, and the pairs that a person rejected. What a
person accepted is none, and neither are images whose categories agree after relabelling.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from training.errors import Cancelled
from training.evaluation.ranking import exact_similarities
from uem_desktop.retrieval.decisions import Judgement
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.export_tables import Table
from uem_desktop.retrieval.held_decisions import HeldDecisions
from uem_desktop.retrieval.mismatches import Mismatches

WRONG, REJECTED = "wrong match", "rejected"


@dataclass(frozen=True, slots=True)
class HardNegative:
    """A query image and a gallery image that are not the same kind of thing.

    Attributes:
        query_row: Row of the query domain.
        match_row: Row of the gallery domain.
        similarity: Cosine.
        margin: By how much it is closer than the query's best correct match; None without one.
        rank: Its rank among the kept matches; None beyond them.
        reason: ``wrong match``, ``rejected``, or both with a comma between.
    """

    query_row: int
    match_row: int
    similarity: float
    margin: float | None
    rank: int | None
    reason: str


def hard_negatives(
    found: Mismatches,
    decisions: HeldDecisions,
    *,
    top_k: int,
    least_similarity: float = -1.0,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[HardNegative, ...]:
    """Return the hard negatives of a direction, the most similar first; equal ones by row.

    Args:
        found: All queries with their matches.
        decisions: What holds.
        top_k: How many first matches of a query may be wrong, at most `mismatches.TOP_DEPTH`.
        least_similarity: Wrong matches less similar than this are left out; rejected pairs stay.
        should_stop: Asked between matches.

    Raises:
        Cancelled: ``should_stop`` said so.
    """
    places = {int(row): place for place, row in enumerate(found.rows)}
    reasons: dict[tuple[int, int], list[str]] = {}
    query_records, gallery_records = found.query.records, found.gallery.records
    is_other = (
        (found.match_codes >= 0)
        & (found.query_codes >= 0)[:, None]
        & (found.match_codes != found.query_codes[:, None])
        & (found.similarities >= least_similarity)
    )[:, :top_k]
    for place, column in np.argwhere(is_other).tolist():
        if should_stop is not None and should_stop():
            raise Cancelled
        asked, other = int(found.rows[place]), int(found.matches[place, column])
        one, two = query_records[asked], gallery_records[other]
        judged = decisions.judgement_of(one.path, two.path)
        accepted = judged is not None and judged.after == Judgement.ACCEPT
        agree = decisions.category(one.path, one.category) == decisions.category(
            two.path, two.category
        )
        if not accepted and not agree:
            reasons[asked, other] = [WRONG]
    for asked, other in _rejected_rows(found.query, found.gallery, decisions):
        if asked in places:
            reasons.setdefault((asked, other), []).append(REJECTED)
    pairs = [
        _negative(found, places[asked], other, ", ".join(reason))
        for (asked, other), reason in reasons.items()
    ]
    return tuple(sorted(pairs, key=lambda one: (-one.similarity, one.query_row, one.match_row)))


def hard_negatives_table(found: Mismatches, pairs: tuple[HardNegative, ...]) -> Table:
    """Return one line for each pair."""
    queries, gallery = found.query.records, found.gallery.records
    rows = (
        (
            os.path.abspath(queries[one.query_row].path),
            os.path.abspath(gallery[one.match_row].path),
            one.similarity,
            one.margin,
            one.rank,
            queries[one.query_row].category,
            gallery[one.match_row].category,
            one.reason,
        )
        for one in pairs
    )
    columns = (
        ("query", str), ("match", str), ("similarity", float), ("margin", float), ("rank", int),
        ("query_category", str), ("match_category", str), ("reason", str),
    )  # fmt: skip
    return Table(columns, rows, len(pairs))


def _rejected_rows(
    query: DomainEmbeddings, gallery: DomainEmbeddings, decisions: HeldDecisions
) -> list[tuple[int, int]]:
    """Return the rows of the rejected pairs that are in both domains."""
    pairs = list(decisions.pairs(Judgement.REJECT))
    if not pairs:
        return []
    asked, other = rows_by_path(query), rows_by_path(gallery)
    found = []
    for one, two in pairs:
        for a, b in ((one, two), (two, one)):
            a_row, b_row = asked.get(os.path.abspath(a)), other.get(os.path.abspath(b))
            if a_row is not None and b_row is not None and gallery.is_ready[b_row]:
                found.append((a_row, b_row))
                break
    return found


def rows_by_path(domain: DomainEmbeddings) -> dict[str, int]:
    """Return the row of each image of a domain by its absolute path."""
    return {os.path.abspath(path): row for row, path in enumerate(domain.records.paths)}


def _negative(found: Mismatches, place: int, match_row: int, reason: str) -> HardNegative:
    row = int(found.rows[place])
    columns = np.flatnonzero(found.matches[place] == match_row)
    if len(columns):
        similarity = float(found.similarities[place, columns[0]])
    else:
        one = found.query.embeddings[row : row + 1]
        similarity = float(
            exact_similarities(one, found.gallery.embeddings[match_row : match_row + 1])[0, 0]
        )
    best = float(found.best_correct[place])
    return HardNegative(
        query_row=row,
        match_row=match_row,
        similarity=similarity,
        margin=None if np.isnan(best) else similarity - best,
        rank=int(columns[0]) + 1 if len(columns) else None,
        reason=reason,
    )
