"""What lists of queries share: a filter by text and decision, and the query where one was left."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data.records import ImageRecord
from uem_desktop.item_models.record_filter import RecordFilter
from uem_desktop.pages.mismatch_decisions import MismatchDecisions
from uem_desktop.retrieval.decided_about import DecidedFilter
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.mismatches import Rows
from uem_desktop.retrieval.query_filter import QueryFilter


class QuerySieve:
    """Knows the images of one query domain at a time, and what was decided about them."""

    def __init__(self, decisions: MismatchDecisions) -> None:
        self._decisions = decisions
        self._filter = RecordFilter(())

    def set_records(self, records: Sequence[ImageRecord]) -> None:
        """Answer for other images."""
        self._filter = RecordFilter(records)

    def kept(self, wanted: QueryFilter) -> NDArray[np.bool_]:
        """Return which images pass by text and by decision, bool (N,).

        The category is left to whoever lists, which has the codes of all categories.
        """
        is_kept = self._filter.holding(wanted.text)
        if wanted.decided is not DecidedFilter.ALL:
            is_kept &= self._decisions.kept(wanted.decided)
        return is_kept


def place_of(path: Path | None, query: DomainEmbeddings, rows: Rows) -> int | None:
    """Return which place of a table has an image; None where it is none of its queries.

    Args:
        path: The image; None for none.
        query: The query domain.
        rows: int64 (Q,), the row of each query of the table, ascending.
    """
    row = query.scan.row_of_path.get(path) if path is not None else None
    if row is None:
        return None
    place = int(np.searchsorted(rows, row))
    return place if place < len(rows) and rows[place] == row else None
