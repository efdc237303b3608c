"""Matches with their marks and decisions as a table."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from uem_desktop.retrieval.decision_words import PAST
from uem_desktop.retrieval.decisions import Judgement, Kind
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.export_tables import Cell, Table
from uem_desktop.retrieval.held_decisions import HeldDecisions
from uem_desktop.retrieval.index import GalleryIndex
from uem_desktop.retrieval.search import search_domain

MARK_WORDS = {True: "correct", False: "wrong", None: "unknown"}

_COLUMNS: tuple[tuple[str, type], ...] = (
    ("query", str),
    ("query_category", str),
    ("rank", int),
    ("match", str),
    ("match_category", str),
    ("similarity", float),
    ("mark", str),
    ("decision", str),
    ("reviewer", str),
    ("decided_at", datetime.datetime),
    ("note", str),
    ("query_note", str),
    ("query_relabelled", str),
    ("match_relabelled", str),
    ("no_counterpart", str),
)


def matches_table(
    query: DomainEmbeddings,
    gallery: DomainEmbeddings,
    decisions: HeldDecisions,
    *,
    top_k: int,
    index: GalleryIndex | None = None,
    rows: Sequence[int] | NDArray[np.int64] | None = None,
) -> Table:
    """Return the first matches of each query, the very ones that the window shows.

    Marks follow the folders; a decision stands beside them. ``note`` is on the match.

    Args:
        query: The query domain.
        gallery: The gallery domain.
        decisions: What holds.
        top_k: Matches for each query.
        index: An index of the gallery; an exact one by default.
        rows: Only these queries, in this order.
    """
    results = search_domain(query, gallery, top_k=top_k, index=index, rows=rows)
    wanted = query.ready_rows() if rows is None else np.asarray(rows, np.int64)
    count = int(query.is_ready[wanted].sum()) * min(top_k, gallery.ready_count)

    @cache
    def said_of(row: int) -> tuple[str, str | None, str | None]:
        """Return path, note and new category of a gallery image, each looked up once."""
        path = gallery.records[row].path
        note, category = (decisions.value(kind, path) for kind in (Kind.NOTE, Kind.CATEGORY))
        return os.path.abspath(path), note, category

    def lines() -> Iterator[Sequence[Cell]]:
        for result in results:
            asked = result.query_paths[0]
            query_path = os.path.abspath(asked)
            query_note, query_category, confirmed = (
                decisions.value(kind, asked)
                for kind in (Kind.NOTE, Kind.CATEGORY, Kind.COUNTERPART)
            )
            for match in result.matches:
                path, note, category = said_of(match.row)
                judged = decisions.judgement_of(asked, match.record.path)
                yield (
                    query_path,
                    result.category,
                    match.rank,
                    path,
                    match.record.category,
                    match.similarity,
                    MARK_WORDS[match.is_correct],
                    PAST[Judgement(judged.after)] if judged and judged.after else None,
                    judged.reviewer if judged else None,
                    judged.at if judged else None,
                    note,
                    query_note,
                    query_category,
                    category,
                    "confirmed" if confirmed else None,
                )

    return Table(_COLUMNS, lines(), count)
