"""What each query of a direction comes to and what it found first: the table behind mismatches."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from training.data.records import ImageRecord
from training.evaluation.largest import largest_columns
from training.evaluation.query_results import QueryResults
from training.evaluation.ranking import STEPS_PER_UNIT
from training.evaluation.retrieval_scores import RetrievalScores, scores_of
from uem_desktop.retrieval.both_ways import FoundBack
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.search import results_of_all

TOP_DEPTH = 20
"""How many matches of each query are kept."""

Rows = NDArray[np.int64]
Numbers = NDArray[np.float64]


class Mismatches:
    """One row for each ready query, in row order; never changed.

    Places count the ready queries from 0; rows are those of the domains. Wrong is a gallery image
    of another category than the query's; one without a category is neither right nor wrong.

    Attributes:
        query: The query domain.
        gallery: The gallery domain.
        results: Average precision, first correct rank and hits, as ``uem evaluate`` has them.
        rows: int64 (Q,), the row of each query.
        matches: int64 (Q, k), gallery rows of the first matches, k = min(20, N).
        similarities: float64 (Q, k), theirs.
        best_correct: float64 (Q,), similarity of the first correct match; NaN where there is none.
        best_wrong: float64 (Q,), similarity of the first wrong match; NaN where there is none.
        disagreement: float64 (Q,), 0..1, see ``both_ways``; it needs no categories.
    """

    def __init__(
        self,
        query: DomainEmbeddings,
        gallery: DomainEmbeddings,
        results: QueryResults,
        top: TopMatches,
        disagreement: Numbers,
    ) -> None:
        self.query = query
        self.gallery = gallery
        self.results = results
        self.rows = query.ready_rows()
        self.matches = top.rows
        self.similarities = top.similarities
        self.best_correct = top.best_correct
        self.best_wrong = top.best_wrong
        self.disagreement = disagreement

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def is_scored(self) -> NDArray[np.bool_]:
        """Which queries have a relevant gallery image, bool (Q,)."""
        return self.results.is_scored

    def work_out(self) -> None:
        """Work out now what is otherwise worked out when it is first asked for."""
        _ = self.scores, self.match_codes, self.is_private, self.is_first_wrong

    @cached_property
    def scores(self) -> RetrievalScores:
        """The means over all scored queries, as ``uem evaluate`` has them."""
        return scores_of(self.results)

    @cached_property
    def is_private(self) -> NDArray[np.bool_]:
        """Which queries have a category that the gallery lacks, bool (Q,)."""
        return (self.query_codes >= 0) & ~self.is_scored

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """The categories of both domains, sorted; a code is a place in them."""
        return tuple(sorted({*self.query.rows_by_category, *self.gallery.rows_by_category}))

    @cached_property
    def query_codes(self) -> Rows:
        """Category code of each query, int64 (Q,); -1 without a category."""
        return category_codes(self.query, self.categories)[self.rows]

    @cached_property
    def match_codes(self) -> Rows:
        """Category code of each match, int64 (Q, k); -1 without a category."""
        return category_codes(self.gallery, self.categories)[self.matches]

    @cached_property
    def is_first_wrong(self) -> NDArray[np.bool_]:
        """Whether the first match of a query has another category, bool (Q,)."""
        if not self.matches.shape[1]:
            return np.zeros(len(self), np.bool_)
        first = self.match_codes[:, 0]
        is_other = (first >= 0) & (first != self.query_codes)
        return np.asarray(is_other & (self.query_codes >= 0), np.bool_)

    def first_match(self, place: int) -> ImageRecord | None:
        """Return the gallery image on rank 1 of a query; None where the gallery is empty."""
        if not self.matches.shape[1]:
            return None
        return self.gallery.records[int(self.matches[place, 0])]

    @cached_property
    def margin(self) -> Numbers:
        """By how much the best wrong match beats the best correct one, float64 (Q,); NaN if none.

        Negative where a correct match comes first.
        """
        return self.best_wrong - self.best_correct


class TopMatches:
    """Takes the first matches of each query from the similarities that it is shown.

    Several threads may show it queries at once.
    """

    def __init__(self, query: DomainEmbeddings, gallery: DomainEmbeddings) -> None:
        self._gallery_rows = gallery.ready_rows()
        codes = category_codes(gallery, tuple(gallery.rows_by_category))
        self._is_labelled = codes[self._gallery_rows] >= 0
        self._asks_categories = category_codes(query, tuple(query.rows_by_category)) >= 0
        self._query_rows = query.ready_rows()
        count = query.ready_count
        depth = min(TOP_DEPTH, len(self._gallery_rows))
        self.rows: Rows = np.zeros((count, depth), np.int64)
        self.similarities: Numbers = np.zeros((count, depth))
        self.best_correct: Numbers = np.full(count, np.nan)
        self.best_wrong: Numbers = np.full(count, np.nan)

    def look(self, places: Rows, steps: Numbers, relevant: Rows) -> None:
        """Take what some queries (B,) found, given similarities in steps (B, N)."""
        depth = self.rows.shape[1]
        if not depth:
            return
        columns = largest_columns(steps, depth)
        values = np.take_along_axis(steps, columns, axis=1)
        order = np.argsort(-values, axis=1, kind="stable")  # columns ascend: equal ones by row
        columns = np.take_along_axis(columns, order, axis=1)
        values = np.take_along_axis(values, order, axis=1)
        self.rows[places] = self._gallery_rows[columns]
        self.similarities[places] = values / STEPS_PER_UNIT
        if len(relevant):
            self.best_correct[places] = steps[:, relevant].max(axis=1) / STEPS_PER_UNIT
        self._take_wrong(places, steps, relevant, columns, values)

    def _take_wrong(
        self, places: Rows, steps: Numbers, relevant: Rows, columns: Rows, values: Numbers
    ) -> None:
        is_wrong = self._is_labelled.copy()
        is_wrong[relevant] = False
        if not is_wrong.any():
            return
        among_top = is_wrong[columns]
        best = values[np.arange(len(values)), among_top.argmax(axis=1)]
        below = np.flatnonzero(~among_top.any(axis=1))
        if len(below):
            left_out = np.where(is_wrong, 0.0, -np.inf)
            best[below] = [(steps[place] + left_out).max() for place in below]
        has_category = self._asks_categories[self._query_rows[places]]
        self.best_wrong[places] = np.where(has_category, best / STEPS_PER_UNIT, np.nan)


def find_mismatches(
    query: DomainEmbeddings,
    gallery: DomainEmbeddings,
    *,
    both_ways: bool = True,
    on_progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Mismatches:
    """Rank the gallery for every ready query, exactly, in blocks on all processors.

    Args:
        query: The query domain; it may be the gallery itself.
        gallery: The gallery domain.
        both_ways: Also see what finds each query in return, for ``disagreement``; NaN without it.
        on_progress: Told (done, total) in queries.
        should_stop: Asked between blocks.

    Raises:
        Cancelled: ``should_stop`` said so.
        UserError: The two domains were embedded by different encoders.
    """
    top = TopMatches(query, gallery)
    back = FoundBack(query, gallery) if both_ways else None

    def look(places: Rows, steps: Numbers, relevant: Rows) -> None:
        top.look(places, steps, relevant)
        if back is not None:
            back.look(places, steps)

    results = results_of_all(
        query, gallery, look=look, on_progress=on_progress, should_stop=should_stop
    )
    nothing = np.full(query.ready_count, np.nan)
    both = nothing if back is None else back.disagreement(top.rows)
    return Mismatches(query, gallery, results, top, both)


def category_codes(domain: DomainEmbeddings, categories: tuple[str, ...]) -> Rows:
    """Return the place of each image's category among some, int64 (N,); -1 for none."""
    codes = np.full(len(domain.records), -1, np.int64)
    for code, category in enumerate(categories):
        rows = domain.rows_by_category.get(category)
        if rows is not None:
            codes[rows] = code
    return codes
