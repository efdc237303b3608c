"""What is written about a comparison, in the window, on the command line and in figures."""

from __future__ import annotations

from math import isnan

from training.evaluation.paired_bootstrap import Interval
from uem_desktop.retrieval.compare import Comparison, RankMoves, ScoreChange
from uem_desktop.retrieval.compare_orders import CompareOrder
from uem_desktop.retrieval.compare_query import Move
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.query_table import record_at

COMPARE_TITLES = {
    CompareOrder.LOSS: "Largest loss",
    CompareOrder.WIN: "Largest win",
    CompareOrder.CHANGE: "Largest change",
    CompareOrder.TO_WRONG: "Right to wrong",
    CompareOrder.TO_RIGHT: "Wrong to right",
    CompareOrder.FIRST_RANK: "First rank moved",
    CompareOrder.SAME: "Unchanged",
    CompareOrder.OTHERS: "Other matches",
}
COMPARE_HELP = {
    CompareOrder.LOSS: "Queries whose plain AP is lower, the largest loss first.",
    CompareOrder.WIN: "Queries whose plain AP is higher, the largest win first.",
    CompareOrder.CHANGE: "Queries whose plain AP changed, the largest change first, up or down.",
    CompareOrder.TO_WRONG: "Queries that had a right match on a rank where a wrong one stands now;"
    " the most such ranks first.",
    CompareOrder.TO_RIGHT: "Queries that had a wrong match on a rank where a right one stands now;"
    " the most such ranks first.",
    CompareOrder.FIRST_RANK: "Queries whose first correct match stands on another rank, the"
    " longest way first.",
    CompareOrder.SAME: "Queries whose plain AP is the same, in row order.",
    CompareOrder.OTHERS: "Queries whose first matches are other images now; the most of them"
    " first. It needs no categories.",
}
LISTED = {
    CompareOrder.LOSS: "lose",
    CompareOrder.WIN: "win",
    CompareOrder.CHANGE: "change",
    CompareOrder.TO_WRONG: "lost a match",
    CompareOrder.TO_RIGHT: "gained a match",
    CompareOrder.FIRST_RANK: "moved",
    CompareOrder.SAME: "keep their AP",
    CompareOrder.OTHERS: "find other images",
}


def points_text(points: float, digits: int = 1) -> str:
    """Write a difference in points with its sign: ``+2.1``, ``−12.0``, ``0.0``."""
    if isnan(points):
        return "–"
    text = f"{points:+.{digits}f}".replace("-", "−")
    return text[1:] if float(f"{points:.{digits}f}") == 0 else text


def interval_text(interval: Interval) -> str:
    """Write an interval in points: ``0.8 to 3.3``."""
    return f"{_number(interval.low)} to {_number(interval.high)}"


def verdict_text(change: ScoreChange, queries: int) -> str:
    """Say a difference in one sentence: ``better by 2.1 points, 95 % interval 0.8 to 3.3, …``."""
    counted = f"95 % interval {interval_text(change.within)}, {queries:,} quer{_ies(queries)}"
    if change.points == 0:
        return f"the same, {counted}"
    direction = "better" if change.points > 0 else "worse"
    size = f"{abs(change.points):.1f}"
    words = "less than 0.1 points" if size == "0.0" else f"{size} points"
    doubt = "" if change.within.is_clear else ", which may be chance"
    return f"{direction} by {words}{doubt}, {counted}"


def method_text(change: ScoreChange) -> str:
    """Say how the intervals were made."""
    within = change.within
    lines = [
        f"Paired bootstrap, {within.resamples:,} resamples, seed {within.seed}:",
        f"other queries of the same categories: {interval_text(within)} points",
    ]
    if change.across is not None:
        lines.append(f"other categories: {interval_text(change.across)} points")
    return "\n".join(lines)


