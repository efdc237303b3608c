"""Two checkpoints over the same folders, query by query.

Ours is the checkpoint that is looked at, theirs the one that it is compared with. A change is
always what ours has more than theirs; a match that flips goes from theirs to ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from training.errors import UserError
from training.evaluation.average_precision import AP_DECIMALS
from training.evaluation.paired_bootstrap import (
    Interval,
    interval_of_groups,
    interval_of_queries,
)
from training.evaluation.retrieval_scores import RetrievalScores, scores_of
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.kept_mismatches import known_mismatches
from uem_desktop.retrieval.mismatches import Mismatches, Numbers, Rows

Flags = NDArray[np.bool_]
_NOT_THE_SAME = (
    "The folders changed between the two checkpoints, so their queries cannot be compared; read"
    " the folders again."
)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Images that only one of the checkpoints could embed.

    Attributes:
        queries: Of the query domain.
        gallery: Of the gallery domain.
    """

    queries: int
    gallery: int


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """How one mAP differs.

    Attributes:
        ours: Percent.
        theirs: Percent.
        within: Interval of the difference in points, other queries of the same categories drawn.
        across: Interval with other categories drawn; None where there is one category only.
    """

    ours: float
    theirs: float
    within: Interval
    across: Interval | None

    @property
    def points(self) -> float:
        """Ours minus theirs."""
        return self.ours - self.theirs


@dataclass(frozen=True, slots=True)
class RankMoves:
    """Where the first correct matches of all scored queries went, from theirs to ours.

    Attributes:
        up: Queries whose first correct match stands nearer the top.
        down: Queries whose first correct match stands further down.
        same: Queries whose first correct match stands on the same rank.
        ranks_up: By how many ranks those that went up did, summed.
        ranks_down: By how many ranks those that went down did, summed.
    """

    up: int
    down: int
    same: int
    ranks_up: int
    ranks_down: int


class Comparison:
    """What each query comes to under both checkpoints; never changed.

    Places count the queries that both have embedded, in row order.

    Attributes:
        ours: The table of the checkpoint that is looked at.
        theirs: The table of the other one; of the same images.
        left_out: Images that only one of them embedded.
        plain: mAP@All with plain AP; None where no query can be scored.
        interpolated: mAP@All with interpolated AP; None likewise.
    """

    def __init__(
        self,
        ours: Mismatches,
        theirs: Mismatches,
        left_out: LeftOut,
        should_stop: Callable[[], bool] | None = None,
    ) -> None:
        self.ours = ours
        self.theirs = theirs
        self.left_out = left_out
        self._flips: dict[int, tuple[Rows, Rows]] = {}
        self._others: dict[int, Rows] = {}
        self.plain = self._score_change(is_interpolated=False, should_stop=should_stop)
        self.interpolated = self._score_change(is_interpolated=True, should_stop=should_stop)

    def __len__(self) -> int:
        return len(self.ours)

    @property
    def query(self) -> DomainEmbeddings:
        """The query domain with the embeddings of ours."""
        return self.ours.query

    @property
    def rows(self) -> Rows:
        """int64 (Q,), the row of each query."""
        return self.ours.rows

    @property
    def is_scored(self) -> Flags:
        """Which queries have a relevant gallery image, bool (Q,); the same for both."""
        return self.ours.is_scored

    @cached_property
    def scores(self) -> tuple[RetrievalScores, RetrievalScores]:
        """Ours and theirs, as ``uem evaluate`` has them of the images that both embedded."""
        return scores_of(self.ours.results), scores_of(self.theirs.results)

    @cached_property
    def change(self) -> Numbers:
        """Plain AP of ours minus that of theirs, float64 (Q,), -1..1; NaN where not scored.

        Rounded to ``AP_DECIMALS``, so that equal ones leave 0.
        """
        difference = self.ours.results.plain_ap - self.theirs.results.plain_ap
        return np.round(difference, AP_DECIMALS)

    @cached_property
    def first_change(self) -> Rows:
        """Rank of the first correct match, ours minus theirs, int64 (Q,); negative is better."""
        return self.ours.results.first_rank - self.theirs.results.first_rank

    @cached_property
    def first_moves(self) -> RankMoves:
        """Where the first correct matches went."""
        change = self.first_change[self.is_scored]
        up, down = change < 0, change > 0
        return RankMoves(
            int(up.sum()),
            int(down.sum()),
            int((change == 0).sum()),
            int(-change[up].sum()),
            int(change[down].sum()),
        )

    @property
    def wins(self) -> int:
        """How many queries have a larger AP with ours."""
        return int((self.change > 0).sum())

    @property
    def losses(self) -> int:
        """How many queries have a smaller AP with ours."""
        return int((self.change < 0).sum())

    @property
    def ties(self) -> int:
        """How many queries have the same AP with both."""
        return int((self.change == 0).sum())

    def flips(self, top_k: int) -> tuple[Rows, Rows]:
        """Count the ranks 1 to ``top_k`` of each query whose match flipped.

        Args:
            top_k: At most ``TOP_DEPTH`` ranks are known.

        Returns:
            int64 (Q,), right with theirs and wrong with ours; int64 (Q,), the other way round. A
            match without a category is neither right nor wrong.
        """
        if top_k not in self._flips:
            was_right, was_wrong = _right_and_wrong(self.theirs, top_k)
            is_right, is_wrong = _right_and_wrong(self.ours, top_k)
            to_wrong, to_right = was_right & is_wrong, was_wrong & is_right
            self._flips[top_k] = (
                to_wrong.sum(axis=1, dtype=np.int64),
                to_right.sum(axis=1, dtype=np.int64),
            )
        return self._flips[top_k]

    def others(self, top_k: int) -> Rows:
        """Count the first ``top_k`` matches with ours that are not among those with theirs.

        Needs no categories.

        Returns:
            int64 (Q,); at most ``TOP_DEPTH`` ranks are known.
        """
        if top_k not in self._others:
            counts = np.zeros(len(self), np.int64)
            theirs = self.theirs.matches[:, :top_k]
            for column in self.ours.matches[:, :top_k].T:
                counts += (theirs != column[:, None]).all(axis=1)
            self._others[top_k] = counts
        return self._others[top_k]

    def _score_change(
        self, *, is_interpolated: bool, should_stop: Callable[[], bool] | None
    ) -> ScoreChange | None:
        ours, theirs = self.scores
        is_scored, groups = self.is_scored, self.ours.query_codes[self.is_scored]
        first, second = self.ours.results, self.theirs.results
        if is_interpolated:
            means = ours.map_interpolated, theirs.map_interpolated
            points = 100.0 * (first.interpolated_ap - second.interpolated_ap)[is_scored]
        else:
            means = ours.map_plain, theirs.map_plain
            points = 100.0 * self.change[is_scored]
        within = interval_of_queries(
            points, groups, weigh_groups_equally=is_interpolated, should_stop=should_stop
        )
        if means[0] is None or means[1] is None or within is None:
            return None
        across = interval_of_groups(points, groups, weigh_groups_equally=is_interpolated)
        return ScoreChange(means[0], means[1], within, across)


