"""``uem compare``: what a checkpoint does better and worse than another, query by query."""

from __future__ import annotations

from pathlib import Path

import click

from uem_desktop.cli.options import (
    EngineOptions,
    GivenCheckpoint,
    GivenPath,
    engine_options,
    folder_options,
)
from uem_desktop.cli.streams import print_json, say

_FIGURE_ROWS = 4
_UNLABELLED = (
    "Nothing can be compared: no query has a category that the gallery has too"
    " (categories are the first-level sub-folders)."
)


@click.command("compare", short_help="Compare two checkpoints query by query.")
@folder_options
@click.option(
    "--against",
    required=True,
    type=GivenCheckpoint(),
    metavar="FILE|NAME",
    help="The checkpoint that --checkpoint is compared with.",
)
@click.option(
    "--top-k",
    type=click.IntRange(1, 20),
    default=10,
    show_default=True,
    help="Matches that count for flips, and that a figure shows.",
)
@click.option("--worst", type=click.IntRange(min=1), metavar="N", help="Print N largest losses.")
@click.option("--best", type=click.IntRange(min=1), metavar="N", help="Print N largest wins.")
@click.option(
    "--figure",
    type=GivenPath(),
    metavar="FILE",
    help="Write a figure of queries and their matches under both: .png, .svg or .pdf. It shows"
    f" those of --show, else the --best or --worst queries, else the {_FIGURE_ROWS} largest wins.",
)
@click.option(
    "--show",
    multiple=True,
    type=GivenPath(),
    metavar="IMAGE",
    help="A query for the figure; may be given several times.",
)
@click.option(
    "--names",
    nargs=2,
    metavar="A B",
    help="What the figure calls --checkpoint and --against; their titles by default.",
)
@click.option(
    "--table",
    type=GivenPath(),
    metavar="FILE",
    help="Write what each query comes to under both as a table: .csv or .parquet.",
)
@engine_options
def compare_command(
    query_folder: Path,
    gallery_folder: Path,
    against: str,
    top_k: int,
    worst: int | None,
    best: int | None,
    figure: Path | None,
    show: tuple[Path, ...],
    names: tuple[str, str] | None,
    table: Path | None,
    checkpoint: str,
    device: str,
    no_store: bool,
    as_json: bool,
) -> None:
    """Rank the gallery for every query with both checkpoints and print what changed.

    A difference is what --checkpoint has more than --against, with a paired bootstrap interval;
    a match that flips goes from --against to --checkpoint.
    """
    from uem_desktop.cli import compare_steps as steps
    from uem_desktop.cli.compare_text import comparison_json, print_comparison
    from uem_desktop.cli.embedding import check_folder, say_skipped

    if figure is not None:
        steps.check_figure(figure)
    check_folder(query_folder)
    check_folder(gallery_folder)
    compared = steps.run_comparison(
        query_folder,
        gallery_folder,
        [EngineOptions(spec, device, not no_store) for spec in (checkpoint, against)],
    )
    if as_json:
        print_json(comparison_json(compared, top_k, worst or 0, best or 0))
    else:
        print_comparison(compared, top_k, worst or 0, best or 0)
        say_skipped(compared.failures, "--json")
    if compared.found.plain is None:
        say(_UNLABELLED)
    if table is not None:
        steps.write_numbers(table, compared, top_k)
    if figure is not None:
        places = steps.places_of_figure(compared, show, best or 0, worst or 0, _FIGURE_ROWS)
        steps.write_figure(figure, compared, places, names, top_k)
