"""Ranked matches, for machines and for people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from training.data.records import DecodeFailure
from uem_desktop.cli.embedding import encoder_text, skipped_json
from uem_desktop.cli.options import help_text_of
from uem_desktop.cli.streams import can_show
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.embedder_protocol import EncoderInfo
from uem_desktop.retrieval.index import GalleryIndex
from uem_desktop.retrieval.matches import Match, QueryResult

MAX_SHOWN = 20


def search_json(
    results: Sequence[QueryResult],
    index: GalleryIndex,
    info: EncoderInfo,
    failures: Sequence[DecodeFailure],
    help_names: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the results as ``uem search --json`` prints them."""
    return {
        "checkpoint": encoder_text(info),
        "index": {"kind": index.kind, "recall": index.recall},
        "retrieval_help": list(help_names),
        "queries": [_query_json(result) for result in results],
        "skipped": skipped_json(failures),
    }


def _query_json(result: QueryResult) -> dict[str, Any]:
    query: dict[str, Any] = {"path": str(result.query_paths[0])}
    if len(result.query_paths) > 1:
        query["paths"] = [str(path) for path in result.query_paths]
    query["category"] = result.category
    decision = result.counterpart
    query["counterpart"] = decision and {
        "is_missing": decision.is_missing,
        "value": decision.value,
        "threshold": decision.threshold,
    }
    query["matches"] = [
        {
            "rank": match.rank,
            "path": str(match.record.path),
            "similarity": match.similarity,
            "category": match.record.category,
            "correct": match.is_correct,
        }
        for match in result.matches
    ]
    return query


def print_search(
    results: Sequence[QueryResult],
    gallery: DomainEmbeddings,
    index: GalleryIndex,
    info: EncoderInfo,
    *,
    help_names: Sequence[str] = (),
    max_shown: int = MAX_SHOWN,
) -> None:
    """Print one table per query, best match first."""
    recall = "" if index.kind == "exact" else f", recall {100 * index.recall:.1f} %"
    images = f"{gallery.ready_count:,} image{'' if gallery.ready_count == 1 else 's'}"
    click.echo(
        f"Matches in {display_text(gallery.scan.folder)} ({images}), most similar first, ties by"
        f" lower row; {display_text(encoder_text(info))}, {index.kind} index{recall}"
    )
    if help_names:
        click.echo(f"With retrieval help: {help_text_of(help_names)}")
    decisions = [result.counterpart for result in results if result.counterpart is not None]
    if decisions:
        missing = sum(decision.is_missing for decision in decisions)
        click.echo(
            f"No counterpart, it seems: {missing:,} of {len(decisions):,}"
            f" {'query' if len(decisions) == 1 else 'queries'}"
            f" (decision value above {decisions[0].threshold:.3f})"
        )
    for result in results[:max_shown]:
        click.echo()
        _print_result(result, gallery.scan.folder)
    left = len(results) - max_shown
    if left > 0:
        noun = "query is" if left == 1 else "queries are"
        click.echo(f"\n{left:,} more {noun} not shown; --json prints all {len(results):,}.")


def _print_result(result: QueryResult, gallery_folder: Path) -> None:
    """Print one query and its matches, whose paths begin below the gallery's folder."""
    first, others = result.query_paths[0], len(result.query_paths) - 1
    title = click.style(display_text(_relative_to(_here(), first)), bold=True)
    if others:
        title += f" and {others:,} other image{'' if others == 1 else 's'}, as one query"
    if result.category is not None:
        right = sum(1 for match in result.matches if match.is_correct)
        category = display_text(result.category)
        title += f"  {category}, {right} of {len(result.matches)} correct"
    if result.counterpart is not None and result.counterpart.is_missing:
        title += f"  {_missing_text()} ({result.counterpart.value:.3f})"
    click.echo(title)
    digits = len(str(len(result.matches)))
    for match in result.matches:
        path = display_text(_relative_to(gallery_folder, match.record.path))
        click.echo(
            f"{match.rank:>{digits + 2}}  {mark_text(match)}  {match.similarity:.4f}  {path}"
        )


def _here() -> Path:
    try:
        return Path.cwd()
    except OSError:  # somebody has deleted it
        return Path()


def _relative_to(folder: Path, path: Path) -> Path:
    return path.relative_to(folder) if path.is_relative_to(folder) else path


def _missing_text() -> str:
    sign = "∅ " if can_show("∅") else ""
    return click.style(f"{sign}no counterpart", fg="yellow", bold=True)


def mark_text(match: Match) -> str:
    """Return a tick, a cross or a dot; words where the terminal has no such characters."""
    tick, cross, dot = ("✓", "✗", "·") if can_show("✓✗·") else ("right", "wrong", "?    ")
    if match.is_correct is None:
        return click.style(dot, dim=True)
    if match.is_correct:
        return click.style(tick, fg="green", bold=True)
    return click.style(cross, fg="red", bold=True)