def compare(
    ours: tuple[DomainEmbeddings, DomainEmbeddings],
    theirs: tuple[DomainEmbeddings, DomainEmbeddings],
    *,
    on_progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Comparison:
    """Rank the gallery for every query with both checkpoints, exactly.

    Args:
        ours: Query and gallery domain, embedded with the checkpoint that is looked at.
        theirs: The same images, embedded with the one it is compared with.
        on_progress: Told (done, total) in queries.
        should_stop: Asked between blocks.

    Raises:
        Cancelled: ``should_stop`` said so.
        UserError: The two do not have the same images, or one of them comes from two encoders.
    """
    query, gallery = (_shared(a, b) for a, b in zip(ours, theirs, strict=True))
    count = query.domains[0].ready_count

    def note(done: int) -> None:
        if on_progress is not None:
            on_progress(done, 2 * count)

    first = known_mismatches(
        query.domains[0], gallery.domains[0], both_ways=False,
        on_progress=lambda done, _: note(done), should_stop=should_stop,
    )  # fmt: skip
    second = known_mismatches(
        query.domains[1], gallery.domains[1], both_ways=False,
        on_progress=lambda done, _: note(count + done), should_stop=should_stop,
    )  # fmt: skip
    return Comparison(first, second, LeftOut(query.left_out, gallery.left_out), should_stop)


@dataclass(frozen=True, slots=True, eq=False)
class _SharedDomain:
    """One folder under both checkpoints, only with the images that both have embedded."""

    domains: tuple[DomainEmbeddings, DomainEmbeddings]
    left_out: int


def _shared(ours: DomainEmbeddings, theirs: DomainEmbeddings) -> _SharedDomain:
    """Leave out what only one of them has.

    Raises:
        UserError: They are not of the same files.
    """
    if ours.scan is not theirs.scan and ours.records != theirs.records:
        raise UserError(_NOT_THE_SAME)
    is_shared = ours.is_ready & theirs.is_ready
    left_out = int((ours.is_ready ^ theirs.is_ready).sum())
    return _SharedDomain((_cut(ours, is_shared), _cut(theirs, is_shared)), left_out)


def _cut(domain: DomainEmbeddings, is_kept: Flags) -> DomainEmbeddings:
    if np.array_equal(domain.is_ready, is_kept):
        return domain
    rows = np.flatnonzero(is_kept).astype(np.int64)
    return domain.with_embeddings(rows, domain.embeddings[rows])


def _right_and_wrong(table: Mismatches, top_k: int) -> tuple[Flags, Flags]:
    """Say of the matches (Q, k) which are right and which are wrong."""
    codes, asked = table.match_codes[:, :top_k], table.query_codes[:, None]
    is_known = (codes >= 0) & (asked >= 0)
    return is_known & (codes == asked), is_known & (codes != asked)
