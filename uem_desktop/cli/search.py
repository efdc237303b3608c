"""``uem search``: the ranked matches of images in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from uem_desktop.cli.options import EngineOptions, GivenPath, engine_options
from uem_desktop.cli.streams import print_json

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
@click.option("--mean", "is_mean", is_flag=True, help="All --query images make one query.")
@click.option(
    "--index",
    "index_kind",
    type=click.Choice(["exact", "hnsw", "ivf"]),
    default="exact",
    show_default=True,
    help="How to search; the recall of the last two is measured and shown.",
)
@engine_options
def search_command(
    queries: tuple[Path, ...],
    gallery_folder: Path,
    top_k: int,
    is_mean: bool,
    index_kind: IndexKind,
    checkpoint: str,
    device: str,
    no_store: bool,
    as_json: bool,
) -> None:
    """Search a gallery with one image, several, or every image of a folder."""
    from uem_desktop.cli import queries as query_steps
    from uem_desktop.cli.embedding import check_folder, embed_domain, opened_encoder, say_skipped
    from uem_desktop.cli.search_text import print_search, search_json

    query_steps.check_queries(queries)
    check_folder(gallery_folder)
    options = EngineOptions(checkpoint, device, not no_store)
    with opened_encoder(options) as encoder:
        parts = query_steps.embed_queries(queries, encoder, options)
        gallery = embed_domain(gallery_folder, "gallery", encoder, options)
        info = encoder.info
    index = query_steps.build_index(gallery, index_kind, parts)
    results = (
        [query_steps.search_mean(parts, gallery, index, top_k)]
        if is_mean
        else list(query_steps.search_each(parts, gallery, index, top_k))
    )
    failures = [*(failure for part in parts for failure in part.failures), *gallery.failures]
    if as_json:
        print_json(search_json(results, index, info, failures))
        return
    print_search(results, gallery, index, info)
    say_skipped(failures, "--json")
