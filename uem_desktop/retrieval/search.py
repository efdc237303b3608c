"""From embeddings to matches with marks, and to the numbers of a whole direction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.errors import UserError
from training.evaluation.query_results import (
    DEFAULT_KS,
    LookAtBlock,
    QueryResults,
    query_results,
)
from training.evaluation.retrieval_scores import RetrievalScores, scores_of
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.index import GalleryIndex, IndexKind
from uem_desktop.retrieval.matches import Match, QueryResult, mark_of
from uem_desktop.retrieval.ranking import QueryRanking

_QUERIES_PER_BLOCK = 256
_TWO_ENCODERS = "The two folders were embedded by different encoders; embed both by the same one."


def build_index(
    gallery: DomainEmbeddings,
    kind: IndexKind = "exact",
    *,
    query: DomainEmbeddings | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> GalleryIndex:
    """Make an index of the gallery images that are ready now.

    Args:
        gallery: The gallery domain.
        kind: ``exact``, ``hnsw`` or ``ivf``.
        query: The domain whose images measure the recall of an approximate index.
        should_stop: Asked while an approximate index is built.

    Raises:
        Cancelled: ``should_stop`` said so.
        UserError: The two domains were embedded by different encoders.
    """
    samples = None
    if query is not None and kind != "exact":
        _check_same_encoder(query, gallery)
        ready = query.ready_rows()
        samples = query.embeddings[ready] if len(ready) else None
    rows = gallery.ready_rows()
    return GalleryIndex.build(
        gallery.embeddings,
        rows,
        kind,
        sample_queries=samples,
        should_stop=should_stop,
    )


def search_domain(
    query: DomainEmbeddings,
    gallery: DomainEmbeddings,
    *,
    top_k: int = 10,
    index: GalleryIndex | None = None,
    rows: Sequence[int] | NDArray[np.int64] | None = None,
    max_missed: int = 0,
) -> Iterator[QueryResult]:
    """Yield the matches of every ready query, in row order.

    Args:
        query: The query domain; it may be the gallery itself.
        gallery: The gallery domain.
        top_k: Matches per query, at least 1.
        index: An index of the gallery; an exact one of what is ready by default.
        rows: Only these queries, in this order; those that are not ready are left out.
        max_missed: How many missed relevant images are added; they need the exact ranking of the
            whole gallery for each query.

    Raises:
        UserError: The two domains were embedded by different encoders.
        ValueError: top_k is below 1.
    """
    _check_same_encoder(query, gallery)
    search = _GallerySearch(gallery, index or build_index(gallery), top_k, max_missed)
    wanted = query.ready_rows() if rows is None else np.asarray(rows, np.int64)
    return _domain_results(search, query, wanted[query.is_ready[wanted]])


def search_embedding(
    embedding: NDArray[np.float32],
    category: str | None,
    gallery: DomainEmbeddings,
    index: GalleryIndex,
    top_k: int,
    max_missed: int = 50,
    query_paths: tuple[Path, ...] = (),
    query_row: int | None = None,
) -> QueryResult:
    """Return the matches of one embedding and the relevant images it missed.

    One pass over the gallery serves both. With an approximate index the ranks of the matches are
    those of the list it found, while the missed images come with their exact ranks.

    Args:
        embedding: float32 (D,), unit length.
        category: The query's category, or None.
        gallery: The gallery domain.
        index: An index of it.
        top_k: How many matches, at least 1.
        max_missed: At most how many missed images.
        query_paths: Where the query comes from.
        query_row: Its row in the query domain, if it is from there.

    Raises:
        UserError: The gallery was embedded by another encoder.
        ValueError: top_k is below 1.
    """
    if gallery.dimension not in (None, len(embedding)):
        raise UserError(_TWO_ENCODERS)
    search = _GallerySearch(gallery, index, top_k, max_missed)
    question = _Question(query_paths, category, query_row)
    return next(search.answers(embedding[None], [question]))


def mean_embedding(embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the unit-length mean of several embeddings: several images as one query.

    A single embedding comes back as it is, to the last bit.

    Args:
        embeddings: float32 (n, D), n > 0.

    Returns:
        float32 (D,); zeros if the embeddings cancel each other out.

    Raises:
        ValueError: There is no embedding.
    """
    if not len(embeddings):
        raise ValueError("the mean of no embeddings")
    if len(embeddings) == 1:
        return np.array(embeddings[0], np.float32)
    mean = embeddings.astype(np.float64).mean(axis=0)
    length = float(np.linalg.norm(mean))
    return np.asarray(mean / length if length > 1e-9 else np.zeros_like(mean), np.float32)


