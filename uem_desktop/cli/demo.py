"""``uem demo``: the whole thing on the sample collection, with or without a display."""

from __future__ import annotations

from pathlib import Path

import click

from uem_desktop.cli.options import GivenPath
from uem_desktop.cli.streams import print_json, say

_TABLES = 3
_TOP_K = 5


@click.command("demo", short_help="Show everything on the sample collection.")
@click.option(
    "--out",
    type=GivenPath(),
    default=Path("demo"),
    show_default=True,
    metavar="DIR",
    help="Where report.html and explorer.png go.",
)
@click.option("--no-window", is_flag=True, help="Open no window even where there is a display.")
@click.option(
    "--device", default="auto", show_default=True, metavar="NAME", help="auto, cuda, mps, xpu, cpu."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON; no window.")
def demo_command(out: Path, no_window: bool, device: str, as_json: bool) -> int:
    """Embed and search the sample collection, print matches and numbers, open the window.

    Writes a report and a picture of the window too; on a machine without a display that is all,
    and nothing fails because of it.
    """
    from uem_desktop.cli import demo_steps
    from uem_desktop.cli.display import has_display
    from uem_desktop.cli.embed_files import prepare_out
    from uem_desktop.cli.embedding import embed_domain, opened_encoder, say_skipped
    from uem_desktop.cli.options import EngineOptions
    from uem_desktop.cli.scores_text import print_scores, scores_json
    from uem_desktop.cli.search_text import print_search, search_json
    from uem_desktop.retrieval.index import GalleryIndex
    from uem_desktop.retrieval.search import evaluate

    prepare_out(out)
    query_folder, gallery_folder = demo_steps.sample_folders()
    options = EngineOptions("sample", device, use_store=True)
    with opened_encoder(options) as encoder:
        query = embed_domain(query_folder, "query", encoder, options)
        gallery = embed_domain(gallery_folder, "gallery", encoder, options)
        info = encoder.info
    index = GalleryIndex.build(gallery.embeddings, gallery.ready_rows())
    results = demo_steps.example_results(query, gallery, index, count=_TABLES, top_k=_TOP_K)
    failures = [*query.failures, *gallery.failures]
    scores = evaluate(query, gallery)
    report = demo_steps.write_demo_report(out, query, gallery, info, scores)
    picture = out / "explorer.png"
    if as_json:
        problem = demo_steps.write_picture(picture)
        print_json(
            {
                **search_json(results, index, info, failures),
                "scores": scores_json(scores, failures),
                "report": str(report),
                "picture": None if problem else str(picture),
            }
        )
        if problem is not None:
            say(problem)
        return 0 if problem is None else 1
    print_search(results, gallery, index, info)
    click.echo()
    print_scores(scores, query, gallery, info)
    say_skipped(failures, "the report")
    click.echo(f"\nWrote {report}")

    return _finish(picture, has_window=not no_window and has_display())


def _finish(picture: Path, *, has_window: bool) -> int:
    """Draw the picture, while the window opens where there is one; return the exit code."""
    from uem_desktop.cli import demo_steps

    window = demo_steps.DemoWindow() if has_window else None
    problem = demo_steps.write_picture(picture)
    if problem is None:
        click.echo(f"Wrote {picture}")
    else:
        say(problem)
    if window is not None:
        click.echo("The window is open; close it, or press Ctrl+C here, to end.")
        problem = window.wait() or problem
    return 0 if problem is None else 1
