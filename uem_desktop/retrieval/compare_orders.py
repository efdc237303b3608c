"""In which orders the queries of a comparison are listed, and which of them belong to a list."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from uem_desktop.retrieval.compare import Comparison, Flags
from uem_desktop.retrieval.mismatches import Numbers, Rows
from uem_desktop.retrieval.query_filter import QueryFilter


class CompareOrder(StrEnum):
    """What comes first; each order lists only the queries that it is about."""

    LOSS = "loss"
    WIN = "win"
    CHANGE = "change"
    TO_WRONG = "to-wrong"
    TO_RIGHT = "to-right"
    FIRST_RANK = "first-rank"
    SAME = "same"
    OTHERS = "others"


@dataclass(frozen=True, slots=True)
class CompareListing(QueryFilter):
    """What a person asked to see; see `QueryFilter` for the rest.

    Attributes:
        order: What comes first.
    """

    order: CompareOrder = CompareOrder.LOSS


def amount(found: Comparison, order: CompareOrder, top_k: int) -> Numbers:
    """Return by how much each query belongs to an order, float64 (Q,); NaN where it does not.

    Loss, win and change count plain AP; flips the ranks up to ``top_k`` whose match went from
    right to wrong or back; first rank by how many ranks the first correct match moved; others by
    how many of the first ``top_k`` matches are other images, which needs no categories.
    """
    change = found.change
    match order:
        case CompareOrder.LOSS:
            return _where(change < 0, -change)
        case CompareOrder.WIN:
            return _where(change > 0, change)
        case CompareOrder.CHANGE:
            return _where(change != 0, np.abs(change))
        case CompareOrder.TO_WRONG:
            lost = found.flips(top_k)[0]
            return _where(lost > 0, lost.astype(np.float64))
        case CompareOrder.TO_RIGHT:
            gained = found.flips(top_k)[1]
            return _where(gained > 0, gained.astype(np.float64))
        case CompareOrder.FIRST_RANK:
            moved = np.abs(found.first_change)
            return _where(moved > 0, moved.astype(np.float64))
        case CompareOrder.SAME:
            return _where(change == 0, np.zeros(len(found)))
        case CompareOrder.OTHERS:
            others = found.others(top_k)
            return _where(others > 0, others.astype(np.float64))


def listed(
    found: Comparison, listing: CompareListing, top_k: int, is_kept: Flags | None = None
) -> Rows:
    """Return the places of the queries to list, the largest amount first, int64 (n,).

    Of equal amounts the larger change of AP comes first, then the lower row.

    Args:
        found: All queries.
        listing: What to list; its text and its decisions are not looked at here.
        top_k: How many matches count for flips.
        is_kept: bool (Q,), what further filters keep; all by default.
    """
    amounts = amount(found, listing.order, top_k)
    keep = ~np.isnan(amounts)
    if listing.category is not None:
        codes = {name: code for code, name in enumerate(found.ours.categories)}
        keep &= found.ours.query_codes == codes.get(listing.category, -2)
    if is_kept is not None:
        keep &= is_kept
    places = np.flatnonzero(keep).astype(np.int64)
    changes = np.nan_to_num(np.abs(found.change[places]))
    order = np.lexsort((places, -changes, -amounts[places]))
    return places[order]


def _where(is_meant: Flags, amounts: Numbers) -> Numbers:
    return np.where(is_meant, amounts, np.nan)
