"""A walk through queries: a table of them, the list that is made of it, and the current query."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from uem_desktop.jobs.job import Job, JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.mismatch_decisions import MismatchDecisions
from uem_desktop.pages.query_sieve import QuerySieve, place_of
from uem_desktop.pages.study_keeper import StudyKeeper
from uem_desktop.retrieval.decided_about import DecidedFilter
from uem_desktop.retrieval.explorer_session import ExplorerSession
from uem_desktop.retrieval.mismatches import Rows
from uem_desktop.retrieval.query_filter import QueryFilter
from uem_desktop.retrieval.query_table import QueryTable, record_at

_NONE = np.empty(0, np.int64)


TableT = TypeVar("TableT", bound=QueryTable)
IndexT = TypeVar("IndexT")
ListingT = TypeVar("ListingT", bound=QueryFilter)
ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True, eq=False)
class Walked(Generic[TableT, IndexT]):
    """What a study finds: the table, and what answers one of its queries."""

    found: TableT
    index: IndexT


class QueryWalk(StudyKeeper[Walked[TableT, IndexT]], Generic[TableT, IndexT, ListingT, ResultT]):
    """Keeps the table of each direction, the list that is made of it, and the current query.

    Attributes:
        found: The table of the direction that is shown; None while it is not known.
        index: Answers its queries; None likewise.
        listing: What is to be listed.
        places: int64 (n,), what is listed, in its order.
        current: The place that is looked at; None for none.
        result: What the gallery answers to it; None while that is searched.

    Signals:
        listing_changed: `listing` or `places` changed.
        current_changed: `current` is another one.
        result_changed: `result` is another one.
        search_failed(str): Why there is no result.
    """

    listing_changed = Signal()
    current_changed = Signal()
    result_changed = Signal()
    search_failed = Signal(str)

    def __init__(
        self,
        session: ExplorerSession,
        decisions: MismatchDecisions,
        runner: JobRunner,
        stopped: str,
        listing: ListingT,
        parent: QObject | None = None,
    ) -> None:
        """Begin with nothing found.

        Args:
            session: Says which folders are open.
            decisions: Says what was decided about queries.
            runner: Does the work.
            stopped: The sentence for a study that a person stopped.
            listing: What is to be listed at first.
            parent: Qt's owner.
        """
        super().__init__(session, runner, stopped, parent)
        self._runner = runner
        self._search_job: Job | None = None
        self._sieve = QuerySieve(decisions)
        self._left_at: Path | None = None
        self.found: TableT | None = None
        self.index: IndexT | None = None
        self.listing = listing
        self.places: Rows = _NONE
        self.current: int | None = None
        self.result: ResultT | None = None
        self._study.changed.connect(self._show)
        decisions.changed.connect(self._take_decisions)

    @property
    def top_k(self) -> int:
        """How many matches of a query are shown."""
        return self._session.top_k

    @property
    def current_path(self) -> Path | None:
        """The query that is looked at."""
        if self.found is None or self.current is None:
            return None
        return record_at(self.found, self.current).path

    @property
    def query_path(self) -> Path | None:
        """The query that is looked at, or will be as soon as it is listed."""
        return self.current_path or self._left_at

    def restore(self, listing: ListingT, query: Path | None) -> None:
        """List what was listed before, and look at the query that was looked at."""
        self.listing, self._left_at = self._with(listing), query
        self._list()

    def ask(self, **changes: Any) -> None:
        """List something else: any attributes of the listing."""
        before, listing = self.listing, self._with(self.listing, **changes)
        if listing != before:
            self.listing = listing
            narrowed = {name: getattr(listing, name) for name in ("category", "text", "decided")}
            self._list(from_the_top=replace(before, **narrowed) != listing)

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

    def search_again(self) -> None:
        """Show another number of matches."""
        self._search()

    # ---- what depends on the table

    def _with(self, listing: ListingT, **changes: Any) -> ListingT:
        """Return a listing with other attributes, and those that must go with them."""
        return replace(listing, **changes)

    def _fitted(self, listing: ListingT, found: TableT) -> ListingT:
        """Return a listing without what the table does not have."""
        is_there = listing.category in found.query.rows_by_category
        return replace(listing, category=listing.category if is_there else None)

    def _listed(self, found: TableT, is_kept: NDArray[np.bool_]) -> Rows:
        """Return the places to list, int64 (n,), of those that filters keep, bool (Q,)."""
        raise NotImplementedError

    @staticmethod
    def _answer(
        context: JobContext, found: TableT, index: IndexT, place: int, top_k: int
    ) -> ResultT:
        """Ask a query of the table; on a worker thread."""
        raise NotImplementedError

    # ---- the table, the list, the current query

    def _show(self) -> None:
        known, before = self._study.found, self.found
        self.found = found = known.found if known is not None else None
        self.index = known.index if known is not None else None
        if found is not None:
            if before is None or before.query.scan is not found.query.scan:
                self._sieve.set_records(found.query.records)
                self.look_at(None)
            self.listing = self._fitted(self.listing, found)
        self.found_changed.emit()
        self._list()
        self._search()

    def _list(self, *, from_the_top: bool = False) -> None:
        found = self.found
        if found is None:
            self.places = _NONE
            self.look_at(None)
        else:
            at = np.flatnonzero(self.places == self.current)
            self.places = self._listed(found, self._sieve.kept(self.listing)[found.rows])
            left_at, self._left_at = place_of(self._left_at, found.query, found.rows), None
            if left_at is not None and (self.places == left_at).any():
                self.look_at(left_at)
            elif from_the_top or not (self.places == self.current).any():
                self._look_at_row(int(at[0]) if len(at) and not from_the_top else 0)
        self.listing_changed.emit()

    def _take_decisions(self) -> None:
        if self.listing.decided is not DecidedFilter.ALL:
            self._list()  # what was just decided leaves the list, and the next one takes its row

    def _look_at_row(self, row: int) -> None:
        last = len(self.places) - 1
        self.look_at(int(self.places[max(0, min(last, row))]) if last >= 0 else None)

    def _search(self) -> None:
        if self._search_job is not None:
            self._search_job.cancel()
            self._search_job = None
        if self.found is None or self.index is None or self.current is None:
            self._set_result(None)
            return
        self._search_job = self._runner.start(
            self._answer,
            self.found,
            self.index,
            self.current,
            self.top_k,
            on_result=self._take_result,
            on_error=self.search_failed.emit,
        )

    def _take_result(self, result: ResultT) -> None:
        self._search_job = None
        self._set_result(result)

    def _set_result(self, result: ResultT | None) -> None:
        if result is not self.result:
            self.result = result
            self.result_changed.emit()
