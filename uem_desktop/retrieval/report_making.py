"""From two embedded folders to a report of the worst queries, for the window and the terminal."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.errors import UserError
from training.run_folder import RunFolder
from uem_desktop.retrieval.category_table import category_table
from uem_desktop.retrieval.decisions import Entry
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.helped import help_domains
from uem_desktop.retrieval.kept_mismatches import known_mismatches
from uem_desktop.retrieval.mismatch_orders import Listing, Order, Population, listed, worst
from uem_desktop.retrieval.report_queries import worst_reported
from uem_desktop.retrieval.reports import Report
from uem_desktop.retrieval.steps import ShowStep, count_of, no_step, progress_of

DEFAULT_WORST = 20
DEFAULT_TOP_K = 10
_NO_DRAW = "everything is ranked exactly"


@dataclass(frozen=True, slots=True)
class ReportWish:
    """What a report is to be about.

    Attributes:
        checkpoint: A checkpoint file or a name, as a person gave it.
        checkpoint_title: Its name for people.
        fingerprint: Its SHA-256 in hex.
        device: What embedded the images, and at which precision.
        command: What a person types to get this report again.
        worst_count: How many queries are shown.
        top_k: Matches of each.
        help_names: Retrieval-time help, as ``uem evaluate`` takes it.
        decisions: What holds of decisions; None without a project.
    """

    checkpoint: str
    checkpoint_title: str
    fingerprint: str
    device: str
    command: str
    worst_count: int = DEFAULT_WORST
    top_k: int = DEFAULT_TOP_K
    help_names: Sequence[str] = ()
    decisions: Sequence[Entry] | None = None


def make_report(
    query: DomainEmbeddings,
    gallery: DomainEmbeddings,
    wish: ReportWish,
    *,
    on_step: ShowStep = no_step,
    should_stop: Callable[[], bool] | None = None,
) -> Report:
    """Rank everything, exactly, and choose the worst queries.

    Where no query can be scored they are those whose matches disagree most.

    Args:
        query: The query domain.
        gallery: The gallery domain.
        wish: What the report is about.
        on_step: Told what is being done and how far that is.
        should_stop: Asked between blocks of work.

    Raises:
        Cancelled: ``should_stop`` said so.
        UserError: The domains do not fit each other, or a help cannot be used.
    """
    if wish.help_names:
        helped = help_domains(
            query, gallery, wish.help_names,
            on_progress=progress_of(on_step, "Helping retrieval"), should_stop=should_stop,
        )  # fmt: skip
        assert helped.query is not None
        query, gallery = helped.query, helped.gallery
    found = known_mismatches(
        query, gallery, both_ways=False,
        on_progress=count_of(on_step, "Ranking"), should_stop=should_stop,
    )  # fmt: skip
    has_scores = bool(found.is_scored.any())
    if has_scores:
        places = worst(found, wish.worst_count)
        heading = f"The {_counted(len(places))} with the least average precision"
        note = "Plain average precision over the whole gallery, the lowest first."
    else:
        both_ways = count_of(on_step, "Ranking both ways")
        found = known_mismatches(query, gallery, on_progress=both_ways, should_stop=should_stop)
        listing = Listing(Population.UNLABELLED, Order.DISAGREEMENT)
        places = listed(found, listing)[: wish.worst_count]
        heading = f"The {_counted(len(places))} whose matches find them least"
        note = "Asked in turn, the most of their first matches have others among their own first."
    return Report(
        query=query,
        gallery=gallery,
        checkpoint_title=wish.checkpoint_title,
        fingerprint=wish.fingerprint,
        device=wish.device,
        command=wish.command,
        scores=found.scores,
        queries=worst_reported(found, places, top_k=wish.top_k),
        heading=heading,
        note=note,
        categories=category_table(found),
        decisions=wish.decisions,
        seed_text=seed_text(wish.checkpoint),
        help_names=wish.help_names,
    )


def report_command_line(
    folders: tuple[Path, Path],
    checkpoint: str,
    out: Path,
    project: Path | None = None,
    worst_count: int = DEFAULT_WORST,
    top_k: int = DEFAULT_TOP_K,
    help_names: Sequence[str] = (),
) -> str:
    """Return what a person types to get a report again."""
    words = ["uem", "report", "--query", str(folders[0]), "--gallery", str(folders[1])]
    words += ["--checkpoint", checkpoint]
    words += ["--project", str(project)] if project is not None else []
    words += ["--retrieval-help", ",".join(help_names)] if help_names else []
    words += ["--worst", str(worst_count), "--top-k", str(top_k), "--out", str(out)]
    return shlex.join(words)


def seed_text(checkpoint: str) -> str:
    """Say which seed is behind the numbers: ranking has none, a trained encoder may have one."""
    path = Path(checkpoint)
    for folder in (path.parent, path.parent.parent):
        run = RunFolder(folder)
        if path.is_file() and run.is_run:
            try:
                config = run.config()
            except UserError:
                break
            name = display_text(folder.resolve().name)
            return f"{config.run.seed} in training ({config.run.method}, run {name}); {_NO_DRAW}"
    return f"none; {_NO_DRAW}"


def _counted(count: int) -> str:
    return "query" if count == 1 else f"{count:,} queries"
