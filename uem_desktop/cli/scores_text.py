"""The numbers of an evaluation, for machines and for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from training.data.records import DecodeFailure
from training.evaluation.retrieval_scores import RetrievalScores
from uem_desktop.cli.detection_text import print_detectors, setting_json, setting_text
from uem_desktop.cli.diagnostics_text import diagnostics_json, print_diagnostics
from uem_desktop.cli.embedding import encoder_text, skipped_json
from uem_desktop.cli.options import help_text_of
from uem_desktop.cli.worst_text import print_worst, worst_json
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.embedder_protocol import EncoderInfo
from uem_desktop.retrieval.evaluation import Evaluation, HelpedScores, SettingScores

_NOTES = (
    "(1) plain AP over the whole gallery: the mean of the precisions at the rank of each relevant",
    "    image; averaged over queries. In brackets: averaged per category, then over categories.",
    "(2) interpolated AP (each precision is the best at that rank or later, as VOC does), averaged",
    "    over the queries of a category, then over categories. In brackets: over queries.",
    "(3) correct among the first min(k, R) matches, summed over queries, divided by the sum of",
    "    min(k, R); R is how many gallery images share the query's category.",
)


_HELP_NOTE = "    Below each number the same with retrieval-time help, which looks at no category."


def scores_json(scores: RetrievalScores, failures: Sequence[DecodeFailure]) -> dict[str, Any]:
    """Return the scores as ``uem evaluate --json`` prints them: percent, not rounded."""
    return {
        **retrieval_json(scores),
        "num_queries": scores.num_queries,
        "num_gallery": scores.num_gallery,
        "num_excluded": scores.num_excluded,
        "skipped": skipped_json(failures),
    }


def evaluation_json(found: Evaluation, failures: Sequence[DecodeFailure]) -> dict[str, Any]:
    """Return the scores, and beside them what else was asked for."""
    result = scores_json(found.scores, failures)
    if found.helped is not None:
        result["retrieval_help"] = {
            "names": list(found.helped.names),
            **retrieval_json(found.helped.scores),
        }
    if found.setting is not None:
        result.update(setting_json(found.setting))
    if found.worst:
        result["worst"] = [worst_json(query) for query in found.worst]
    if found.diagnostics is not None:
        result["diagnostics"] = diagnostics_json(found.diagnostics)
    return result


def print_evaluation(found: Evaluation, info: EncoderInfo) -> None:
    """Print all that was measured, with what each number means."""
    print_scores(
        found.scores, found.query, found.gallery, info, setting=found.setting, helped=found.helped
    )
    if found.setting is not None:
        click.echo()
        print_detectors(found.setting)
    if found.worst:
        click.echo()
        print_worst(found.worst)
    if found.diagnostics is not None:
        click.echo()
        print_diagnostics(found.diagnostics)


def print_scores(
    scores: RetrievalScores,
    query: DomainEmbeddings,
    gallery: DomainEmbeddings,
    info: EncoderInfo,
    *,
    setting: SettingScores | None = None,
    helped: HelpedScores | None = None,
) -> None:
    """Print the scores with what each of them means, helped ones in rows of their own."""
    for title, domain in (("Query", query), ("Gallery", gallery)):
        skipped = f", {len(domain.failures):,} skipped" if domain.failures else ""
        images = f"{domain.ready_count:,} image{'' if domain.ready_count == 1 else 's'}"
        click.echo(f"{title:<9}{display_text(domain.scan.folder)} ({images}{skipped})")
    click.echo(f"{'Encoder':<9}{display_text(encoder_text(info))} on {info.device_text}")
    if setting is not None:
        click.echo(f"{'Setting':<9}{setting_text(setting)}")
    if scores.num_excluded:
        click.echo(
            f"{'Excluded':<9}{scores.num_excluded:,} of {scores.num_queries:,} queries: no"
            " category, or none of theirs in the gallery"
        )
    if helped is not None:
        click.echo(f"{'Help':<9}{help_text_of(helped.names)}")
    click.echo()
    rows = _rows(scores)
    with_help = _rows(helped.scores) if helped is not None else [None] * len(rows)
    for (name, value, other), helped_row in zip(rows, with_help, strict=True):
        _print_number(name, value, other)
        if helped_row is not None:
            _print_number("  with retrieval help", *helped_row[1:])
    click.echo()
    for line in (*_NOTES, *([_HELP_NOTE] if helped is not None else [])):
        click.secho(line, dim=True)


def retrieval_json(scores: RetrievalScores) -> dict[str, Any]:
    """Return mAP@All and P@k in percent, not rounded."""
    return {
        "map_at_all": {
            "plain": scores.map_plain,
            "interpolated": scores.map_interpolated,
            "plain_per_category": scores.map_plain_per_category,
            "interpolated_per_query": scores.map_interpolated_per_query,
        },
        "precision_at": {str(k): value for k, value in scores.precision_at.items()},
    }


def _rows(scores: RetrievalScores) -> list[tuple[str, float | None, float | None]]:
    """Return the name of each number, the number, and the one in brackets."""
    return [
        ("mAP@All, plain (1)", scores.map_plain, scores.map_plain_per_category),
        ("mAP@All, interpolated (2)", scores.map_interpolated, scores.map_interpolated_per_query),
        *((f"P@{k} (3)", value, None) for k, value in scores.precision_at.items()),
    ]


def _print_number(name: str, value: float | None, other: float | None) -> None:
    text = "    –" if value is None else f"{value:6.2f} %"
    bracket = f"  [{other:.2f} %]" if other is not None else ""
    click.echo(f"  {name:<26}" + click.style(text, bold=True) + click.style(bracket, dim=True))
