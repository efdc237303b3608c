"""``uem evaluate``: how well one folder answers another, in numbers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from uem_desktop.cli.options import (
    EngineOptions,
    engine_options,
    folder_options,
    retrieval_help_option,
)
from uem_desktop.cli.streams import print_json, say

if TYPE_CHECKING:
    from uem_desktop.retrieval.setting_scores import GivenSetting

_UNLABELLED = (
    "There are no numbers: no query has a category that the gallery has too"
    " (categories are the first-level sub-folders)."
)


@click.command("evaluate", short_help="Measure how well a gallery answers the queries.")
@folder_options
@click.option(
    "--setting",
    type=click.Choice(["as-is", "close-set", "partial", "open-set"]),
    help="Also score who has no counterpart. 'as-is': the folders as they are, a query is private"
    " if the gallery lacks its category. The others draw from the categories that both have:"
    " 'close-set' keeps all, 'partial' half of them as queries, 'open-set' half in the gallery.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=2024,
    show_default=True,
    help="Of the categories that --setting draws, and of the published rule's clusters.",
)
@click.option(
    "--worst",
    "worst_count",
    type=click.IntRange(min=1),
    metavar="N",
    help="Also print the N queries with the least plain AP, with what they found first.",
)
@click.option(
    "--diagnostics",
    "with_diagnostics",
    is_flag=True,
    help="Also print what needs no categories: mutual neighbours, hubs, the gap between the"
    " domains, prototypes, near-duplicates.",
)
@retrieval_help_option
@engine_options
def evaluate_command(
    query_folder: Path,
    gallery_folder: Path,
    setting: GivenSetting | None,
    seed: int,
    worst_count: int | None,
    with_diagnostics: bool,
    help_names: tuple[str, ...],
    checkpoint: str,
    device: str,
    no_store: bool,
    as_json: bool,
) -> None:
    """Rank the whole gallery for every query, exactly, and print mAP@All and P@k in percent."""
    from uem_desktop.cli.embedding import (
        check_folder,
        embed_domain,
        opened_encoder,
        say_skipped,
    )
    from uem_desktop.cli.progress_bar import shown_steps, stop_on_interrupt
    from uem_desktop.cli.scores_text import evaluation_json, print_evaluation
    from uem_desktop.retrieval.evaluation import evaluate_direction

    check_folder(query_folder)
    check_folder(gallery_folder)
    options = EngineOptions(checkpoint, device, not no_store)
    with opened_encoder(options) as encoder:
        query = embed_domain(query_folder, "query", encoder, options)
        gallery = embed_domain(gallery_folder, "gallery", encoder, options)
        info = encoder.info
    with shown_steps("Ranking") as on_step, stop_on_interrupt() as should_stop:
        found = evaluate_direction(
            query,
            gallery,
            help_names=help_names,
            setting=setting,
            seed=seed,
            worst_count=worst_count or 0,
            with_diagnostics=with_diagnostics,
            on_step=on_step,
            should_stop=should_stop,
        )
    failures = [*query.failures, *gallery.failures]
    if as_json:
        print_json(evaluation_json(found, failures))
    else:
        print_evaluation(found, info)
        say_skipped(failures, "--json")
    if found.scores.map_plain is None and not with_diagnostics:
        say(_UNLABELLED)
