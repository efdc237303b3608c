"""What is written about mismatches: orders, populations, and the numbers of one query."""

from __future__ import annotations

from math import isnan

from uem_desktop.retrieval.confusion import Cell
from uem_desktop.retrieval.decided_about import DecidedFilter
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.matches import QueryResult
from uem_desktop.retrieval.mismatch_orders import Order, Population
from uem_desktop.retrieval.mismatches import Mismatches
from uem_desktop.retrieval.query_table import record_at

ORDER_TITLES = {
    Order.PLAIN_AP: "Worst AP, plain",
    Order.INTERPOLATED_AP: "Worst AP, interp.",
    Order.FIRST_RANK: "Worst first rank",
    Order.CONFIDENT: "Confidently wrong",
    Order.DISAGREEMENT: "One-way matches",
}
ORDER_HELP = {
    Order.PLAIN_AP: "Plain average precision over the whole gallery, the lowest first.",
    Order.INTERPOLATED_AP: "Average precision under the precision envelope, the lowest first.",
    Order.FIRST_RANK: "The rank at which the first image of the query's category stands, the"
    " largest first.",
    Order.CONFIDENT: "The first match has another category. First come large similarity of that"
    " match plus a large margin:\nby how much it is more similar than the best correct match.",
    Order.DISAGREEMENT: "Asked in turn, how many of the query's first 10 matches do not have the"
    " query among their own first 10.\nThe largest share first. It needs no categories.",
}
POPULATION_TITLES = {
    Population.SCORED: "Scored",
    Population.PRIVATE: "Private",
    Population.UNLABELLED: "No category",
}
POPULATION_HELP = {
    Population.SCORED: "Queries whose category the gallery has.",
    Population.PRIVATE: "Queries whose category the gallery lacks: no match can be correct, so"
    " they have no average precision and are left out of every mean.",
    Population.UNLABELLED: "Queries without a category.",
}
DECIDED_TITLES = {
    DecidedFilter.ALL: "All decisions",
    DecidedFilter.UNDECIDED: "Undecided",
    DecidedFilter.DECIDED: "Decided",
    DecidedFilter.ACCEPTED: "Accepted",
    DecidedFilter.REJECTED: "Rejected",
    DecidedFilter.UNSURE: "Unsure",
    DecidedFilter.CONFIRMED: "No counterpart",
    DecidedFilter.NOTED: "Noted, relabelled",
}
_FAILING = {
    Order.PLAIN_AP: "fall short of AP 100 %",
    Order.INTERPOLATED_AP: "fall short of AP 100 %",
    Order.FIRST_RANK: "have no correct match first",
    Order.CONFIDENT: "have a wrong match first",
    Order.DISAGREEMENT: "are not found in return by every match",
}


def percent_text(share: float) -> str:
    """Write a share of 0..1 as a percentage with one decimal; a dash for NaN."""
    return "–" if isnan(share) else f"{100 * share:.1f} %"


def signed_text(value: float) -> str:
    """Write a difference of similarities with its sign: ``+0.031``, ``−0.120``."""
    return "–" if isnan(value) else f"{value:+.3f}".replace("-", "−")


def row_texts(found: Mismatches, place: int, order: Order) -> tuple[str, str]:
    """Return the number that an order sorts a query by, and what else is worth knowing."""
    results = found.results
    is_scored = bool(found.is_scored[place])
    precision = f"AP {percent_text(float(results.plain_ap[place]))}"
    first = f"first at {int(results.first_rank[place]):,}"
    match order:
        case Order.PLAIN_AP:
            return precision, first
        case Order.INTERPOLATED_AP:
            return f"AP {percent_text(float(results.interpolated_ap[place]))}", first
        case Order.FIRST_RANK:
            return f"rank {int(results.first_rank[place]):,}", precision
        case Order.CONFIDENT:
            margin = f"margin {signed_text(float(found.margin[place]))}"
            similarity = f"similarity {float(found.similarities[place, 0]):.3f}"
            return similarity, margin if is_scored else "no correct one"
        case Order.DISAGREEMENT:
            value = f"{100 * float(found.disagreement[place]):.0f} % one-way"
            return value, precision if is_scored else ""


def pair_text(found: Mismatches, place: int) -> str:
    """Say which category a query has, and which its first match."""
    asked, first = record_at(found, place).category, found.first_match(place)
    names = [asked] if first is None else [asked, first.category]
    if not any(names):
        return "no category"
    return " → ".join(display_text(name or "no category") for name in names)


def count_text(listed: int, total: int, population: Population, order: Order) -> str:
    """Say how many queries of a population fail in an order."""
    kind = {
        Population.SCORED: "scored queries",
        Population.PRIVATE: "private queries",
        Population.UNLABELLED: "queries without a category",
    }[population]
    return f"{listed:,} of {total:,} {kind} {_FAILING[order]}"


def excluded_text(found: Mismatches) -> str:
    """Say how many queries have no average precision, and why; empty if all have."""
    private = int(found.is_private.sum())
    unlabelled = int((found.query_codes < 0).sum())
    parts = []
    if private:
        parts.append(f"{private:,} excluded: category not in the gallery")
    if unlabelled:
        parts.append(f"{unlabelled:,} excluded: no category")
    return " · ".join(parts)


def cell_text(cell: Cell) -> str:
    """Name a cell of the confusion matrix."""
    retrieved = "no category" if cell.retrieved is None else display_text(cell.retrieved)
    return f"{display_text(cell.asked)} → {retrieved}, top {cell.top_k}"


def places_text(count: int, total: int, top_k: int, queries: int) -> str:
    """Say what a cell of the confusion matrix counts."""
    share = count / total if total else 0.0
    if top_k == 1:
        return f"{count:,} of {total:,} queries ({percent_text(share)}) have it on rank 1"
    plural = "y" if queries == 1 else "ies"
    return (
        f"{count:,} of the {total:,} first {top_k} places ({percent_text(share)}),"
        f" of {queries:,} quer{plural}"
    )


def missed_texts(result: QueryResult) -> tuple[str, str]:
    """Say how many relevant images rank after the matches, shortly and in full; empty for none."""
    missed, relevant = result.missed_count or 0, result.relevant_count or 0
    if not missed:
        return "", ""
    shown = len(result.missed)
    which = "" if shown == missed else f", the first {shown:,} shown"
    category = display_text(result.category or "")
    return (
        f"{missed:,} of {relevant:,}{which}",
        f"{missed:,} of {relevant:,} images of category {category} rank after the matches{which}."
        " Each has the rank that it really has.",
    )


def nothing_missed_texts(result: QueryResult) -> tuple[str, str]:
    """Say why no missed image is shown."""
    if result.category is None:
        return "Nothing is known to be missed", "The query has no category."
    if not result.relevant_count:
        return "Nothing to find", f"The gallery has no {display_text(result.category)}."
    return "Nothing missed", "Every image of the query's category is among the matches."
