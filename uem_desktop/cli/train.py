"""``uem train``: learn an encoder from two unlabelled folders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from training.errors import Cancelled, UserError
from uem_desktop.cli.options import GivenCheckpoint, GivenPath
from uem_desktop.cli.streams import say

if TYPE_CHECKING:
    from training.config import TrainConfig
    from training.data.decided_pairs import DecidedPairs


@click.command("train", short_help="Learn an encoder from two unlabelled folders.")
@click.option(
    "--domain-a",
    type=GivenPath(),
    metavar="DIR",
    help="Images of one visual world; names of sub-folders are never read in training.",
)
@click.option("--domain-b", type=GivenPath(), metavar="DIR", help="Images of the other one.")
@click.option(
    "--run",
    "run_folder",
    required=True,
    type=GivenPath(),
    metavar="DIR",
    help="Where settings, events, checkpoints and encoder.safetensors go.",
)
@click.option(
    "--method", metavar="NAME", help="What learns, one of --list-methods; uem when nothing is said."
)
@click.option(
    "--trainable",
    type=click.Choice(["head", "all"]),
    help="head: only the projector, minutes on a CPU; all: the whole encoder, as in the paper.",
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
    "--set", "words", multiple=True, metavar="NAME=VALUE", help="One setting; may be repeated."
)
@click.option(
    "--checkpoint", type=GivenCheckpoint(), metavar="FILE|NAME", help="Where learning starts."
)
@click.option(
    "--decisions",
    "project",
    type=GivenPath(),
    metavar="PROJECT",
    help="Let SN2M match the pairs accepted in this project, and never the rejected ones; the run"
    " keeps them in pairs.csv. Its folders are the domains where none are given.",
)
@click.option("--seed", type=int, help="Where all random numbers come from.")
@click.option("--device", metavar="NAME", help="auto, cuda, mps, xpu or cpu.")
@click.option("--resume", is_flag=True, help="Go on with the run after its last checkpoint.")
@click.option("--json", "as_json", is_flag=True, help="Print each event as a line of JSON.")
@click.option(
    "--list-settings",
    is_flag=True,
    is_eager=True,
    callback=lambda *a: _list(*a),
    expose_value=False,
    help="Print every setting with its help, and end.",
)
@click.option(
    "--list-methods",
    is_flag=True,
    is_eager=True,
    callback=lambda *a: _list_methods(*a),
    expose_value=False,
    help="Print every method and what it was written from, and end.",
)
def train_command(
    run_folder: Path,
    config_file: Path | None,
    words: tuple[str, ...],
    preset: str | None,
    project: Path | None,
    resume: bool,
    as_json: bool,
    **given: str | int | Path | None,
) -> int:
    """Train on two folders of images without labels, and keep everything in the run's folder.

    Ctrl+C saves a checkpoint and stops; --resume goes on from there, with the same numbers as a
    run that nobody stopped.
    """
    from training.run_folder import RunFolder

    folder = RunFolder(run_folder)
    changes = {name: str(value) for name, value in given.items() if value is not None}
    if resume:
        _require_nothing_else([*changes, *words, *filter(None, [preset, config_file, project])])
    else:
        if project is not None:
            words = (*words, "use_decisions=on")
            changes = {**_folders(project, config_file), **changes}
        config = _config(preset, config_file, changes, words)
        folder.create(config, _pairs(project) if project is not None else None)
    from uem_desktop.cli.train_progress import trained

    ended = trained(folder, resume=resume, as_json=as_json)
    if ended.outcome == "stopped":
        raise Cancelled(f"Stopped; 'uem train --run {run_folder} --resume' goes on from here.")
    if not as_json:
        click.echo(f"Wrote {folder.encoder_path}")
    return 0


def _config(
    preset: str | None, config_file: Path | None, changes: dict[str, str], words: tuple[str, ...]
) -> TrainConfig:
    """Put preset, file and words together, the later ones over the earlier."""
    from training.config_files import preset_config, read_config, with_words

    own = read_config(config_file) if config_file is not None else None
    wanted = changes.get("trainable") or (own.encoder.trainable if own else "head")
    config = preset_config(preset or ("quick" if wanted == "head" else "paper"))
    if config_file is not None:
        config = read_config(config_file, config)
    for name in ("domain_a", "domain_b"):
        if name in changes:
            changes[name] = str(Path(changes[name]).absolute())
    config = with_words(config, [f"{name}={value}" for name, value in changes.items()])
    return _checked(with_words(config, words))


def _folders(project: Path, config_file: Path | None) -> dict[str, str]:
    """Return the folders of a project as both domains, unless a file of settings names them."""
    from uem_desktop.retrieval.project import Project

    if config_file is not None:
        return {}
    opened = Project.open(project)
    folders = (("domain_a", opened.query_folder), ("domain_b", opened.gallery_folder))
    return {name: str(folder) for name, folder in folders if folder is not None}


def _pairs(project: Path) -> DecidedPairs:
    from uem_desktop.retrieval.training_pairs import training_pairs

    return training_pairs(project)


def _checked(config: TrainConfig) -> TrainConfig:
    """Find what is wrong before a folder is made and torch is imported."""
    from training.folders import checked_folders
    from training.methods.method_names import check_decisions, check_method

    check_method(config.run.method)
    if config.run.use_decisions:
        check_decisions(config)
    checked_folders(config)
    return config


def _require_nothing_else(others: list[object]) -> None:
    if others:
        raise UserError(
            "--resume goes on with the run's own settings; leave out everything but --run, "
            "--json and --resume."
        )


def _list(context: click.Context, _option: click.Parameter, is_wanted: bool) -> None:
    if not is_wanted:
        return
    from training.config import TrainConfig
    from training.config_files import config_text

    click.echo(config_text(TrainConfig()).rstrip())
    say("These are the published values; --preset quick changes some of them.")
    context.exit()


def _list_methods(context: click.Context, _option: click.Parameter, is_wanted: bool) -> None:
    if not is_wanted:
        return
    from training.methods.method_names import METHODS

    for method in METHODS:
        click.echo(f"{method.name:<16}{method.title:<22}{method.origin}")
    context.exit()
