"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click


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


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--checkpoint``, ``--device``, ``--no-store`` and ``--json`` to a command."""
    options = (
        click.option(
            "--checkpoint",
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
