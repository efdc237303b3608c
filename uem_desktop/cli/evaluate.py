"""``uem evaluate``: how well one folder answers another, in numbers."""

from __future__ import annotations

from pathlib import Path

import click

from uem_desktop.cli.options import EngineOptions, GivenPath, engine_options
from uem_desktop.cli.streams import print_json, say

_UNLABELLED = (
    "There are no numbers: no query has a category that the gallery has too"
    " (categories are the first-level sub-folders)."
)


@click.command("evaluate", short_help="Measure how well a gallery answers the queries.")
@click.option(
    "--query",
    "query_folder",
    required=True,
    type=GivenPath(),
    metavar="FOLDER",
    help="The images that ask; first-level sub-folders are categories.",
)
@click.option(
    "--gallery",
    "gallery_folder",
    required=True,
    type=GivenPath(),
    metavar="FOLDER",
    help="The images that are searched.",
)
@engine_options
def evaluate_command(
    query_folder: Path,
    gallery_folder: Path,
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
    from uem_desktop.cli.progress_bar import stop_on_interrupt
    from uem_desktop.cli.scores_text import print_scores, scores_json
    from uem_desktop.retrieval.search import evaluate

    check_folder(query_folder)
    check_folder(gallery_folder)
    options = EngineOptions(checkpoint, device, not no_store)
    with opened_encoder(options) as encoder:
        query = embed_domain(query_folder, "query", encoder, options)
        gallery = embed_domain(gallery_folder, "gallery", encoder, options)
        info = encoder.info
    with stop_on_interrupt() as should_stop:
        scores = evaluate(query, gallery, should_stop=should_stop)
    failures = [*query.failures, *gallery.failures]
    if as_json:
        print_json(scores_json(scores, failures))
    else:
        print_scores(scores, query, gallery, info)
        say_skipped(failures, "--json")
    if scores.map_plain is None:
        say(_UNLABELLED)
