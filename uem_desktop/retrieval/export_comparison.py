"""What each query comes to under two checkpoints, as a table."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

import numpy as np

from uem_desktop.retrieval.compare import Comparison
from uem_desktop.retrieval.decided_about import DecidedAbout
from uem_desktop.retrieval.export_tables import Cell, Table, percent
from uem_desktop.retrieval.mismatches import Mismatches, Rows
from uem_desktop.retrieval.query_table import record_at

_COLUMNS: tuple[tuple[str, type], ...] = (
    ("query", str),
    ("category", str),
    ("ap_checkpoint", float),
    ("ap_against", float),
    ("ap_change", float),
    ("first_correct_rank_checkpoint", int),
    ("first_correct_rank_against", int),
    ("first_correct_rank_change", int),
    ("right_to_wrong", int),
    ("wrong_to_right", int),
    ("other_matches", int),
    ("top_k", int),
    ("first_match_checkpoint", str),
    ("first_match_against", str),
    ("decided", str),
)


def comparison_table(
    found: Comparison,
    top_k: int,
    places: Sequence[int] | Rows | None = None,
    about: DecidedAbout | None = None,
) -> Table:
    """Return one line for each query: the numbers of ``uem compare --json``, not rounded.

    AP is plain, in percent; a change is what the checkpoint that is looked at has more than the
    other one, so that a smaller rank is better. Cells of queries without AP are empty.

    Args:
        found: The comparison.
        top_k: How many matches count for flips and for other matches.
        places: Only these queries, in this order.
        about: What was decided about the queries.
    """
    wanted = np.arange(len(found)) if places is None else np.asarray(places, np.int64)
    to_wrong, to_right = found.flips(top_k)
    others, depth = found.others(top_k), min(top_k, found.ours.matches.shape[1])

    def lines() -> Iterator[Sequence[Cell]]:
        for place in wanted.tolist():
            record = record_at(found, place)
            yield (
                os.path.abspath(record.path),
                record.category,
                percent(found.ours.results.plain_ap[place]),
                percent(found.theirs.results.plain_ap[place]),
                percent(found.change[place]),
                *_ranks(found, place),
                int(to_wrong[place]),
                int(to_right[place]),
                int(others[place]),
                depth,
                _first_match(found.ours, place),
                _first_match(found.theirs, place),
                None if about is None else about.words(record.path),
            )

    return Table(_COLUMNS, lines(), len(wanted))


def _ranks(found: Comparison, place: int) -> tuple[int | None, int | None, int | None]:
    if not found.is_scored[place]:
        return None, None, None
    ours, theirs = (int(t.results.first_rank[place]) for t in (found.ours, found.theirs))
    return ours, theirs, ours - theirs


def _first_match(table: Mismatches, place: int) -> str | None:
    record = table.first_match(place)
    return None if record is None else os.path.abspath(record.path)
