"""What tables of queries have in common: their places count the queries of one domain."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from training.data.records import ImageRecord
from uem_desktop.retrieval.domain import DomainEmbeddings


class QueryTable(Protocol):
    """Says something of each query, in row order; places count them from 0."""

    @property
    def query(self) -> DomainEmbeddings:
        """The query domain."""

    @property
    def rows(self) -> NDArray[np.int64]:
        """int64 (Q,), the row of each query, ascending."""


def record_at(table: QueryTable, place: int) -> ImageRecord:
    """Return the query in a place."""
    return table.query.records[int(table.rows[place])]