def evaluate(
    query: DomainEmbeddings,
    gallery: DomainEmbeddings,
    *,
    ks: Sequence[int] = DEFAULT_KS,
    on_progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> RetrievalScores:
    """Score all ready queries against all ready gallery images.

    Args:
        query: The query domain; it may be the gallery itself.
        gallery: The gallery domain.
        ks: The k of P@k.
        on_progress: Told (done, total) in queries.
        should_stop: Asked between blocks of queries.

    Raises:
        Cancelled: ``should_stop`` said so.
        UserError: The two domains were embedded by different encoders.
    """
    return scores_of(
        results_of_all(query, gallery, ks=ks, on_progress=on_progress, should_stop=should_stop)
    )


def results_of_all(
    query: DomainEmbeddings,
    gallery: DomainEmbeddings,
    *,
    ks: Sequence[int] = DEFAULT_KS,
    look: LookAtBlock | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> QueryResults:
    """Return what each ready query comes to, in row order; see `evaluate`.

    `look` is shown what was ranked; its rows count the ready images of each domain.
    """
    _check_same_encoder(query, gallery)
    query_rows, gallery_rows = query.ready_rows(), gallery.ready_rows()
    return query_results(
        _embeddings_of(query, query_rows),
        query.categories_of_rows(query_rows),
        _embeddings_of(gallery, gallery_rows),
        gallery.categories_of_rows(gallery_rows),
        ks=ks,
        look=look,
        on_progress=on_progress,
        should_stop=should_stop,
    )


@dataclass(frozen=True, slots=True)
class _Question:
    """What a result repeats of its query."""

    paths: tuple[Path, ...]
    category: str | None
    row: int | None


class _GallerySearch:
    """One gallery, one index and one wish for how much of its order is shown."""

    def __init__(
        self, gallery: DomainEmbeddings, index: GalleryIndex, top_k: int, max_missed: int
    ) -> None:
        if top_k < 1:
            raise ValueError(f"top_k is {top_k}")
        self._gallery = gallery
        self._index = index
        self._top_k = top_k
        self._max_missed = max_missed
        self._relevant_rows: dict[str, NDArray[np.int64]] = {}

    def answers(
        self, embeddings: NDArray[np.float32], questions: Sequence[_Question]
    ) -> Iterator[QueryResult]:
        """Yield the result of each question, given its embedding; float32 (Q, D) in all."""
        has_categories = any(question.category is not None for question in questions)
        if not (has_categories and self._max_missed > 0):
            for question, similarities, rows in zip(
                questions, *self._index.search(embeddings, self._top_k), strict=True
            ):
                yield self._result(question, similarities, rows, None)
            return
        rankings = self._index.rankings(embeddings)
        if self._index.kind == "exact":
            for question, ranking in zip(questions, rankings, strict=True):
                yield self._result(question, *ranking.top(self._top_k), ranking)
            return
        found = zip(*self._index.search(embeddings, self._top_k), strict=True)
        for question, ranking, (similarities, rows) in zip(questions, rankings, found, strict=True):
            yield self._result(question, similarities, rows, ranking)

    def _result(
        self,
        question: _Question,
        similarities: NDArray[np.float64],
        rows: NDArray[np.int64],
        ranking: QueryRanking | None,
    ) -> QueryResult:
        category = question.category
        relevant = None if category is None else self._relevant_rows_of(category)
        missed: tuple[Match, ...] = ()
        if ranking is not None and relevant is not None and self._max_missed > 0:
            remaining = np.setdiff1d(relevant, rows, assume_unique=True)
            missed_similarities, missed_rows = ranking.best_of(remaining, self._max_missed)
            ranks = ranking.ranks_of(missed_rows)
            missed = self._matches(category, ranks, missed_rows, missed_similarities)
        return QueryResult(
            query_paths=question.paths,
            category=category,
            matches=self._matches(category, np.arange(1, len(rows) + 1), rows, similarities),
            missed=missed,
            relevant_count=None if relevant is None else len(relevant),
            index_kind=self._index.kind,
            index_recall=self._index.recall,
            gallery_count=self._index.count,
            query_row=question.row,
        )

    def _matches(
        self,
        category: str | None,
        ranks: NDArray[np.int64],
        rows: NDArray[np.int64],
        similarities: NDArray[np.float64],
    ) -> tuple[Match, ...]:
        found = [self._gallery.records[row] for row in rows.tolist()]
        return tuple(
            Match(rank, record.id, record, similarity, mark_of(category, record.category))
            for rank, record, similarity in zip(
                ranks.tolist(), found, similarities.tolist(), strict=True
            )
        )

    def _relevant_rows_of(self, category: str) -> NDArray[np.int64]:
        """Return the searched gallery rows of a category, ascending."""
        if category not in self._relevant_rows:
            rows = self._gallery.rows_by_category.get(category, np.empty(0, np.int64))
            self._relevant_rows[category] = rows[self._index.contains(rows)]
        return self._relevant_rows[category]


def _domain_results(
    search: _GallerySearch, query: DomainEmbeddings, rows: NDArray[np.int64]
) -> Iterator[QueryResult]:
    for start in range(0, len(rows), _QUERIES_PER_BLOCK):
        block = rows[start : start + _QUERIES_PER_BLOCK]
        records = [(row, query.records[row]) for row in block.tolist()]
        questions = [_Question((record.path,), record.category, row) for row, record in records]
        yield from search.answers(query.embeddings[block], questions)


def _check_same_encoder(query: DomainEmbeddings, gallery: DomainEmbeddings) -> None:
    dimensions = {query.dimension, gallery.dimension} - {None}
    if len(dimensions) > 1:
        raise UserError(_TWO_ENCODERS)


def _embeddings_of(domain: DomainEmbeddings, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    return domain.embeddings if len(rows) == len(domain.embeddings) else domain.embeddings[rows]
