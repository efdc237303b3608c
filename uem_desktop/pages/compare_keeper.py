"""The state behind the compare page: the second checkpoint, the comparison, what is looked at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from uem_desktop.jobs.job import JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.mismatch_decisions import MismatchDecisions
from uem_desktop.pages.query_walk import QueryWalk, Walked
from uem_desktop.pages.second_checkpoint import SecondCheckpoint
from uem_desktop.retrieval.compare import Comparison, compare
from uem_desktop.retrieval.compare_orders import CompareListing, CompareOrder, listed
from uem_desktop.retrieval.compare_query import (
    ComparedIndexes,
    ComparedQuery,
    compare_query,
    index_both,
)
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.explorer_session import ExplorerSession
from uem_desktop.retrieval.mismatches import TOP_DEPTH, Rows

_Key = tuple[DomainEmbeddings, ...]

STOPPED = "Stopped; nothing is compared yet."


class CompareKeeper(QueryWalk[Comparison, ComparedIndexes, CompareListing, ComparedQuery]):
    """Walks through the queries of a comparison; see `QueryWalk`.

    `found_changed` tells of the second checkpoint too, and `progressed` of its embedding.

    Attributes:
        second: The checkpoint that the explorer's is compared with.
    """

    def __init__(
        self,
        session: ExplorerSession,
        second: SecondCheckpoint,
        decisions: MismatchDecisions,
        runner: JobRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(session, decisions, runner, STOPPED, CompareListing(), parent)
        self.second = second
        second.changed.connect(self._follow)
        second.progressed.connect(self.progressed)

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

    # ---- the comparison

    def update(self) -> None:
        """See `StudyKeeper.update`."""
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
        ours, theirs = self._session.embedded_pair(), self.second.pair()
        if ours is None or theirs is None or self.is_same:
            return None
        key = (*ours, *theirs)
        return key if all(domain.ready_count for domain in key) else None

    # ---- the query that is looked at

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

    def search_again(self) -> None:
        """Show another number of matches, and list what flipped among them."""
        self._list()
        super().search_again()

    # ---- see `QueryWalk`

    def _fitted(self, listing: CompareListing, found: Comparison) -> CompareListing:
        """Return the listing in its order, or in the first one that lists a query."""
        orders: list[CompareOrder] = [listing.order, *CompareOrder]
        sizes = ((one, listed(found, CompareListing(one), self.top_k).size) for one in orders)
        order = next((one for one, size in sizes if size), listing.order)
        return replace(super()._fitted(listing, found), order=order)

    def _listed(self, found: Comparison, is_kept: NDArray[np.bool_]) -> Rows:
        return listed(found, self.listing, self.top_k, is_kept)

    @staticmethod
    def _answer(
        context: JobContext, found: Comparison, index: ComparedIndexes, place: int, top_k: int
    ) -> ComparedQuery:
        context.check()
        return compare_query(found, index, place, top_k)


def _compare(context: JobContext, key: _Key, top_k: int) -> Walked[Comparison, ComparedIndexes]:
    query, gallery, their_query, their_gallery = key
    found = compare(
        (query, gallery),
        (their_query, their_gallery),
        on_progress=lambda done, total: context.report(done / total),
        should_stop=context.should_stop,
    )
    _ = found.change, found.flips(1), found.flips(top_k), found.others(top_k)
    return Walked(found, index_both(found))
