"""Both rankings of a query as the pair of rankings shows them."""

from __future__ import annotations

from uem_desktop.item_models.decided import Lookup, nothing_decided
from uem_desktop.retrieval.compare_query import ComparedQuery, Move
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.matches import QueryResult
from uem_desktop.widgets.ranking_pair import RankedRow, RankedTile

_MARKS = {True: "correct", False: "wrong", None: "unknown"}


def ranked_rows(
    answer: ComparedQuery, titles: tuple[str, str], decided: Lookup = nothing_decided
) -> tuple[RankedRow, RankedRow]:
    """Return ours above theirs.

    Args:
        answer: Of one query.
        titles: What ours and theirs are called.
        decided: Says what was decided about a match of this query.
    """
    return (
        _row(answer.ours, titles[0], answer.moves, decided, is_ours=True),
        _row(answer.theirs, titles[1], answer.moves, decided, is_ours=False),
    )


def _row(
    result: QueryResult, title: str, moves: dict[int, Move], decided: Lookup, *, is_ours: bool
) -> RankedRow:
    tiles = []
    for match in result.matches:
        move, mark = moves[match.row], _MARKS[match.is_correct]
        other = move.theirs if is_ours else move.ours
        if other == match.rank:
            caption = f"{match.rank:,}"
        elif is_ours:
            caption = f"{match.rank:,} ← {other:,}"
        else:
            caption = f"{match.rank:,} → {other:,}"
        where = f"rank {other:,} with {'the other checkpoint' if is_ours else 'the explorer’s'}"
        category = display_text(match.record.category or "no category")
        spoken = (
            f"{display_text(match.record.path)}\nRank {match.rank:,}, {where}\n"
            f"{mark.capitalize()}, {category}, similarity {match.similarity:.4f}"
        )
        about = decided(match.record.path)
        spoken = "\n".join((spoken, *about.sentences))
        tiles.append(RankedTile(match.row, match.record.path, mark, caption, spoken, about.marks))
    right = sum(match.is_correct is True for match in result.matches)
    known = sum(match.is_correct is not None for match in result.matches)
    notes = (f"{right:,} of {len(result.matches):,} correct",) if known else ()
    return RankedRow(display_text(title), notes, tuple(tiles))
