"""``uem search``: the ranked matches of images in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from uem_desktop.cli.options import (
    EngineOptions,
    GivenPath,
    engine_options,
    retrieval_help_option,
)
from uem_desktop.cli.streams import print_json, say

if TYPE_CHECKING:
    from uem_desktop.retrieval.index import IndexKind


@click.command("search", short_help="Print the ranked matches of images in a gallery.")
@click.option(
    "--query",
    "queries",
    required=True,
    multiple=True,
    type=GivenPath("image"),
    metavar="IMAGE|FOLDER",
    help="What to search with; may be given several times.",
)
@click.option(
    "--gallery",
    "gallery_folder",
    required=True,
    type=GivenPath(),
    metavar="FOLDER",
    help="The images that are searched; first-level sub-folders are categories.",
)
@click.option(
    "--top-k",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="Matches for each query.",
)
@click.option(
    "--query-domain",
    "domain_folder",
    type=GivenPath(),
    metavar="FOLDER",
    help="Where the queries are from: all images of their kind. A query without a counterpart"
    " in the gallery is found among them, and --retrieval-help looks at them. By default the"
    " folder of --query, if there is just one.",
)
@click.option("--mean", "is_mean", is_flag=True, help="All --query images make one query.")
@click.option(
    "--index",
    "index_kind",
    type=click.Choice(["exact", "hnsw", "ivf"]),
    default="exact",
    show_default=True,
    help="How to search; the recall of the last two is measured and shown.",
)
@retrieval_help_option
@engine_options
def search_command(
    queries: tuple[Path, ...],
    gallery_folder: Path,
    top_k: int,
    domain_folder: Path | None,
    is_mean: bool,
    index_kind: IndexKind,
    help_names: tuple[str, ...],
    checkpoint: str,
    device: str,
    no_store: bool,
    as_json: bool,
) -> None:
    """Search a gallery with one image, several, or every image of a folder."""
    from training.errors import check_stop
    from uem_desktop.cli import queries as query_steps
    from uem_desktop.cli import query_domain as domain_steps
    from uem_desktop.cli.embedding import check_folder, embed_domain, opened_encoder, say_skipped
    from uem_desktop.cli.progress_bar import shown_steps, stop_on_interrupt
    from uem_desktop.cli.search_text import print_search, search_json
    from uem_desktop.retrieval.steps import count_of

    query_steps.check_queries(queries)
    for folder in (gallery_folder, *([domain_folder] if domain_folder is not None else [])):
        check_folder(folder)
    options = EngineOptions(checkpoint, device, not no_store)
    with opened_encoder(options) as encoder:
        parts = query_steps.embed_queries(queries, encoder, options)
        gallery = embed_domain(gallery_folder, "gallery", encoder, options)
        domain = domain_steps.find_query_domain(domain_folder, parts, encoder, options)
        info = encoder.info
    failures = query_steps.failures_of(
        parts, None if domain is None else domain.embeddings, gallery
    )
    embeddings = query_steps.embeddings_of(parts, is_mean=is_mean)
    with shown_steps("Searching") as on_step, stop_on_interrupt() as should_stop:
        private, problem = domain_steps.find_private(domain, gallery, on_step, should_stop)
        if help_names:
            parts, gallery = domain_steps.help_parts(
                parts, domain, gallery, help_names, on_step, should_stop
            )
        searched = count_of(on_step, "Searching")
        index = query_steps.build_index(gallery, index_kind, parts, should_stop)
        found = (
            [query_steps.search_mean(parts, gallery, index, top_k)]
            if is_mean
            else query_steps.search_each(parts, gallery, index, top_k)
        )
        results = []
        for result in domain_steps.with_decisions(found, embeddings, domain, private):
            results.append(result)
            searched(len(results), len(embeddings))
            check_stop(should_stop)
    if problem and domain_folder is not None:
        say(problem)
    if as_json:
        print_json(search_json(results, index, info, failures, help_names))
        return
    print_search(results, gallery, index, info, help_names=help_names)
    say_skipped(failures, "--json")
