"""``uem report``: one file to send around, with numbers, the worst queries and how they came."""

from __future__ import annotations

from pathlib import Path

import click

from uem_desktop.cli.options import (
    EngineOptions,
    GivenCheckpoint,
    GivenPath,
    retrieval_help_option,
)


@click.command("report", short_help="Write a report of the worst queries, HTML or PDF.")
@click.option("--query", "query_folder", type=GivenPath(), metavar="FOLDER", help="What asks.")
@click.option(
    "--gallery", "gallery_folder", type=GivenPath(), metavar="FOLDER", help="What is searched."
)
@click.option(
    "--project",
    type=GivenPath(),
    metavar="FILE",
    help="A project: its decisions come into the report, its folders and its checkpoint are used"
    " where none are given.",
)
@click.option(
    "--out",
    required=True,
    type=GivenPath(),
    metavar="FILE",
    help="A .html or .pdf file; each stands alone.",
)
@click.option(
    "--worst",
    "worst_count",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    metavar="N",
    help="How many queries are shown.",
)
@click.option(
    "--top-k",
    type=click.IntRange(1, 50),
    default=10,
    show_default=True,
    help="Matches for each of them.",
)
@retrieval_help_option
@click.option(
    "--checkpoint",
    type=GivenCheckpoint(),
    metavar="FILE|NAME",
    help="A checkpoint file, or 'pretrained', 'pretrained:resnet50', 'sample'; 'pretrained' or the"
    " project's when nothing is said.",
)
@click.option(
    "--device", default="auto", show_default=True, metavar="NAME", help="auto, cuda, mps, xpu, cpu."
)
@click.option("--no-store", is_flag=True, help="Embed everything anew and keep nothing.")
def report_command(
    query_folder: Path | None,
    gallery_folder: Path | None,
    project: Path | None,
    out: Path,
    worst_count: int,
    top_k: int,
    help_names: tuple[str, ...],
    checkpoint: str | None,
    device: str,
    no_store: bool,
) -> None:
    """Rank the whole gallery for every query, exactly, and write what came of it."""
    from uem_desktop.cli import report_steps as steps

    steps.check_out(out)
    opened = steps.opened_project(project)
    folders = steps.folders_of(query_folder, gallery_folder, opened)
    spec = checkpoint or (opened.project.checkpoint if opened else "pretrained")
    options = EngineOptions(spec, device, not no_store)
    steps.make(out, folders, options, opened, project, worst_count, top_k, help_names)
