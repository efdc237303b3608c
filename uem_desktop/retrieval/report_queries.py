"""Which queries a report shows: from the worst to the best, so that nothing is polished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.evaluation.average_precision import plain_average_precision
from training.evaluation.ranking import exact_similarities
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.index import GalleryIndex
from uem_desktop.retrieval.matches import QueryResult
from uem_desktop.retrieval.mismatches import Mismatches
from uem_desktop.retrieval.search import search_domain, search_embedding

_BLOCK_QUERIES = 256
_MAX_MISSED = 10


@dataclass(frozen=True, slots=True)
class ReportedQuery:
    """One query of a report.

    Attributes:
        result: Its matches.
        average_precision: Its plain average precision in percent; None where nothing is known.
        standing: ``worst``, ``median``, ``best``, or empty for those between.
        first_rank: Rank of the first correct match; None where it was not looked for or is none.
    """

    result: QueryResult
    average_precision: float | None
    standing: str = ""
    first_rank: int | None = None


def choose_queries(
    query: DomainEmbeddings,
    gallery: DomainEmbeddings,
    *,
    count: int = 9,
    top_k: int = 10,
) -> tuple[ReportedQuery, ...]:
    """Search with a few queries that stand for all, evenly spread over average precision.

    Args:
        query: The query domain.
        gallery: The gallery domain.
        count: How many queries at most; the worst, the median and the best are among them.
        top_k: Matches per query.

    Returns:
        Best first. Without categories: evenly spread over the rows.
    """
    rows = query.ready_rows()
    if not len(rows) or not gallery.ready_count:
        return ()
    precisions = query_average_precisions(query, gallery)
    known = ~np.isnan(precisions)
    order = rows[known][np.argsort(-precisions[known], kind="stable")] if known.any() else rows
    precision_of = dict(zip(rows.tolist(), precisions.tolist(), strict=True))
    chosen = order[evenly_spread(len(order), count)]
    standings = _standings(len(chosen)) if known.any() else [""] * len(chosen)
    index = GalleryIndex.build(gallery.embeddings, gallery.ready_rows())
    reported = []
    for row, standing in zip(chosen.tolist(), standings, strict=True):
        record = query.records[row]
        result = search_embedding(
            query.embeddings[row],
            record.category,
            gallery,
            index,
            top_k,
            max_missed=_MAX_MISSED,
            query_paths=(record.path,),
        )
        value = precision_of[row]
        reported.append(ReportedQuery(result, None if np.isnan(value) else value, standing))
    return tuple(reported)


def worst_reported(
    found: Mismatches, places: NDArray[np.int64], *, top_k: int = 10
) -> tuple[ReportedQuery, ...]:
    """Report some queries of a table of mismatches, with the very numbers of the table.

    Args:
        found: All queries.
        places: Which, in this order.
        top_k: Matches for each.
    """
    rows = found.rows[places]
    results = search_domain(
        found.query, found.gallery, top_k=top_k, rows=rows, max_missed=_MAX_MISSED
    )
    scored = found.is_scored[places]
    precisions = 100.0 * found.results.plain_ap[places]
    return tuple(
        ReportedQuery(
            result,
            float(precision) if is_scored else None,
            first_rank=int(first_rank) if is_scored else None,
        )
        for result, precision, first_rank, is_scored in zip(
            results, precisions, found.results.first_rank[places], scored, strict=True
        )
    )


def query_average_precisions(query: DomainEmbeddings, gallery: DomainEmbeddings) -> np.ndarray:
    """Compute the plain average precision of each ready query.

    Returns:
        float64 (n,), percent, in the order of ``query.ready_rows()``; NaN for a query without
        category or without a relevant gallery image.
    """
    query_rows, gallery_rows = query.ready_rows(), gallery.ready_rows()
    query_categories = query.categories_of_rows(query_rows)
    gallery_numbers, number_of = _category_numbers(gallery.categories_of_rows(gallery_rows))
    precisions = np.full(len(query_rows), np.nan)
    for start in range(0, len(query_rows), _BLOCK_QUERIES):
        block = query_rows[start : start + _BLOCK_QUERIES]
        similarities = exact_similarities(query.embeddings[block], gallery.embeddings[gallery_rows])
        for place, row_similarities in enumerate(similarities, start):
            category = query_categories[place]
            if category is None or category not in number_of:
                continue
            order = np.argsort(-row_similarities, kind="stable")
            relevant = gallery_numbers[order] == number_of[category]
            precisions[place] = 100.0 * plain_average_precision(relevant)
    return precisions


def evenly_spread(total: int, count: int) -> np.ndarray:
    """Return at most ``count`` places of ``range(total)``, first, middle and last among them."""
    return np.unique(np.round(np.linspace(0, total - 1, min(total, count))).astype(np.int64))


def _standings(count: int) -> list[str]:
    standings = [""] * count
    if count >= 3:
        standings[count // 2] = "median"
    if count >= 2:
        standings[0], standings[-1] = "best", "worst"
    return standings


def _category_numbers(
    categories: Sequence[str | None],
) -> tuple[np.ndarray, dict[str, int]]:
    """Number the categories so that relevance is one array comparison; none is -1."""
    names = sorted({category for category in categories if category is not None})
    number_of = {name: number for number, name in enumerate(names)}
    numbers = [-1 if category is None else number_of[category] for category in categories]
    return np.array(numbers, np.int64), number_of
