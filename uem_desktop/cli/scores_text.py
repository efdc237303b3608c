"""The numbers of an evaluation, for machines and for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from training.data.records import DecodeFailure
from training.evaluation.retrieval_scores import RetrievalScores
from uem_desktop.cli.embedding import encoder_text, skipped_json
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.embedder_protocol import EncoderInfo

_NOTES = (
    "(1) plain AP over the whole gallery: the mean of the precisions at the rank of each relevant",
    "    image; averaged over queries. In brackets: averaged per category, then over categories.",
    "(2) interpolated AP (each precision is the best at that rank or later, as VOC does), averaged",
    "    over the queries of a category, then over categories. In brackets: over queries.",
    "(3) correct among the first min(k, R) matches, summed over queries, divided by the sum of",
    "    min(k, R); R is how many gallery images share the query's category.",
)


def scores_json(scores: RetrievalScores, failures: Sequence[DecodeFailure]) -> dict[str, Any]:
    """Return the scores as ``uem evaluate --json`` prints them: percent, not rounded."""
    return {
        "map_at_all": {
            "plain": scores.map_plain,
            "interpolated": scores.map_interpolated,
            "plain_per_category": scores.map_plain_per_category,
            "interpolated_per_query": scores.map_interpolated_per_query,
        },
        "precision_at": {str(k): value for k, value in scores.precision_at.items()},
        "num_queries": scores.num_queries,
        "num_gallery": scores.num_gallery,
        "num_excluded": scores.num_excluded,
        "skipped": skipped_json(failures),
    }


def print_scores(
    scores: RetrievalScores,
    query: DomainEmbeddings,
    gallery: DomainEmbeddings,
    info: EncoderInfo,
) -> None:
    """Print the scores with what each of them means."""
    for title, domain in (("Query", query), ("Gallery", gallery)):
        skipped = f", {len(domain.failures):,} skipped" if domain.failures else ""
        images = f"{domain.ready_count:,} image{'' if domain.ready_count == 1 else 's'}"
        click.echo(f"{title:<9}{display_text(domain.scan.folder)} ({images}{skipped})")
    click.echo(f"{'Encoder':<9}{display_text(encoder_text(info))} on {info.device_text}")
    if scores.num_excluded:
        click.echo(
            f"{'Excluded':<9}{scores.num_excluded:,} of {scores.num_queries:,} queries: no"
            " category, or none of theirs in the gallery"
        )
    click.echo()
    _print_number("mAP@All, plain (1)", scores.map_plain, scores.map_plain_per_category)
    _print_number(
        "mAP@All, interpolated (2)", scores.map_interpolated, scores.map_interpolated_per_query
    )
    for k, value in scores.precision_at.items():
        _print_number(f"P@{k} (3)", value)
    click.echo()
    for line in _NOTES:
        click.secho(line, dim=True)


def _print_number(name: str, value: float | None, other: float | None = None) -> None:
    text = "    –" if value is None else f"{value:6.2f} %"
    bracket = f"  [{other:.2f} %]" if other is not None else ""
    click.echo(f"  {name:<26}" + click.style(text, bold=True) + click.style(bracket, dim=True))
