"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from uem_desktop.retrieval.given_path import given_checkpoint, given_path


class GivenPath(click.Path):
    """A file or folder; neither an empty text nor an address in the network is one.

    Attributes:
        what: What is wanted, for the sentence of the error.
    """

    def __init__(self, what: str = "file") -> None:
        super().__init__(path_type=Path)
        self.what = what

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Path:
        """Return the path, or fail in one sentence."""
        try:
            return given_path(os.fspath(value), self.what)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class GivenCheckpoint(click.types.StringParamType):
    """A checkpoint file or a name; neither an empty text nor an address in the network is one."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text as it is, or fail in one sentence."""
        try:
            return given_checkpoint(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How images are embedded.

    Attributes:
        checkpoint: A checkpoint file or a name such as ``pretrained``.
        device: ``auto`` or the name of a device.
        use_store: Whether embeddings are read from and kept in the store.
    """

    checkpoint: str
    device: str
    use_store: bool


def folder_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--query`` and ``--gallery``, both required."""
    options = (
        click.option(
            "--query",
            "query_folder",
            required=True,
            type=GivenPath(),
            metavar="FOLDER",
            help="The images that ask; first-level sub-folders are categories.",
        ),
        click.option(
            "--gallery",
            "gallery_folder",
            required=True,
            type=GivenPath(),
            metavar="FOLDER",
            help="The images that are searched.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--checkpoint``, ``--device``, ``--no-store`` and ``--json`` to a command."""
    options = (
        click.option(
            "--checkpoint",
            type=GivenCheckpoint(),
            default="pretrained",
            show_default=True,
            metavar="FILE|NAME",
            help="A checkpoint file, or 'pretrained', 'pretrained:resnet50', 'sample'.",
        ),
        click.option(
            "--device",
            default="auto",
            show_default=True,
            metavar="NAME",
            help="auto, cuda, mps, xpu or cpu.",
        ),
        click.option("--no-store", is_flag=True, help="Embed everything anew and keep nothing."),
        click.option("--json", "as_json", is_flag=True, help="Print the result as JSON."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def retrieval_help_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--retrieval-help [NAMES]`` as ``help_names``, in the order of ``HELP_NAMES``."""
    return click.option(
        "--retrieval-help",
        "help_names",
        callback=_help_names,
        is_flag=False,
        flag_value="best",
        metavar="[NAMES]",
        help="Help retrieval without labels. NAMES, with commas between: centring,"
        " neighbour-averaging, query-expansion, hubness; 'all', or 'best' (also without NAMES)"
        " for what helped most methods.",
    )(command)


def help_text_of(names: Sequence[str]) -> str:
    """Name helps for people."""
    return ", ".join(name.replace("-", " ") for name in names)


def _help_names(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> tuple[str, ...]:
    """Return the names that are meant; none where the option is not given."""
    if value is None:
        return ()
    from training.evaluation.retrieval_help import BEST_HELP, HELP_NAMES

    groups = {"best": BEST_HELP, "all": HELP_NAMES}
    wanted: set[str] = set()
    for name in (part.strip() for part in value.split(",")):
        if name not in HELP_NAMES and name not in groups:
            raise click.BadParameter(
                f"there is no {name!r}; there are {', '.join((*HELP_NAMES, *groups))}.",
                context,
                parameter,
            )
        wanted.update(groups.get(name, (name,)))
    return tuple(name for name in HELP_NAMES if name in wanted)
