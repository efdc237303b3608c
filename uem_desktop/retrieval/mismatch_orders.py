"""In which orders mismatches are listed, which queries belong to a list, and what a filter keeps.

Every order has a number for each query that belongs to it, and lists the largest failure first;
equal ones stand in row order. Why these numbers and not others:
``docs/decisions/0051-how-mismatches-are-ordered.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from training.evaluation.average_precision import AP_DECIMALS
from training.evaluation.ranking import SIMILARITY_DECIMALS
from uem_desktop.retrieval.confusion import Cell, places_of_cell
from uem_desktop.retrieval.mismatches import Mismatches, Numbers, Rows
from uem_desktop.retrieval.query_filter import QueryFilter

Kept = NDArray[np.bool_]


class Population(StrEnum):
    """Queries that are looked at together."""

    SCORED = "scored"
    """Their category is in the gallery: they have an average precision."""
    PRIVATE = "private"
    """The gallery has no image of their category: no match of theirs can be correct."""
    UNLABELLED = "unlabelled"
    """They have no category."""


class Order(StrEnum):
    """What the worst queries come first by."""

    PLAIN_AP = "plain-ap"
    INTERPOLATED_AP = "interpolated-ap"
    FIRST_RANK = "first-rank"
    CONFIDENT = "confident"
    DISAGREEMENT = "disagreement"


ORDERS_OF: dict[Population, tuple[Order, ...]] = {
    Population.SCORED: tuple(Order),
    Population.PRIVATE: (Order.CONFIDENT, Order.DISAGREEMENT),
    Population.UNLABELLED: (Order.DISAGREEMENT,),
}


@dataclass(frozen=True, slots=True)
class Listing(QueryFilter):
    """What a person asked to see; see `QueryFilter` for the rest.

    Attributes:
        population: Which queries.
        order: The worst of them by this come first.
        cell: Only queries of this cell of the confusion matrix, the good ones too.
    """

    population: Population = Population.SCORED
    order: Order = Order.PLAIN_AP
    cell: Cell | None = None

    @property
    def is_filtered(self) -> bool:
        """Whether some queries of the population are left out."""
        return self.cell is not None or self.is_narrowed


def members(found: Mismatches, population: Population) -> Kept:
    """Return which queries belong to a population, bool (Q,)."""
    match population:
        case Population.SCORED:
            return found.is_scored
        case Population.PRIVATE:
            return found.is_private
        case Population.UNLABELLED:
            return found.query_codes < 0


def badness(found: Mismatches, order: Order) -> Numbers:
    """Return how bad each query is in an order, float64 (Q,); NaN where nothing is wrong with it.

    Worst AP: 1 - AP, of queries below 1. First correct rank: the rank, where it is beyond 1.
    Confidently wrong: similarity of the wrong first match plus the margin by which it beats the
    best correct match; the similarity alone where no match can be correct. Disagreement: the
    share of matches that do not find the query in return, above 0. Numbers that differ only by
    the order in which their parts were added are equal.
    """
    results = found.results
    match order:
        case Order.PLAIN_AP:
            return _shortfall(found.is_scored, results.plain_ap)
        case Order.INTERPOLATED_AP:
            return _shortfall(found.is_scored, results.interpolated_ap)
        case Order.FIRST_RANK:
            return _where(results.first_rank > 1, results.first_rank.astype(np.float64))
        case Order.CONFIDENT:
            margin = np.where(found.is_scored, found.margin, 0.0)
            value = np.round(found.best_wrong + margin, SIMILARITY_DECIMALS)
            return _where(found.is_first_wrong, value)
        case Order.DISAGREEMENT:
            return _where(found.disagreement > 0.0, found.disagreement)


def listed(found: Mismatches, listing: Listing, is_kept: Kept | None = None) -> Rows:
    """Return the places of the queries to list, the worst first, int64 (n,).

    With a cell every query of it is listed; those with nothing wrong in this order come last.

    Args:
        found: All queries.
        listing: What to list; its text and its decisions are not looked at here.
        is_kept: bool (Q,), what further filters keep; all by default.
    """
    bad = badness(found, listing.order)
    keep = members(found, listing.population)
    if listing.cell is None:
        keep = keep & ~np.isnan(bad)
    else:
        of_cell = np.zeros(len(found), np.bool_)
        of_cell[places_of_cell(found, listing.cell)] = True
        keep = of_cell
    if listing.category is not None:
        code = (
            found.categories.index(listing.category) if listing.category in found.categories else -2
        )
        keep = keep & (found.query_codes == code)
    if is_kept is not None:
        keep = keep & is_kept
    places = np.flatnonzero(keep).astype(np.int64)
    return places[np.argsort(-np.nan_to_num(bad[places], nan=-1.0), kind="stable")]


def worst(found: Mismatches, count: int) -> Rows:
    """Return the places of the scored queries with the least plain AP, at most ``count``."""
    places = np.flatnonzero(found.is_scored).astype(np.int64)
    bad = np.nan_to_num(badness(found, Order.PLAIN_AP)[places])
    return places[np.argsort(-bad, kind="stable")][:count]


def _shortfall(is_scored: Kept, precision: Numbers) -> Numbers:
    """Return what each average precision lacks to 1, rounded so that equal ones are equal."""
    return _where(is_scored & (precision < 1.0), np.round(1.0 - precision, AP_DECIMALS))


def _where(is_meant: Kept, values: Numbers) -> Numbers:
    return np.where(is_meant, values, np.nan)