def left_out_text(found: Comparison) -> str:
    """Say how many images only one checkpoint embedded; empty for none."""
    out = found.left_out
    parts = [
        f"{count:,} {what}"
        for count, what in ((out.queries, "of the queries"), (out.gallery, "of the gallery"))
        if count
    ]
    return f"left out, embedded by one only: {' and '.join(parts)}" if parts else ""


def excluded_text(found: Comparison) -> str:
    """Say how many queries have no average precision; empty if all have."""
    count = len(found) - int(found.is_scored.sum())
    return f"{count:,} excluded: no category, or none of theirs in the gallery" if count else ""


def move_text(move: Move) -> str:
    """Say where an image went: ``3 → 17``; ``rank 3`` where it stayed."""
    if move.by == 0:
        return f"rank {move.ours:,}"
    return f"{move.theirs:,} → {move.ours:,}"


def row_texts(found: Comparison, place: int, order: CompareOrder, top_k: int) -> tuple[str, str]:
    """Return the number that an order sorts a query by, and what else is worth knowing."""
    ours, theirs = (t.results.plain_ap[place] for t in (found.ours, found.theirs))
    points = points_text(100 * float(found.change[place]))
    precision = f"AP {100 * theirs:.1f} → {100 * ours:.1f}"
    match order:
        case CompareOrder.TO_WRONG | CompareOrder.TO_RIGHT:
            which = 0 if order is CompareOrder.TO_WRONG else 1
            count = int(found.flips(top_k)[which][place])
            return f"{count:,} of {min(top_k, found.ours.matches.shape[1]):,}", f"AP {points}"
        case CompareOrder.OTHERS:
            depth = min(top_k, found.ours.matches.shape[1])
            second = f"AP {points}" if found.is_scored[place] else ""
            return f"{int(found.others(top_k)[place]):,} of {depth:,}", second
        case CompareOrder.FIRST_RANK:
            return first_text(found, place), f"AP {points}"
        case _:
            return points, precision


def first_text(found: Comparison, place: int) -> str:
    """Say on which rank the first correct match stands: ``1 → 4``, ``rank 1`` if unmoved."""
    ours, theirs = (int(t.results.first_rank[place]) for t in (found.ours, found.theirs))
    return move_text(Move(-1, theirs=theirs, ours=ours))


def first_matches_text(found: Comparison, place: int) -> str:
    """Say which category a query has, and what is new about the match on rank 1."""
    asked = record_at(found, place).category
    text = display_text(asked or "no category")
    if not found.ours.matches.shape[1]:
        return text
    theirs, ours = (
        table.gallery.records[int(table.matches[place, 0])].category
        for table in (found.theirs, found.ours)
    )
    if theirs == ours:
        return text if ours in (asked, None) else f"{text} · still {display_text(ours)}"
    if ours == asked and theirs is not None:
        return f"{text} · was {display_text(theirs)}"
    return f"{text} · now {display_text(ours or 'no category')}"


def flips_text(to_wrong: int, to_right: int) -> str:
    """Say how many matches went wrong and how many came right: ``✕ 5 · ✓ 3``."""
    return f"✕ {to_wrong:,} · ✓ {to_right:,}"


def moves_text(moves: RankMoves) -> str:
    """Say how many first correct matches went up, down and nowhere: ``↑ 5 · ↓ 3 · = 9``."""
    return f"↑ {moves.up:,} · ↓ {moves.down:,} · = {moves.same:,}"


def moves_sentence(moves: RankMoves) -> str:
    """Say it in words, and by how many ranks: ``5 up by 12 ranks in all, 3 down by 4, 9 …``."""
    return (
        f"{moves.up:,} up by {moves.ranks_up:,} ranks in all, {moves.down:,} down by"
        f" {moves.ranks_down:,}, {moves.same:,} on the same rank"
    )


def _number(value: float) -> str:
    text = f"{value:.1f}".replace("-", "−")
    return "0.0" if text == "−0.0" else text


def _ies(count: int) -> str:
    return "y" if count == 1 else "ies"
