"""The worst queries, for machines and for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.worst_queries import WorstQuery

_NOTES = (
    'Least plain AP first; of equal ones the first in path order. "first" is the rank of the first',
    "correct match, of R; behind it what stands on rank 1, with its similarity.",
)


def worst_json(query: WorstQuery) -> dict[str, Any]:
    """Return a query as ``uem evaluate --worst N --json`` prints it."""
    return {
        "path": str(query.record.path),
        "category": query.record.category,
        "ap": {"plain": query.ap_plain, "interpolated": query.ap_interpolated},
        "first_correct_rank": query.first_rank,
        "num_relevant": query.relevant_count,
        "best_match": {
            "path": str(query.best_match.path),
            "category": query.best_match.category,
            "similarity": query.similarity,
        },
        "margin": query.margin,
    }


def print_worst(queries: Sequence[WorstQuery]) -> None:
    """Print one line a query."""
    click.secho(f"The {len(queries):,} worst queries", bold=True)
    for query in queries:
        best = query.best_match.category or "no category"
        click.echo(
            f"  {query.ap_plain:6.2f} %  first {query.first_rank:>6,} of R {query.relevant_count:,}"
            f"  {display_text(query.record.category or '')}"
            f" → {display_text(best)} {query.similarity:.4f}"
            f"  {display_text(query.record.path)}"
        )
    click.echo()
    for line in _NOTES:
        click.secho(line, dim=True)
