"""``uem embed``: the embeddings of one folder as files."""

from __future__ import annotations

from pathlib import Path

import click

from uem_desktop.cli.options import EngineOptions, GivenPath, engine_options
from uem_desktop.cli.streams import print_json


@click.command("embed", short_help="Write the embeddings of a folder as files.")
@click.argument("folder", type=GivenPath())
@click.option(
    "--out",
    required=True,
    type=GivenPath(),
    metavar="DIR",
    help="Where the files go; made when missing, overwritten when there.",
)
@engine_options
def embed_command(
    folder: Path, out: Path, checkpoint: str, device: str, no_store: bool, as_json: bool
) -> None:
    """Embed the images of FOLDER and write embeddings.npy, images.csv, skipped.csv, manifest.json.

    Row i of embeddings.npy, float32 and of unit length, belongs to the image with row i in
    images.csv.
    """
    from uem_desktop.cli.embed_files import prepare_out, write_embedding_files
    from uem_desktop.cli.embedding import (
        check_folder,
        embed_domain,
        encoder_text,
        opened_encoder,
        say_skipped,
    )

    check_folder(folder)
    prepare_out(out)
    options = EngineOptions(checkpoint, device, not no_store)
    with opened_encoder(options) as encoder:
        info = encoder.info
        domain = embed_domain(folder, "query", encoder, options)
        manifest = write_embedding_files(out, domain, encoder, checkpoint)
    if as_json:
        print_json(manifest)
        return
    from uem_desktop.retrieval.display_text import display_text

    shape = f"{domain.ready_count:,} × {info.dimension}"
    click.echo(
        f"Embedded {domain.ready_count:,} of {len(domain.records):,} images of"
        f" {display_text(folder)} with {display_text(encoder_text(info))} on {info.device_text}."
    )
    click.echo(f"Wrote {display_text(out)}: embeddings.npy ({shape}), images.csv, manifest.json.")
    say_skipped(domain.failures, "skipped.csv")
