"""The state behind the compare page: the second checkpoint, the comparison, what is looked at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from uem_desktop.jobs.job import Job, JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.mismatch_decisions import MismatchDecisions
from uem_desktop.pages.query_sieve import QuerySieve, place_of
from uem_desktop.pages.second_checkpoint import SecondCheckpoint
from uem_desktop.pages.study import Study
from uem_desktop.retrieval.compare import Comparison, compare
from uem_desktop.retrieval.compare_orders import CompareListing, CompareOrder, listed
from uem_desktop.retrieval.compare_query import (
    ComparedIndexes,
    ComparedQuery,
    compare_query,
    index_both,
)
from uem_desktop.retrieval.decided_about import DecidedFilter
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.explorer_session import SIDES, ExplorerSession
from uem_desktop.retrieval.mismatches import TOP_DEPTH, Rows
from uem_desktop.retrieval.project_places import KeptCheckpoint

_Key = tuple[DomainEmbeddings, ...]
_Known = tuple[Comparison, ComparedIndexes]
_NONE = np.empty(0, np.int64)

STOPPED = "Stopped; nothing is compared yet."


class CompareKeeper(QObject):
    """Keeps the comparison of each direction, the list that is made of it, and the current query.

    Attributes:
        second: The checkpoint that the explorer's is compared with.
        found: The comparison of the direction that is shown; None while it is not known.
        listing: What is to be listed.
        places: int64 (n,), what is listed.
        current: The place that is looked at; None for none.
        answer: Both of its rankings; None while they are searched.

    Signals:
        found_changed: `found`, `is_ranking` or `sentence` changed, or the second checkpoint did.
        progressed: The embedding or the ranking got on.
        listing_changed: `listing` or `places` changed.
        current_changed: `current` is another one.
        answer_changed: `answer` is another one.
        search_failed(str): Why there is no answer.
    """

    found_changed = Signal()
    progressed = Signal()
    listing_changed = Signal()
    current_changed = Signal()
    answer_changed = Signal()
    search_failed = Signal(str)

    def __init__(
        self,
        session: ExplorerSession,
        second: SecondCheckpoint,
        decisions: MismatchDecisions,
        runner: JobRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner
        self._search_job: Job | None = None
        self._study: Study[_Known] = Study(session, runner, STOPPED, self)
        self._sieve = QuerySieve(decisions)
        self.second = second
        self.indexes: ComparedIndexes | None = None
        self.found: Comparison | None = None
        self.listing = CompareListing()
        self.places: Rows = _NONE
        self.current: int | None = None
        self.answer: ComparedQuery | None = None
        self._left_at: Path | None = None
        self._study.changed.connect(self._show)
        self._study.progressed.connect(self.progressed)
        second.changed.connect(self._follow)
        second.progressed.connect(self.progressed)
        decisions.changed.connect(self._take_decisions)

    @property
    def is_ranking(self) -> bool:
        """Whether the comparison is being computed."""
        return self._study.is_running

    @property
    def sentence(self) -> str:
        """Why it is not known, where that needs saying."""
        return self._study.sentence

    @property
    def share_done(self) -> float:
        """How far the ranking is, 0..1."""
        return self._study.share_done

    @property
    def is_stopped(self) -> bool:
        """Whether a person stopped the ranking, or it failed."""
        return self._study.is_stopped

    @property
    def top_k(self) -> int:
        """How many matches count for flips and are shown."""
        return min(self._session.top_k, TOP_DEPTH)

    @property
    def is_same(self) -> bool:
        """Whether the second checkpoint is the explorer's own."""
        first, second = self._session.checkpoint, self.second.embedded
        if first is None or second is None:
            return False
        return first.fingerprint == second.checkpoint.fingerprint

    @property
    def query_path(self) -> Path | None:
        """The query that is looked at, or will be as soon as it is listed."""
        if self.found is None or self.current is None:
            return self._left_at
        return self.found.ours.query.records[int(self.found.rows[self.current])].path

    def restore(
        self, checkpoint: str | KeptCheckpoint, listing: CompareListing, query: Path | None
    ) -> None:
        """Compare with a checkpoint again, once somebody looks, and list what was listed."""
        self.listing, self._left_at = listing, query
        self.second.restore(checkpoint)
        self._list()

    # ---- the comparison

    def update(self) -> None:
        """Compare the two domains as they are now, working where that is needed."""
        self.second.update()
        self._follow()

    def stop(self) -> None:
        """Stop what is going on; `go_on` begins again."""
        if self._study.is_running:
            self._study.stop()
        else:
            self.second.cancel()

    def go_on(self) -> None:
        """Begin again what was stopped or failed."""
        if self.second.is_stopped:
            self.second.go_on()
        self._follow()
        self._study.go_on()

    def close(self) -> None:
        """End all work."""
        self._study.cancel()
        self.second.close()

    def _follow(self) -> None:
        key = self._key_now()
        if key is None:
            self._study.show_nothing()
        else:
            self._study.show(key, _compare, key, self.top_k)

    def _key_now(self) -> _Key | None:
        if not (self._session.is_complete and self.second.is_known) or self.is_same:
            return None
        ours = [self._session.domains[side].embeddings for side in SIDES]
        theirs = [domain for side in SIDES if (domain := self.second.domain(side)) is not None]
        if not all(domain.ready_count for domain in (*ours, *theirs)):
            return None
        return (*ours, *theirs)

    def _show(self) -> None:
        known = self._study.found
        before = self.found.ours.query.scan if self.found is not None else None
        self.found, self.indexes = known if known is not None else (None, None)
        found = self.found
        if found is not None and before is not found.ours.query.scan:
            self._sieve.set_records(found.ours.query.records)
            self.current = None
            category = self.listing.category
            is_there = category in found.ours.query.rows_by_category
            self.listing = replace(self.listing, category=category if is_there else None)
        if found is not None:
            self.listing = replace(self.listing, order=self._order_with_queries(found))
        self.found_changed.emit()
        self._list()
        self._search()

    def _order_with_queries(self, found: Comparison) -> CompareOrder:
        """Return the order that is wanted, or the first one that lists a query."""
        orders: list[CompareOrder] = [self.listing.order, *CompareOrder]
        for order in orders:
            if listed(found, CompareListing(order), self.top_k).size:
                return order
        return self.listing.order

    # ---- the list

    def ask(self, **changes: Any) -> None:
        """List something else: any of `CompareListing`'s attributes."""
        listing = replace(self.listing, **changes)
        if listing != self.listing:
            is_sorted_anew = listing.order != self.listing.order
            self.listing = listing
            self._list(from_the_top=is_sorted_anew)

    def _list(self, *, from_the_top: bool = False) -> None:
        found = self.found
        if found is None:
            self.places = _NONE
            self.look_at(None)
        else:
            is_kept = self._sieve.kept(self.listing)[found.rows]
            at = np.flatnonzero(self.places == self.current)
            self.places = listed(found, self.listing, self.top_k, is_kept)
            left_at, self._left_at = place_of(self._left_at, found.ours.query, found.rows), None
            if left_at is not None and (self.places == left_at).any():
                self.look_at(left_at)
            elif from_the_top or not (self.places == self.current).any():
                self._look_at_row(int(at[0]) if len(at) and not from_the_top else 0)
        self.listing_changed.emit()

    def _take_decisions(self) -> None:
        if self.listing.decided is not DecidedFilter.ALL:
            self._list()  # what was just decided leaves the list, and the next one takes its row

    # ---- the query that is looked at

    def look_at(self, place: int | None) -> None:
        """Look at the query in a place of the comparison."""
        if place != self.current:
            self.current = place
            self.current_changed.emit()
            self._search()

    def go_to(self, place: int) -> None:
        """Look at any query; where the list lacks it, list those that it is one of."""
        if self.found is not None and not (self.places == place).any():
            change = float(self.found.change[place])
            order = CompareOrder.WIN if change > 0 else CompareOrder.LOSS
            order = CompareOrder.SAME if change == 0 else order
            self.listing = CompareListing(order)
            self.current = place
            self._list()
            self.current_changed.emit()
            self._search()
        else:
            self.look_at(place)

    def step(self, by: int) -> None:
        """Go up or down the list."""
        at = np.flatnonzero(self.places == self.current)
        self._look_at_row(int(at[0]) + by if len(at) else 0)

    def _look_at_row(self, row: int) -> None:
        last = len(self.places) - 1
        self.look_at(int(self.places[max(0, min(last, row))]) if last >= 0 else None)

    def show_more(self) -> None:
        """Show another number of matches."""
        self._list()
        self._search()

    def _search(self) -> None:
        if self._search_job is not None:
            self._search_job.cancel()
            self._search_job = None
        if self.found is None or self.indexes is None or self.current is None:
            self._set_answer(None)
            return
        self._search_job = self._runner.start(
            _search,
            self.found,
            self.indexes,
            self.current,
            self.top_k,
            on_result=self._take_answer,
            on_error=self.search_failed.emit,
        )

    def _take_answer(self, answer: ComparedQuery) -> None:
        self._search_job = None
        self._set_answer(answer)

    def _set_answer(self, answer: ComparedQuery | None) -> None:
        if answer is not self.answer:
            self.answer = answer
            self.answer_changed.emit()


def _compare(context: JobContext, key: _Key, top_k: int) -> _Known:
    query, gallery, their_query, their_gallery = key
    found = compare(
        (query, gallery),
        (their_query, their_gallery),
        on_progress=lambda done, total: context.report(done / total),
        should_stop=context.should_stop,
    )
    _ = found.change, found.flips(1), found.flips(top_k), found.others(top_k)
    return found, index_both(found)


def _search(
    context: JobContext, found: Comparison, indexes: ComparedIndexes, place: int, top_k: int
) -> ComparedQuery:
    context.check()
    return compare_query(found, indexes, place, top_k)
