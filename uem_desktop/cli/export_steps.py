"""The steps of ``uem export``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from training.errors import UserError
from uem_desktop.cli.embedding import check_folder, embed_domain, opened_encoder, say_skipped
from uem_desktop.cli.options import EngineOptions
from uem_desktop.cli.progress_bar import (
    shown_progress,
    shown_status,
    shown_steps,
    stop_on_interrupt,
)
from uem_desktop.cli.streams import say
from uem_desktop.retrieval.decided_about import DecidedFilter
from uem_desktop.retrieval.decided_files import decided_files
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.export_decisions import decisions_table
from uem_desktop.retrieval.export_matches import matches_table
from uem_desktop.retrieval.export_tables import Table, write_table
from uem_desktop.retrieval.export_work import Work
from uem_desktop.retrieval.file_copies import Placing, Wanted, flat, place_files
from uem_desktop.retrieval.file_lists import write_file_list
from uem_desktop.retrieval.hard_negatives import hard_negatives, hard_negatives_table
from uem_desktop.retrieval.held_decisions import HeldDecisions, read_decisions, read_history
from uem_desktop.retrieval.helped import help_domains
from uem_desktop.retrieval.mismatches import find_mismatches
from uem_desktop.retrieval.pair_tree import pair_tree
from uem_desktop.retrieval.project import Project
from uem_desktop.retrieval.steps import count_of, progress_of

_EXIT_SOME_FAILED = 1


@dataclass(frozen=True, slots=True)
class OpenProject:
    """A project and what holds of its decisions.

    Attributes:
        project: Its settings.
        folders: Query folder and gallery folder.
        decisions: What holds.
    """

    project: Project
    folders: tuple[Path, Path]
    decisions: HeldDecisions


def open_project(path: Path) -> OpenProject:
    """Read a project and its decisions.

    Raises:
        UserError: It cannot be read, or has not two folders.
    """
    project = Project.open(path)
    if project.query_folder is None or project.gallery_folder is None:
        raise UserError(f"The project {path} has no two folders yet.")
    folders = (project.query_folder, project.gallery_folder)
    return OpenProject(project, folders, read_decisions(path, folders))


def export_matches(
    project: Path,
    out: Path,
    top_k: int | None,
    *,
    checkpoint: str | None,
    device: str,
    no_store: bool,
    help_names: tuple[str, ...],
) -> None:
    """Write the table of matches."""
    opened = open_project(project)
    options = EngineOptions(checkpoint or opened.project.checkpoint, device, not no_store)
    query, gallery = _embedded(opened, options, help_names)
    wanted = top_k or opened.project.top_k
    _write(out, matches_table(query, gallery, opened.decisions, top_k=wanted), "match", "matches")


def export_decisions(project: Path, out: Path, *, is_history: bool) -> None:
    """Write the table of decisions."""
    opened = open_project(project)
    entries = read_history(project, opened.folders) if is_history else opened.decisions.entries
    table = decisions_table(entries, is_history=is_history)
    _write(out, table, *(("entry", "entries") if is_history else ("decision", "decisions")))


def export_files(
    project: Path, out: Path, decided: str, side: str, form: str, *, is_null: bool
) -> int:
    """Write a list of images or place them; return the exit code."""
    opened = open_project(project)
    kept = [
        folder
        for folder, name in zip(opened.folders, ("query", "gallery"), strict=True)
        if side in (name, "both")
    ]
    files = decided_files(opened.decisions, DecidedFilter(decided), kept)
    if form != "list":
        return _place(out, flat(files), Placing(form))
    count = write_file_list(out, files, is_null_separated=is_null)
    _say_written(out, count, "path", "paths")
    return 0


def export_hard_negatives(
    project: Path,
    out: Path,
    top_k: int,
    least_similarity: float,
    *,
    checkpoint: str | None,
    device: str,
    no_store: bool,
    help_names: tuple[str, ...],
) -> None:
    """Write the table of hard negatives."""
    opened = open_project(project)
    options = EngineOptions(checkpoint or opened.project.checkpoint, device, not no_store)
    query, gallery = _embedded(opened, options, help_names)
    with shown_steps("Ranking") as on_step, stop_on_interrupt() as should_stop:
        found = find_mismatches(
            query, gallery, both_ways=False,
            on_progress=count_of(on_step, "Ranking"), should_stop=should_stop,
        )  # fmt: skip
        pairs = hard_negatives(
            found,
            opened.decisions,
            top_k=top_k,
            least_similarity=least_similarity,
            should_stop=should_stop,
        )
    _write(out, hard_negatives_table(found, pairs), "pair", "pairs")


def export_pairs(project: Path, out: Path, form: str) -> int:
    """Place the images of accepted pairs as a tree; return the exit code."""
    opened = open_project(project)
    return _place(out, pair_tree(opened.decisions, *opened.folders), Placing(form))


def _embedded(
    opened: OpenProject, options: EngineOptions, help_names: Sequence[str]
) -> tuple[DomainEmbeddings, DomainEmbeddings]:
    for folder in opened.folders:
        check_folder(folder)
    with opened_encoder(options) as encoder:
        query, gallery = (
            embed_domain(folder, name, encoder, options)
            for folder, name in zip(opened.folders, ("query", "gallery"), strict=True)
        )
    say_skipped([*query.failures, *gallery.failures], "'uem report'")
    if not help_names:
        return query, gallery
    with shown_steps("Helping retrieval") as on_step, stop_on_interrupt() as should_stop:
        helped = help_domains(
            query, gallery, help_names,
            on_progress=progress_of(on_step, "Helping retrieval"), should_stop=should_stop,
        )  # fmt: skip
    assert helped.query is not None
    return helped.query, helped.gallery


def _write(out: Path, table: Table, one: str, several: str) -> None:
    with shown_status(f"Writing {display_text(out.name)}"), stop_on_interrupt() as should_stop:
        count = write_table(out, table, Work(should_stop=should_stop))
    _say_written(out, count, one, several)


def _place(out: Path, wanted: Sequence[Wanted], placing: Placing) -> int:
    if not wanted:
        say("Nothing was decided so, and nothing was written.")
        return 0
    with shown_progress(f"Filling {out.name}") as show, stop_on_interrupt() as should_stop:
        placed = place_files(out, wanted, placing, Work(show, should_stop))
    click.echo(display_text(placed.sentence(placing)))
    return _EXIT_SOME_FAILED if placed.failed else 0


def _say_written(out: Path, count: int, one: str, several: str) -> None:
    click.echo(display_text(f"Wrote {count:,} {one if count == 1 else several} to {out}"))
