"""Answers the filter of a list of queries: by text and by what was decided."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from training.data.records import ImageRecord
from uem_desktop.item_models.record_filter import RecordFilter
from uem_desktop.pages.mismatch_decisions import MismatchDecisions
from uem_desktop.retrieval.decided_about import DecidedFilter
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
