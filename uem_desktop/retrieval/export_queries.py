"""What each query of a direction comes to and what it found first, as a table."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

import numpy as np

from uem_desktop.retrieval.decided_about import DecidedAbout
from uem_desktop.retrieval.export_tables import Cell, Table, number, percent
from uem_desktop.retrieval.mismatch_orders import Order, badness
from uem_desktop.retrieval.mismatches import Mismatches, Rows
from uem_desktop.retrieval.query_table import record_at


def queries_table(found: Mismatches, listed: Rows, places: Rows, about: DecidedAbout) -> Table:
    """Return one line for each query: the numbers of ``uem evaluate --worst``, not rounded.

    ``place`` counts the list from 1 and is empty for queries that it leaves out. AP and ``one_way``
    are in percent; ``one_way`` says how many of the first matches do not find the query in return.
    ``margin`` is what the best wrong match has more than the best correct one, and
    ``confidently_wrong`` what the order of that name sorts by. What a query without a category, or
    with one that the gallery lacks, cannot have is empty.

    Args:
        found: All queries.
        listed: int64 (n,), the places that are listed, in their order.
        places: int64 (m,), the places of the queries that are wanted, in their order.
        about: What was decided about the queries.
    """
    results, confident = found.results, badness(found, Order.CONFIDENT)
    counted = sorted(results.hits_at)
    in_list = np.zeros(len(found), np.int64)
    in_list[listed] = np.arange(1, len(listed) + 1)

    def lines() -> Iterator[Sequence[Cell]]:
        for place in places.tolist():
            record = record_at(found, place)
            has_category, is_scored = found.query_codes[place] >= 0, found.is_scored[place]
            yield (
                int(in_list[place]) or None,
                os.path.abspath(record.path),
                record.category,
                int(found.is_private[place]),
                percent(results.plain_ap[place]),
                percent(results.interpolated_ap[place]),
                int(results.first_rank[place]) if is_scored else None,
                int(results.num_relevant[place]) if has_category else None,
                *(int(results.hits_at[k][place]) if has_category else None for k in counted),
                *_first_match(found, place),
                number(found.best_correct[place]),
                number(found.best_wrong[place]),
                number(found.margin[place]),
                number(confident[place]),
                percent(found.disagreement[place]),
                about.words(record.path),
            )

    return Table(_columns(counted), lines(), len(places))


def _columns(counted: Sequence[int]) -> tuple[tuple[str, type], ...]:
    return (
        ("place", int),
        ("query", str),
        ("category", str),
        ("private", int),
        ("ap_plain", float),
        ("ap_interpolated", float),
        ("first_correct_rank", int),
        ("relevant", int),
        *((f"correct_at_{k}", int) for k in counted),
        ("first_match", str),
        ("first_match_category", str),
        ("similarity", float),
        ("best_correct_similarity", float),
        ("best_wrong_similarity", float),
        ("margin", float),
        ("confidently_wrong", float),
        ("one_way", float),
        ("decided", str),
    )


def _first_match(found: Mismatches, place: int) -> tuple[str | None, str | None, float | None]:
    record = found.first_match(place)
    if record is None:
        return None, None, None
    return os.path.abspath(record.path), record.category, float(found.similarities[place, 0])
