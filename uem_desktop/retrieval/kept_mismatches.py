"""Tables of mismatches that took long, kept on the disk: the same two folders are not ranked twice.

A table is found again by the embeddings themselves, which tell the checkpoint, the folders'
contents and the help at retrieval time, and by the categories.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from training.evaluation.query_results import DEFAULT_KS, QueryResults
from training.user_folders import cache_dir
from uem_desktop.retrieval.array_cache import ArrayCache, Arrays, fingerprint
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.mismatches import (
    TOP_DEPTH,
    Mismatches,
    Numbers,
    Rows,
    TopMatches,
    category_codes,
    find_mismatches,
)

_WORTH_KEEPING = 10**8
"""Pairs of images; fewer are ranked again within a second or two."""

_MOST_FILES = 8
_FORM = 1


def table_cache() -> ArrayCache:
    """Return the folder `tables` in the user's cache, which ``UEM_CACHE_DIR`` moves."""
    return ArrayCache(cache_dir() / "tables", most_files=_MOST_FILES)


def known_mismatches(
    query: DomainEmbeddings,
    gallery: DomainEmbeddings,
    *,
    both_ways: bool = True,
    cache: ArrayCache | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Mismatches:
    """Return what `find_mismatches` returns, from the disk where it is there.

    Args:
        query: The query domain; it may be the gallery itself.
        gallery: The gallery domain.
        both_ways: See `find_mismatches`; a kept table may have more than was asked for.
        cache: Where tables are kept; `table_cache` by default.
        on_progress: Told (done, total) in queries.
        should_stop: Asked between blocks.

    Raises:
        Cancelled: ``should_stop`` said so.
        UserError: The two domains were embedded by different encoders.
    """

    def find() -> Mismatches:
        return find_mismatches(
            query, gallery, both_ways=both_ways, on_progress=on_progress, should_stop=should_stop
        )

    if query.ready_count * gallery.ready_count < _WORTH_KEEPING:
        return find()
    cache = table_cache() if cache is None else cache
    name = fingerprint(_settings(query, gallery), query, gallery, should_stop=should_stop)
    for of_both_ways in dict.fromkeys((True, both_ways)):
        arrays = cache.load(_name(name, both_ways=of_both_ways))
        known = None if arrays is None else _from_arrays(query, gallery, arrays)
        if known is not None:
            return known
    found = find()
    cache.keep(_name(name, both_ways=both_ways), _to_arrays(found))
    return found


def _name(fingerprint: str, *, both_ways: bool) -> str:
    return f"{fingerprint}-{'both-ways' if both_ways else 'one-way'}"


def _settings(query: DomainEmbeddings, gallery: DomainEmbeddings) -> str:
    names = tuple(sorted({*query.rows_by_category, *gallery.rows_by_category}))
    categories = hashlib.blake2b(repr(names).encode())
    for domain in (query, gallery):
        categories.update(category_codes(domain, names).tobytes())
    return f"mismatches {_FORM}, {TOP_DEPTH} matches, {DEFAULT_KS}, {categories.hexdigest()}"


def _to_arrays(found: Mismatches) -> Arrays:
    results = found.results
    arrays: Arrays = {
        "plain_ap": results.plain_ap,
        "interpolated_ap": results.interpolated_ap,
        "num_relevant": results.num_relevant,
        "first_rank": results.first_rank,
        "rows": found.matches,
        "similarities": found.similarities,
        "best_correct": found.best_correct,
        "best_wrong": found.best_wrong,
        "disagreement": found.disagreement,
    }
    for k in DEFAULT_KS:
        arrays[f"hits at {k}"] = results.hits_at[k]
        arrays[f"cutoff hits at {k}"] = results.cutoff_hits_at[k]
    return arrays


def _from_arrays(
    query: DomainEmbeddings, gallery: DomainEmbeddings, arrays: Arrays
) -> Mismatches | None:
    """Return a table as it was kept; None where the file holds anything else."""
    kept = _Kept(arrays, query.ready_count)
    top = TopMatches(query, gallery)
    depth = top.rows.shape[1]
    try:
        results = QueryResults(
            categories=tuple(query.categories_of_rows(query.ready_rows())),
            plain_ap=kept.numbers("plain_ap"),
            interpolated_ap=kept.numbers("interpolated_ap"),
            num_relevant=kept.counts("num_relevant"),
            first_rank=kept.counts("first_rank"),
            hits_at={k: kept.counts(f"hits at {k}") for k in DEFAULT_KS},
            cutoff_hits_at={k: kept.counts(f"cutoff hits at {k}") for k in DEFAULT_KS},
            num_gallery=gallery.ready_count,
        )
        top.rows = kept.counts("rows", depth)
        top.similarities = kept.numbers("similarities", depth)
        top.best_correct = kept.numbers("best_correct")
        top.best_wrong = kept.numbers("best_wrong")
        return Mismatches(query, gallery, results, top, kept.numbers("disagreement"))
    except (KeyError, ValueError):
        return None


class _Kept:
    """Arrays of a file, each of which is checked before it is believed."""

    def __init__(self, arrays: Arrays, count: int) -> None:
        self._arrays = arrays
        self._count = count

    def numbers(self, name: str, *width: int) -> Numbers:
        return np.asarray(self._checked(name, width, np.float64), np.float64)

    def counts(self, name: str, *width: int) -> Rows:
        return np.asarray(self._checked(name, width, np.int64), np.int64)

    def _checked(self, name: str, width: tuple[int, ...], kind: type) -> NDArray[np.generic]:
        array = self._arrays[name]
        if array.shape != (self._count, *width) or array.dtype != kind:
            raise ValueError(f"{name} is of another shape or kind")
        return array
