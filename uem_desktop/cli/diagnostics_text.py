"""What needs no categories, for machines and for people."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import click
import numpy as np

from uem_desktop.retrieval.diagnostic_words import finding
from uem_desktop.retrieval.diagnostics import Diagnostics, Occupancy, Part
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.explorer_session import SIDES
from uem_desktop.retrieval.hubs import Hubs
from uem_desktop.retrieval.near_duplicates import DuplicateGroup

_NAMED = 3
_WIDTH = 92


def diagnostics_json(found: Diagnostics) -> dict[str, Any]:
    """Return every number, not rounded, with the files behind it; shares are 0..1."""
    query, gallery = _domains(found)
    gap, duplicates = found.gap, found.duplicates
    return {
        "mutual_neighbours": {
            "k": found.mutual.depth,
            "rate": found.mutual.rate,
            "queries_without": _paths(query, found.mutual.lonely),
        },
        "hubs": {
            "k": found.hubs.depth,
            "skewness": found.hubs.skewness,
            "expected": found.hubs.expected,
            "images": [
                {"path": str(gallery.records[row].path), "queries": int(found.hubs.counts[row])}
                for row in found.hubs.rows.tolist()
            ],
            "never_found": _paths(gallery, found.hubs.never_rows),
        },
        "domain_gap": {
            "auc": gap.auc,
            "distance_of_means": gap.distance,
            "spread": gap.spread,
            "images_looked_at": [len(gap.query_rows), len(gap.gallery_rows)],
        },
        "prototypes": _occupancy_json(found.occupancy),
        "near_duplicates": {
            "proposed_pairs": duplicates.proposed_count,
            "compared_pairs": duplicates.compared_count,
            "groups": [
                {
                    "identical_files": group.are_identical,
                    **{
                        side: _paths(domain, np.array(group.rows(side), np.int64))
                        for side, domain in zip(SIDES, (query, gallery), strict=True)
                    },
                }
                for group in duplicates.groups
            ],
        },
    }


def print_diagnostics(found: Diagnostics) -> None:
    """Print each number, what it means and the files that stand out."""
    click.echo("Without categories")
    parts: tuple[Part, ...] = (
        found.mutual, found.hubs, found.gap, found.occupancy, found.duplicates,
    )  # fmt: skip
    for part in parts:
        said = finding(part)
        click.echo()
        click.echo(f"  {said.title:<18}" + click.style(said.value, bold=True) + f"  {said.unit}")
        _print_wrapped(said.sentence, is_dim=False)
        for line in _examples(part, found):
            click.echo(f"      {line}")
        _print_wrapped(said.method, is_dim=True)


def _print_wrapped(text: str, *, is_dim: bool) -> None:
    for line in textwrap.wrap(text, _WIDTH - 4):
        click.secho(f"    {line}", dim=is_dim)


def _examples(part: Part, found: Diagnostics) -> list[str]:
    query, gallery = _domains(found)
    if isinstance(part, Hubs):
        return [
            f"{int(part.counts[row]):>6,}  {display_text(gallery.records[row].path)}"
            for row in part.rows[:_NAMED].tolist()
        ]
    if part is found.duplicates:
        groups = found.duplicates.groups[:_NAMED]
        return [_group_text(group, query, gallery) for group in groups]
    return []


def _group_text(group: DuplicateGroup, query: DomainEmbeddings, gallery: DomainEmbeddings) -> str:
    domains = dict(zip(SIDES, (query, gallery), strict=True))
    names = [display_text(domains[side].records[row].path) for side, row in group.images]
    same = "the same bytes" if group.are_identical else "the same picture"
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}: {same}"


def _occupancy_json(found: Occupancy) -> dict[str, Any]:
    return {
        "merged": found.merged_count,
        "query_only": found.own_count,
        "gallery_only": found.translated_count,
        "share_of_queries_alone": found.lone_share("query"),
        "share_of_gallery_alone": found.lone_share("gallery"),
        "sizes": {side: found.prototypes.sizes(side).tolist() for side in SIDES},
    }


def _domains(found: Diagnostics) -> tuple[DomainEmbeddings, DomainEmbeddings]:
    prototypes = found.occupancy.prototypes
    return prototypes.query, prototypes.gallery


def _paths(domain: DomainEmbeddings, rows: Sequence[int] | np.ndarray) -> list[str]:
    return [str(domain.records[int(row)].path) for row in rows]
