"""What a figure of a paper shows: rows of a query and its first matches under two checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from uem_desktop.retrieval.compare import Comparison
from uem_desktop.retrieval.compare_query import ComparedIndexes, compare_query
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.matches import QueryResult
from uem_desktop.retrieval.query_table import record_at

FIGURE_SUFFIXES = (".png", ".svg", ".pdf")
_MARKS = {True: "correct", False: "wrong", None: "unknown"}


@dataclass(frozen=True, slots=True)
class FigureImage:
    """One match.

    Attributes:
        path: The image.
        mark: ``correct``, ``wrong`` or ``unknown``.
        category: Its category for people; empty without one.
    """

    path: Path
    mark: str
    category: str


@dataclass(frozen=True, slots=True)
class FigureRanking:
    """What one checkpoint found first.

    Attributes:
        title: Name of the checkpoint.
        note: Average precision of the query; empty where there is none.
        images: The matches, rank 1 first.
    """

    title: str
    note: str
    images: tuple[FigureImage, ...]


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One query.

    Attributes:
        query: The image that asks.
        category: Its category for people; empty without one.
        rankings: One for each checkpoint, from above.
    """

    query: Path
    category: str
    rankings: tuple[FigureRanking, ...]


def figure_rows(
    found: Comparison,
    indexes: ComparedIndexes,
    places: Sequence[int],
    titles: tuple[str, str],
    top_k: int,
) -> tuple[FigureRow, ...]:
    """Rank some queries for a figure.

    Args:
        found: The comparison.
        indexes: Of its galleries.
        places: Which queries, from above.
        titles: Names of ours and of theirs; ours stands above.
        top_k: How many matches of each.
    """
    rows = []
    for place in places:
        answer = compare_query(found, indexes, place, top_k)
        precisions = (t.results.plain_ap[place] for t in (found.ours, found.theirs))
        rows.append(
            FigureRow(
                record_at(found, place).path,
                display_text(answer.ours.category or ""),
                tuple(
                    FigureRanking(
                        display_text(title),
                        f"AP {100 * float(value):.1f} %" if found.is_scored[place] else "",
                        _images(result),
                    )
                    for title, value, result in zip(
                        titles, precisions, (answer.ours, answer.theirs), strict=True
                    )
                ),
            )
        )
    return tuple(rows)


def rows_to_json(rows: Sequence[FigureRow]) -> list[dict[str, Any]]:
    """Return rows as JSON has them; a file name that is no UTF-8 keeps its bytes."""
    found: list[dict[str, Any]] = []
    for row in rows:
        entry = asdict(row)
        entry["query"] = str(row.query)
        for ranking in entry["rankings"]:
            for image in ranking["images"]:
                image["path"] = str(image["path"])
        found.append(entry)
    return found


def rows_from_json(entries: Sequence[dict[str, Any]]) -> tuple[FigureRow, ...]:
    """Read what `rows_to_json` made."""
    return tuple(
        FigureRow(
            Path(row["query"]),
            row["category"],
            tuple(
                FigureRanking(
                    ranking["title"],
                    ranking["note"],
                    tuple(
                        FigureImage(Path(image["path"]), image["mark"], image["category"])
                        for image in ranking["images"]
                    ),
                )
                for ranking in row["rankings"]
            ),
        )
        for row in entries
    )


def _images(result: QueryResult) -> tuple[FigureImage, ...]:
    return tuple(
        FigureImage(
            match.record.path,
            _MARKS[match.is_correct],
            display_text(match.record.category or ""),
        )
        for match in result.matches
    )
