"""What retrieval comes to for each category of the queries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.evaluation.retrieval_scores import mean_percent
from uem_desktop.retrieval.mismatches import Mismatches


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One category; percentages are None where the gallery lacks it.

    Attributes:
        category: Its name.
        query_count: Ready queries of it.
        gallery_count: Ready gallery images of it.
        ap_plain: Mean of plain AP over its queries, in percent.
        ap_interpolated: Mean of interpolated AP over its queries, in percent.
        precision_at: By k, P@k of its queries as ``uem evaluate`` counts it, in percent.
        called_private: Share of its queries that are said to have no counterpart, in percent;
            None where that was not decided.
        confused_with: The wrong category that its first matches have most often, if any.
        confused_share: In how many percent of its queries.
    """

    category: str
    query_count: int
    gallery_count: int
    ap_plain: float | None
    ap_interpolated: float | None
    precision_at: dict[int, float | None]
    called_private: float | None = None
    confused_with: str | None = None
    confused_share: float | None = None

    @property
    def is_private(self) -> bool:
        """Whether the gallery has no image of it."""
        return self.gallery_count == 0


def category_table(
    found: Mismatches, is_called_private: NDArray[np.bool_] | None = None
) -> tuple[CategoryRow, ...]:
    """Return one row for each category of a ready query, sorted by name.

    Args:
        found: All queries.
        is_called_private: bool (Q,), which are said to have no counterpart; None if not decided.
    """
    order = np.argsort(found.query_codes, kind="stable")
    codes = found.query_codes[order]
    rows = []
    for code, category in enumerate(found.categories):
        first, last = np.searchsorted(codes, (code, code + 1))
        if first < last:
            rows.append(_row(found, category, code, order[first:last], is_called_private))
    return tuple(rows)


def _row(
    found: Mismatches,
    category: str,
    code: int,
    places: NDArray[np.int64],
    is_called_private: NDArray[np.bool_] | None,
) -> CategoryRow:
    results, gallery = found.results, found.gallery
    of_gallery = gallery.rows_by_category.get(category)
    scored = places[results.is_scored[places]]
    firsts = found.match_codes[places, :1].ravel()
    wrong = np.bincount(firsts[(firsts >= 0) & (firsts != code)], minlength=1)
    most = int(wrong.argmax())
    return CategoryRow(
        category=category,
        query_count=len(places),
        gallery_count=0 if of_gallery is None else int(gallery.is_ready[of_gallery].sum()),
        ap_plain=mean_percent(results.plain_ap[scored]),
        ap_interpolated=mean_percent(results.interpolated_ap[scored]),
        precision_at={
            k: 100.0
            * int(hits[scored].sum())
            / int(np.minimum(k, results.num_relevant[scored]).sum())
            if len(scored)
            else None
            for k, hits in results.cutoff_hits_at.items()
        },
        called_private=None
        if is_called_private is None
        else 100.0 * int(is_called_private[places].sum()) / len(places),
        confused_with=found.categories[most] if wrong[most] else None,
        confused_share=100.0 * int(wrong[most]) / len(places) if wrong[most] else None,
    )
