"""``uem bench``: how fast this machine does the work."""

from __future__ import annotations

import click

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
