"""``uem bench``: how fast this machine does the work."""

from __future__ import annotations

from pathlib import Path

import click

from uem_desktop.cli.options import GivenPath
from uem_desktop.cli.streams import print_json


@click.group("bench", short_help="Measure how fast this machine is.")
def bench_command() -> None:
    """Measure how fast this machine does the work."""


@bench_command.command("training", short_help="Time the parts of an epoch.")
@click.option(
    "--trainable",
    type=click.Choice(["head", "all"]),
    default="head",
    show_default=True,
    help="head: made-up features; all: the sample collection.",
)
@click.option(
    "--images", type=click.IntRange(8), default=2000, show_default=True, help="In each domain."
)
@click.option(
    "--epochs", type=click.IntRange(1), default=10, show_default=True, help="Timed, of each stage."
)
@click.option(
    "--set", "words", multiple=True, metavar="NAME=VALUE", help="One setting; may be repeated."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def training_command(
    trainable: str, images: int, epochs: int, words: tuple[str, ...], as_json: bool
) -> None:
    """Time an epoch of both stages: forward and backward passes, and everything around them."""
    from training.bench import bench_config, bench_training
    from training.config_files import with_words
    from training.user_folders import cache_dir
    from uem_desktop.cli.progress_bar import shown_status

    with shown_status("Training"):
        result = bench_training(
            with_words(bench_config(trainable), words),
            images=images,
            epochs=epochs,
            cache_root=cache_dir() / "views",
        )
    if as_json:
        print_json(
            {
                "device": result.device,
                "images": list(result.images),
                "steps": result.steps,
                "stages": {
                    cost.stage: {"seconds": cost.parts, "overhead": cost.overhead}
                    for cost in result.costs
                },
            }
        )
        return
    a, b = result.images
    click.echo(f"{a:,} + {b:,} images, {result.steps} steps an epoch, {result.device}")
    for cost in result.costs:
        click.echo(f"\n{cost.stage}, with prototypes: {sum(cost.parts.values()):.3f} s an epoch")
        for name, seconds in sorted(cost.parts.items(), key=lambda part: -part[1]):
            click.echo(f"  {name:<28}{seconds:8.3f} s")
        click.echo(f"  beyond the passes {100 * cost.overhead:.1f} %")


@bench_command.command("explorer", short_help="Time the window on many images.")
@click.option(
    "--images",
    type=click.IntRange(50),
    default=100_000,
    show_default=True,
    help="In each domain.",
)
@click.option(
    "--folder",
    type=GivenPath(),
    metavar="DIR",
    help="Where the made-up images are kept for the next time.  [default: nowhere]",
)
@click.option(
    "--limit",
    type=click.FloatRange(1),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="How long a step may take; finding all queries that fail takes longest.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def explorer_command(images: int, folder: Path | None, limit: float, as_json: bool) -> None:
    """Time the real window, without a display, on two folders whose embeddings are stored.

    It opens them, asks, shows each page twice, decides, undoes, filters, swaps and goes through the
    queries that fail. Of each step it says how long it took until it was shown, for how long at
    most the window did nothing else meanwhile, and the most that it computed in such a gap, which
    does not depend on what else the machine does.
    """
    from uem_desktop.cli.bench_steps import time_window

    steps = time_window(images, folder, limit)
    if as_json:
        print_json({"images": [images, images], "steps": steps})
        return
    click.echo(f"{images:,} + {images:,} images whose embeddings are stored")
    click.echo(f"\n{'':<32}{'shown after':>14}{'longest gap':>14}{'of computing':>14}")
    for step in steps:
        seconds = step["seconds"]
        shown = f"over {limit:,.0f} s" if seconds is None else _ms(seconds)
        gaps = f"{_ms(step['longest_gap_s']):>14}{_ms(step['longest_own_s']):>14}"
        click.echo(f"{step['name']:<32}{shown:>14}{gaps}")


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:,.0f} ms"
