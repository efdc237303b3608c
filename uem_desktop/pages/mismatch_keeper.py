"""The state behind the mismatches page: what was found, what is listed, what is looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from uem_desktop.jobs.job import Job, JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.mismatch_decisions import MismatchDecisions
from uem_desktop.pages.query_sieve import QuerySieve, place_of
from uem_desktop.pages.study import Study, key_of
from uem_desktop.retrieval.confusion import CONFUSION_KS, Confusion, confusion
from uem_desktop.retrieval.decided_about import DecidedFilter
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

_NONE = np.empty(0, np.int64)

STOPPED = "Stopped; how each query fares is not known yet."


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    found: Mismatches
    index: GalleryIndex
    confusions: dict[int, Confusion]


class MismatchKeeper(QObject):
    """Keeps the table of each direction, the list that is made of it, and the current query.

    Attributes:
        found: The table of the direction that is shown; None while it is not known.
        confusions: Its confusion matrices, by how many matches they count.
        listing: What is to be listed.
        places: int64 (n,), what is listed, the worst first.
        current: The place that is looked at; None for none.
        result: Its matches and missed images; None while they are searched.

    Signals:
        found_changed: `found`, `is_running` or `sentence` changed.
        progressed: `share_done` changed.
        listing_changed: `listing` or `places` changed.
        current_changed: `current` is another one.
        result_changed: `result` is another one.
        search_failed(str): Why there is no result.
    """

    found_changed = Signal()
    progressed = Signal()
    listing_changed = Signal()
    current_changed = Signal()
    result_changed = Signal()
    search_failed = Signal(str)

    def __init__(
        self,
        session: ExplorerSession,
        decisions: MismatchDecisions,
        runner: JobRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner
        self._search_job: Job | None = None
        self._study: Study[_Known] = Study(session, runner, STOPPED, self)
        self._index: GalleryIndex | None = None
        self._sieve = QuerySieve(decisions)
        self.found: Mismatches | None = None
        self.confusions: dict[int, Confusion] = {}
        self.listing = Listing()
        self.places: Rows = _NONE
        self.current: int | None = None
        self.result: QueryResult | None = None
        self._left_at: Path | None = None
        self._study.changed.connect(self._show)
        self._study.progressed.connect(self.progressed)
        decisions.changed.connect(self._take_decisions)

    @property
    def is_running(self) -> bool:
        """Whether the table is being computed."""
        return self._study.is_running

    @property
    def sentence(self) -> str:
        """Why it is not known, where that needs saying."""
        return self._study.sentence

    @property
    def share_done(self) -> float:
        """How far the work is, 0..1."""
        return self._study.share_done

    @property
    def is_stopped(self) -> bool:
        """Whether a person stopped the work, or it failed."""
        return self._study.is_stopped

    @property
    def query_path(self) -> Path | None:
        """The query that is looked at, or will be as soon as it is listed."""
        if self.found is None or self.current is None:
            return self._left_at
        return self.found.query.records[int(self.found.rows[self.current])].path

    def restore(self, listing: Listing, query: Path | None) -> None:
        """List what was listed before, and look at the query that was looked at."""
        self.listing, self._left_at = _with(listing), query
        self._list()

    # ---- the table

    def update(self) -> None:
        """Show the table of the two domains as they are now, computing it where needed."""
        pair = self._session.searched_pair()
        if pair is None:
            self._study.show_nothing()
        else:
            self._study.show(key_of(pair), _find, *pair)

    def stop(self) -> None:
        """Stop the work; `go_on` begins it again."""
        self._study.stop()

    def go_on(self) -> None:
        """Begin again what was stopped or failed."""
        self.update()
        self._study.go_on()

    def _show(self) -> None:
        known = self._study.found
        before = self.found.query if self.found is not None else None
        self.found = known.found if known is not None else None
        self._index = known.index if known is not None else None
        self.confusions = known.confusions if known is not None else {}
        if self.found is not None and (before is None or before.scan is not self.found.query.scan):
            self._sieve.set_records(self.found.query.records)
            self.current = None
            self.listing = _still_there(self.listing, self.found)
        if self.found is not None and not members(self.found, self.listing.population).any():
            filled = (p for p in Population if members(self.found, p).any())
            self.listing = _with(self.listing, population=next(filled, Population.SCORED))
        self.found_changed.emit()
        self._list()
        self._search()

    # ---- the list

    def population_of(self, category: str) -> Population:
        """Return whether the queries of a category are scored or private."""
        found = self.found
        if found is None or category not in found.categories:
            return Population.SCORED
        is_meant = found.query_codes == found.categories.index(category)
        return Population.PRIVATE if found.is_private[is_meant].any() else Population.SCORED

    def ask(self, **changes: Any) -> None:
        """List something else: any of `Listing`'s attributes."""
        listing = _with(self.listing, **changes)
        if listing == self.listing:
            return
        before, self.listing = self.listing, listing
        is_sorted_anew = (before.order, before.population, before.cell) != (
            listing.order,
            listing.population,
            listing.cell,
        )
        self._list(from_the_top=is_sorted_anew)

    def _list(self, *, from_the_top: bool = False) -> None:
        found = self.found
        if found is None:
            self.places = _NONE
            self.look_at(None)
        else:
            is_kept = self._sieve.kept(self.listing)
            at = np.flatnonzero(self.places == self.current)
            self.places = listed(found, self.listing, is_kept[found.rows])
            left_at, self._left_at = place_of(self._left_at, found.query, found.rows), None
            if left_at is not None and (self.places == left_at).any():
                self.look_at(left_at)
            elif from_the_top or not (self.places == self.current).any():
                row = int(at[0]) if len(at) and not from_the_top else 0
                self._look_at_row(row)
        self.listing_changed.emit()

    def _take_decisions(self) -> None:
        if self.listing.decided is not DecidedFilter.ALL:
            self._list()  # what was just decided leaves the list, and the next one takes its row

    # ---- the query that is looked at

    def look_at(self, place: int | None) -> None:
        """Look at the query in a place of the table."""
        if place != self.current:
            self.current = place
            self.current_changed.emit()
            self._search()

    def step(self, by: int) -> None:
        """Go up or down the list."""
        at = np.flatnonzero(self.places == self.current)
        self._look_at_row(int(at[0]) + by if len(at) else 0)

    def _look_at_row(self, row: int) -> None:
        last = len(self.places) - 1
        self.look_at(int(self.places[max(0, min(last, row))]) if last >= 0 else None)

    def search_again(self) -> None:
        """Show another number of matches."""
        self._search()

    def _search(self) -> None:
        if self._search_job is not None:
            self._search_job.cancel()
            self._search_job = None
        found, index = self.found, self._index
        if found is None or index is None or self.current is None:
            self._set_result(None)
            return
        self._search_job = self._runner.start(
            _search,
            found,
            index,
            self.current,
            self._session.top_k,
            on_result=self._take_result,
            on_error=self.search_failed.emit,
        )

    def _take_result(self, result: QueryResult) -> None:
        self._search_job = None
        self._set_result(result)

    def _set_result(self, result: QueryResult | None) -> None:
        if result is not self.result:
            self.result = result
            self.result_changed.emit()


