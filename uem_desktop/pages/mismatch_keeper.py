"""The state behind the mismatches page: what was found, what is listed, what is looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from uem_desktop.jobs.job import JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.mismatch_decisions import MismatchDecisions
from uem_desktop.pages.query_walk import QueryWalk, Walked
from uem_desktop.pages.study import key_of
from uem_desktop.retrieval.confusion import CONFUSION_KS, Confusion, confusion
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.explorer_session import MAX_MISSED, ExplorerSession
from uem_desktop.retrieval.index import GalleryIndex
from uem_desktop.retrieval.kept_mismatches import known_mismatches
from uem_desktop.retrieval.matches import QueryResult
from uem_desktop.retrieval.mismatch_orders import (
    ORDERS_OF,
    Listing,
    Population,
    listed,
    members,
)
from uem_desktop.retrieval.mismatches import Mismatches, Rows
from uem_desktop.retrieval.search import build_index, search_domain

STOPPED = "Stopped; how each query fares is not known yet."


@dataclass(frozen=True, slots=True, eq=False)
class _Known(Walked[Mismatches, GalleryIndex]):
    confusions: dict[int, Confusion]


class MismatchKeeper(QueryWalk[Mismatches, GalleryIndex, Listing, QueryResult]):
    """Walks through the queries of the direction that is shown, the worst first.

    See `QueryWalk`; the result of a query has its matches and what it missed.
    """

    def __init__(
        self,
        session: ExplorerSession,
        decisions: MismatchDecisions,
        runner: JobRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(session, decisions, runner, STOPPED, Listing(), parent)

    @property
    def confusions(self) -> dict[int, Confusion]:
        """The confusion matrices of the table, by how many matches they count."""
        known = self._study.found
        return known.confusions if isinstance(known, _Known) else {}

    def update(self) -> None:
        """See `StudyKeeper.update`."""
        pair = self._session.searched_pair()
        if pair is None:
            self._study.show_nothing()
        else:
            self._study.show(key_of(pair), _find, *pair)

    def population_of(self, category: str) -> Population:
        """Return whether the queries of a category are scored or private."""
        found = self.found
        if found is None or category not in found.categories:
            return Population.SCORED
        is_meant = found.query_codes == found.categories.index(category)
        return Population.PRIVATE if found.is_private[is_meant].any() else Population.SCORED

    # ---- see `QueryWalk`

    def _with(self, listing: Listing, **changes: Any) -> Listing:
        listing = replace(listing, **changes)
        orders = ORDERS_OF[listing.population]
        return listing if listing.order in orders else replace(listing, order=orders[0])

    def _fitted(self, listing: Listing, found: Mismatches) -> Listing:
        listing, cell = super()._fitted(listing, found), listing.cell
        if cell is not None and {cell.asked, cell.retrieved or cell.asked} - {*found.categories}:
            listing = replace(listing, cell=None)
        if members(found, listing.population).any():
            return listing
        filled = (p for p in Population if members(found, p).any())
        return self._with(listing, population=next(filled, Population.SCORED))

    def _listed(self, found: Mismatches, is_kept: NDArray[np.bool_]) -> Rows:
        return listed(found, self.listing, is_kept)

    @staticmethod
    def _answer(
        context: JobContext, found: Mismatches, index: GalleryIndex, place: int, top_k: int
    ) -> QueryResult:
        context.check()
        rows = [int(found.rows[place])]
        return next(
            search_domain(
                found.query,
                found.gallery,
                top_k=top_k,
                index=index,
                rows=rows,
                max_missed=MAX_MISSED,
            )
        )


def _find(context: JobContext, query: DomainEmbeddings, gallery: DomainEmbeddings) -> _Known:
    found = known_mismatches(
        query,
        gallery,
        on_progress=lambda done, total: context.report(done / total),
        should_stop=context.should_stop,
    )
    found.work_out()
    return _Known(found, build_index(gallery), {k: confusion(found, k) for k in CONFUSION_KS})
