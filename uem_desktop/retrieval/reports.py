"""A report about one retrieval: numbers, queries with matches, decisions, what was skipped."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from training.atomic_file import atomic_file
from training.evaluation.retrieval_scores import RetrievalScores
from training.resources import resource_path
from uem_desktop.retrieval.category_table import CategoryRow
from uem_desktop.retrieval.decisions import Entry
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.export_work import Work
from uem_desktop.retrieval.report_content import Content, report_content
from uem_desktop.retrieval.report_pdf import write_pdf
from uem_desktop.retrieval.report_queries import ReportedQuery

REPORT_SUFFIXES = (".html", ".pdf")


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says.

    Attributes:
        query: The query domain.
        gallery: The gallery domain.
        checkpoint_title: The encoder's name for people.
        fingerprint: The checkpoint's SHA-256 in hex.
        device: What embedded the images, and at which precision.
        command: What a person types to get this report again.
        scores: The numbers; None where no categories are known.
        queries: The queries to show, in their order.
        heading: Which these are; empty for some between the best and the worst.
        note: Says how they were chosen.
        categories: The numbers of each category.
        decisions: What holds of decisions; None where there is no project.
        seed_text: Where random numbers of the numbers or of the encoder come from.
        help_names: The retrieval-time help behind numbers and matches.
        created: When it was made.
    """

    query: DomainEmbeddings
    gallery: DomainEmbeddings
    checkpoint_title: str
    fingerprint: str
    device: str
    command: str
    scores: RetrievalScores | None
    queries: tuple[ReportedQuery, ...]
    heading: str = ""
    note: str = ""
    categories: Sequence[CategoryRow] = ()
    decisions: Sequence[Entry] | None = None
    seed_text: str = ""
    help_names: Sequence[str] = ()
    created: datetime.datetime = field(default_factory=lambda: datetime.datetime.now().astimezone())


def write_report(path: Path, report: Report, work: Work | None = None) -> None:
    """Write the report, as PDF where the name ends in ``.pdf``, else as a page of HTML.

    What was there before stays whole until the new one is complete.

    Args:
        path: The file.
        report: What it says.
        work: Told of each picture.

    Raises:
        Cancelled: A stop was wanted.
        OSError: The disk does not take it.
        UserError: The PDF could not be drawn.
    """
    work = work or Work()
    content = report_content(report, work)
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(path) as temporary:
        if path.suffix.lower() == ".pdf":
            write_pdf(temporary, content, work)
        else:
            temporary.write_text(render_html(content), encoding="utf-8")


def render_report(report: Report) -> str:
    """Return the report as a page of HTML."""
    return render_html(report_content(report, Work()))


def render_html(content: Content) -> str:
    """Fill the template; every text in it is escaped."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resource_path("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["counted"] = counted
    return environment.get_template("report.html.j2").render(content)


def counted(number: int, noun: str) -> str:
    """Write ``1 image``, ``1,240 images``, ``8 categories``."""
    if number == 1:
        return f"1 {noun}"
    if noun.endswith("y"):
        return f"{number:,} {noun[:-1]}ies"
    return f"{number:,} {noun}s"
