"""``uem export``: what was found and decided in a project, as files for other programs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from uem_desktop.cli.options import GivenCheckpoint, GivenPath, retrieval_help_option

_PLACINGS = ("copies", "hard-links", "symbolic-links")
_ABOUT = ("accepted", "rejected", "unsure", "confirmed", "noted", "decided")


def _project_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--project",
        required=True,
        type=GivenPath(),
        metavar="FILE",
        help="The project, as the window saves it.",
    )(command)


def _out_option(text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option("--out", required=True, type=GivenPath(), metavar="PATH", help=text)


def _engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--checkpoint``, ``--device``, ``--no-store`` and ``--retrieval-help``."""
    options = (
        click.option(
            "--checkpoint",
            type=GivenCheckpoint(),
            metavar="FILE|NAME",
            help="Another encoder than the project's.",
        ),
        click.option(
            "--device",
            default="auto",
            show_default=True,
            metavar="NAME",
            help="auto, cuda, mps, xpu or cpu.",
        ),
        click.option("--no-store", is_flag=True, help="Embed everything anew and keep nothing."),
        retrieval_help_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group("export", short_help="Write what a project holds as tables, lists and folders.")
def export_command() -> None:
    r"""Write matches, decisions and chosen images of a project for other programs.

    Tables are CSV, or Parquet where the name ends in .parquet. In a table a text that begins with
    an apostrophe is escaped: drop it, and read \\ as a backslash and \xNN as a byte. All others
    stand as they are, and no spreadsheet takes one for a formula.
    """


@export_command.command("matches", short_help="The first matches of every query.")
@_project_option
@_out_option("The table, .csv or .parquet.")
@click.option(
    "--top-k",
    type=click.IntRange(min=1),
    metavar="N",
    help="Matches for each query; as many as in the window when nothing is said.",
)
@_engine_options
def matches_command(project: Path, out: Path, top_k: int | None, **engine: Any) -> None:
    """Write one line for each match: rank, similarity, mark, and what was decided about it."""
    from uem_desktop.cli.export_steps import export_matches

    export_matches(project, out, top_k, **engine)


@export_command.command("decisions", short_help="What was decided, by whom and when.")
@_project_option
@_out_option("The table, .csv or .parquet.")
@click.option("--history", is_flag=True, help="Every entry of the journal, also what was undone.")
def decisions_command(project: Path, out: Path, history: bool) -> None:
    """Write one line for each decision that holds."""
    from uem_desktop.cli.export_steps import export_decisions

    export_decisions(project, out, is_history=history)


@export_command.command("files", short_help="The images about which something was decided.")
@_project_option
@_out_option("The list, or a folder for copies and links.")
@click.option(
    "--decided",
    type=click.Choice(_ABOUT),
    default="accepted",
    show_default=True,
    help="What was decided about them; confirmed: has no counterpart; noted: has a note or another"
    " category.",
)
@click.option(
    "--side",
    type=click.Choice(["query", "gallery", "both"]),
    default="both",
    show_default=True,
    help="Images of which domain.",
)
@click.option(
    "--as",
    "form",
    type=click.Choice(["list", *_PLACINGS]),
    default="list",
    show_default=True,
    help="A list of absolute paths, or the images themselves in a folder.",
)
@click.option("--null", "is_null", is_flag=True, help="End each path of the list by a zero byte.")
def files_command(
    project: Path, out: Path, decided: str, side: str, form: str, is_null: bool
) -> int:
    """Write the paths of images, one a line, or put the images into a folder.

    In a folder nothing is overwritten: a name that is taken gets a number. A link that cannot be
    made becomes a copy.
    """
    from uem_desktop.cli.export_steps import export_files

    return export_files(project, out, decided, side, form, is_null=is_null)


@export_command.command("hard-negatives", short_help="Pairs that look alike and do not belong.")
@_project_option
@_out_option("The table, .csv or .parquet.")
@click.option(
    "--top-k",
    type=click.IntRange(1, 20),
    default=10,
    show_default=True,
    help="How many first matches of a query are looked at.",
)
@click.option(
    "--least-similarity",
    type=click.FloatRange(-1, 1),
    default=-1.0,
    metavar="S",
    help="Leave out wrong matches less similar than this.",
)
@_engine_options
def hard_negatives_command(
    project: Path, out: Path, top_k: int, least_similarity: float, **engine: Any
) -> None:
    """Write wrong matches and rejected pairs, the most similar first."""
    from uem_desktop.cli.export_steps import export_hard_negatives

    export_hard_negatives(project, out, top_k, least_similarity, **engine)


@export_command.command("pairs", short_help="Accepted pairs as DOMAIN/CATEGORY/IMAGE.")
@_project_option
@_out_option("The folder of the tree.")
@click.option(
    "--as",
    "form",
    type=click.Choice(_PLACINGS),
    default="copies",
    show_default=True,
    help="How the images come into it; a link that cannot be made becomes a copy.",
)
def pairs_command(project: Path, out: Path, form: str) -> int:
    """Put the images of accepted pairs into a tree that training and benchmarks read.

    Categories are those that a person gave, or else those of the folders. Images without any are
    grouped by the pairs that connect them.
    """
    from uem_desktop.cli.export_steps import export_pairs

    return export_pairs(project, out, form)
