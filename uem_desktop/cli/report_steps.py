"""The steps of ``uem report``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from training.errors import UserError
from uem_desktop.cli.embed_files import cannot_write
from uem_desktop.cli.embedding import check_folder, embed_domain, opened_encoder, say_skipped
from uem_desktop.cli.export_steps import OpenProject, open_project
from uem_desktop.cli.options import EngineOptions
from uem_desktop.cli.progress_bar import shown_progress, shown_steps, stop_on_interrupt
from uem_desktop.cli.streams import say
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.export_work import Work
from uem_desktop.retrieval.report_making import ReportWish, make_report, report_command_line
from uem_desktop.retrieval.reports import REPORT_SUFFIXES, write_report


def check_out(out: Path) -> None:
    """Raise a UserError unless a report can have this name."""
    if out.suffix.lower() not in REPORT_SUFFIXES:
        raise UserError(f"A report is a .html or .pdf file, which {out.name} is not.")
    if out.is_dir():
        raise UserError(f"{out} is a folder; --out needs a file.")


def opened_project(project: Path | None) -> OpenProject | None:
    """Read the project that is given, if one is."""
    return None if project is None else open_project(project)


def folders_of(
    query: Path | None, gallery: Path | None, opened: OpenProject | None
) -> tuple[Path, Path]:
    """Return both folders: those that are given, else those of the project.

    Raises:
        UserError: One is neither given nor in a project, or is not there.
    """
    given = (query, gallery)
    of_project = opened.folders if opened is not None else (None, None)
    found = []
    for name, one, other in zip(("query", "gallery"), given, of_project, strict=True):
        folder = one or other
        if folder is None:
            raise UserError(f"Name a folder by --{name}, or a project by --project.")
        check_folder(folder)
        found.append(folder)
    return found[0], found[1]


def make(
    out: Path,
    folders: tuple[Path, Path],
    options: EngineOptions,
    opened: OpenProject | None,
    project: Path | None,
    worst_count: int,
    top_k: int,
    help_names: Sequence[str],
) -> None:
    """Embed, rank, and write the report."""
    with opened_encoder(options) as encoder:
        query, gallery = (
            embed_domain(folder, name, encoder, options)
            for folder, name in zip(folders, ("query", "gallery"), strict=True)
        )
        info = encoder.info
    wish = ReportWish(
        checkpoint=options.checkpoint,
        checkpoint_title=info.title,
        fingerprint=info.fingerprint,
        device=f"{info.device_text}, {info.precision}",
        command=report_command_line(
            folders, options.checkpoint, out, project, worst_count, top_k, help_names
        ),
        worst_count=worst_count,
        top_k=top_k,
        help_names=help_names,
        decisions=None if opened is None else opened.decisions.entries,
    )
    with shown_steps("Ranking") as on_step, stop_on_interrupt() as should_stop:
        report = make_report(query, gallery, wish, on_step=on_step, should_stop=should_stop)
    with (
        shown_progress(f"Writing {out.name}") as show,
        stop_on_interrupt() as should_stop,
    ):
        try:
            write_report(out, report, Work(show, should_stop))
        except OSError as error:
            raise cannot_write(out, error) from error
    say_skipped([*query.failures, *gallery.failures], "the report")
    if report.scores is None or report.scores.map_plain is None:
        say("There are no numbers in it: no query has a category that the gallery has too.")
    click.echo(display_text(f"Wrote {out}"))