def _still_there(listing: Listing, found: Mismatches) -> Listing:
    """Return a listing without the category and the cell that other folders do not have."""
    cell, category = listing.cell, listing.category
    if cell is not None and not {cell.asked, cell.retrieved or cell.asked} <= {*found.categories}:
        cell = None
    is_there = category in found.query.rows_by_category
    return replace(listing, cell=cell, category=category if is_there else None)


def _with(listing: Listing, **changes: Any) -> Listing:
    """Return another listing whose order is one of its population."""
    listing = replace(listing, **changes)
    orders = ORDERS_OF[listing.population]
    return listing if listing.order in orders else replace(listing, order=orders[0])


def _find(context: JobContext, query: DomainEmbeddings, gallery: DomainEmbeddings) -> _Known:
    found = known_mismatches(
        query,
        gallery,
        on_progress=lambda done, total: context.report(done / total),
        should_stop=context.should_stop,
    )
    found.work_out()
    return _Known(found, build_index(gallery), {k: confusion(found, k) for k in CONFUSION_KS})


def _search(
    context: JobContext, found: Mismatches, index: GalleryIndex, place: int, top_k: int
) -> QueryResult:
    context.check()
    rows = [int(found.rows[place])]
    return next(
        search_domain(
            found.query, found.gallery, top_k=top_k, index=index, rows=rows, max_missed=MAX_MISSED
        )
    )
