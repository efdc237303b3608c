"""``uem benchmark``: the paper's experiment, settings x pairs x methods x seeds, as one command."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from training.errors import Cancelled, UserError
from uem_desktop.cli.list_options import ListCommand
from uem_desktop.cli.options import GivenCheckpoint, GivenPath
from uem_desktop.cli.streams import say

if TYPE_CHECKING:
    from training.benchmark.plan import BenchmarkPlan
    from training.config import TrainConfig

_SETTINGS = ("close-set", "partial", "open-set")
_PAPER_SEEDS = ("2024", "2025", "2026")
_DEFAULT = click.core.ParameterSource.DEFAULT


@click.command("benchmark", cls=ListCommand, short_help="Run the paper's experiment on a data set.")
@click.option(
    "--data",
    type=GivenPath(),
    metavar="ROOT",
    help="Office-31, Office-Home, DomainNet or any ROOT/DOMAIN/CATEGORY/IMAGE.",
)
@click.option(
    "--methods", multiple=True, metavar="NAME…", help="all, or as 'uem train --list-methods' says."
)
@click.option(
    "--settings",
    multiple=True,
    type=click.Choice(_SETTINGS),
    metavar="SETTING…",
    default=_SETTINGS,
    help="close-set, partial and open-set; all three when nothing is said.",
)
@click.option(
    "--pairs",
    multiple=True,
    default=("all",),
    metavar="QUERY:GALLERY…",
    help="all when nothing is said; for DomainNet these are the paper's five.",
)
@click.option(
    "--seeds",
    multiple=True,
    type=int,
    default=_PAPER_SEEDS,
    metavar="N…",
    help="Of training and of the draw of categories; 2024 2025 2026 when nothing is said.",
)
@click.option(
    "--draws",
    type=click.IntRange(1),
    metavar="N",
    help="Draws of categories in partial and open-set: so many seeds, those given and then the "
    "numbers after the last one.",
)
@click.option(
    "--categories", multiple=True, metavar="NAME…", help="The only categories to look at."
)
@click.option(
    "--retrieval-help",
    multiple=True,
    metavar="NAME…",
    help="Measure each method once more with help at retrieval time: best, all, centring, "
    "neighbour-averaging, query-expansion, hubness.",
)
@click.option(
    "--heldout",
    is_flag=True,
    help="Learn from four fifths of each category and measure on the rest.",
)
@click.option(
    "--rounding",
    type=click.Choice(["floor", "ceil"]),
    default="floor",
    show_default=True,
    help="Of half of an odd number of categories.",
)
@click.option(
    "--trainable",
    type=click.Choice(["head", "all"]),
    help="head: only the projector; all: the whole encoder, as in the paper.",
)
@click.option(
    "--preset",
    metavar="NAME",
    help="quick or paper; quick for the head, paper for all when nothing is said.",
)
@click.option(
    "--config",
    "config_file",
    type=GivenPath(),
    metavar="FILE.toml",
    help="Settings that differ from the preset.",
)
@click.option(
    "--set", "words", multiple=True, metavar="NAME=VALUE…", help="Single settings of training."
)
@click.option(
    "--checkpoint", type=GivenCheckpoint(), metavar="FILE|NAME", help="Where learning starts."
)
@click.option("--device", metavar="NAME", help="auto, cuda, mps, xpu or cpu.")
@click.option(
    "--out",
    required=True,
    type=GivenPath(),
    metavar="DIR",
    help="Where results.json, results.md and results.html go.",
)
@click.option(
    "--resume",
    is_flag=True,
    help="Go on with the results in DIR; methods, pairs and seeds may be added.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    metavar="N",
    help="Trainings at a time, each in a process of its own.",
)
@click.option("--json", "as_json", is_flag=True, help="Print each result as a line of JSON.")
def benchmark_command(out: Path, resume: bool, jobs: int, as_json: bool, **given: Any) -> int:
    """Train every method on every pair of domains in every setting, and measure it.

    Categories choose the images of a setting and measure the result; learning never sees them.
    The last epoch counts. Ctrl+C stops, and --resume goes on where it was.
    """
    context = click.get_current_context()
    is_bare = all(context.get_parameter_source(name) is _DEFAULT for name in given)
    plan = _stored_plan(out) if resume and is_bare else _plan(given)
    from uem_desktop.cli.benchmark_progress import benchmarked
    from uem_desktop.retrieval.benchmark_files import write_tables

    ended = benchmarked(plan, out, resume=resume, jobs=jobs, command=_command(), as_json=as_json)
    written = write_tables(out)
    if ended.outcome == "stopped":
        raise Cancelled(f"Stopped; 'uem benchmark --out {shlex.quote(str(out))} --resume' goes on.")
    if ended.failures:
        say(f"{ended.failures} trainings failed, as said above; --resume tries them again.")
    if not as_json:
        click.echo(f"Wrote {', '.join(map(str, written))}")
    return 1 if ended.failures else 0


def _plan(given: dict[str, Any]) -> BenchmarkPlan:
    """Put a plan together; what does not exist is said before anything long starts."""
    from training.benchmark.plan import BenchmarkPlan

    for name, what in (("data", "the data set"), ("methods", "the methods")):
        if not given[name]:
            raise UserError(f"--{name} is missing: a benchmark needs {what}.")
    return BenchmarkPlan(
        data=str(given["data"].absolute()),
        methods=given["methods"],
        settings=given["settings"],
        pairs=given["pairs"],
        seeds=given["seeds"],
        draws=given["draws"] or 0,
        config=_config(given),
        categories=given["categories"],
        heldout=given["heldout"],
        rounding=given["rounding"],
        retrieval_help=given["retrieval_help"],
    ).checked()


def _config(given: dict[str, Any]) -> TrainConfig:
    """Put preset, file and words together, the later ones over the earlier."""
    from training.benchmark.plan import checked_config
    from training.config_files import preset_config, read_config, with_words

    file = given["config_file"]
    own = read_config(file) if file is not None else None
    wanted = given["trainable"] or (own.encoder.trainable if own else "head")
    config = preset_config(given["preset"] or ("quick" if wanted == "head" else "paper"))
    if file is not None:
        config = read_config(file, config)
    changes = {name: given[name] for name in ("trainable", "checkpoint", "device")}
    words = [f"{name}={value}" for name, value in changes.items() if value is not None]
    return checked_config(with_words(with_words(config, words), given["words"]))


def _stored_plan(out: Path) -> BenchmarkPlan:
    from training.benchmark.provenance import plan_of
    from training.benchmark.results import ResultsFile

    file = ResultsFile(out)
    if file.is_new:
        raise UserError(f"There are no results of a benchmark in {out}.")
    return plan_of(file.about, file.path)


def _command() -> str:
    return shlex.join(["uem", *sys.argv[1:]])
