"""A stand-alone HTML page about one retrieval: numbers, queries with matches, what was skipped."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.atomic_file import atomic_file
from training.data.decoding import DecodeError
from training.data.thumbnails import thumbnail_data_uri
from training.evaluation.retrieval_scores import RetrievalScores
from training.resources import resource_path
from uem_desktop import __version__
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.matches import Match
from uem_desktop.retrieval.report_queries import ReportedQuery

_QUERY_PX = 256
_MATCH_PX = 192
_MARKS = {True: "correct", False: "wrong", None: "unknown"}


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
    """

    query: DomainEmbeddings
    gallery: DomainEmbeddings
    checkpoint_title: str
    fingerprint: str
    device: str
    command: str
    scores: RetrievalScores | None
    queries: tuple[ReportedQuery, ...]


def write_report(path: Path, report: Report) -> None:
    """Write the page; what was there before stays whole until the new one is complete.

    Raises:
        OSError: The disk does not take it.
    """
    page = render_report(report)
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(path) as temporary:
        temporary.write_text(page, encoding="utf-8")


def render_report(report: Report) -> str:
    """Fill the template; every text in it is escaped."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resource_path("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["display"] = display_text
    environment.filters["count"] = lambda number, noun: _counted(number, noun)
    pictures = _Pictures()
    cards = [_card(number, item, pictures) for number, item in enumerate(report.queries, 1)]
    failures = [*report.query.failures, *report.gallery.failures]
    return environment.get_template("report.html.j2").render(
        report=report,
        query=_domain(report.query),
        gallery=_domain(report.gallery),
        bars=_bars(report.scores),
        cards=cards,
        kinds={match["mark"] for card in cards for match in (*card["matches"], *card["missed"])},
        failures=[{"path": str(failure.path), "reason": failure.reason} for failure in failures],
        index_kinds=sorted({item.result.index_kind for item in report.queries}) or ["exact"],
        version=__version__,
        created=datetime.datetime.now().astimezone(),
    )


def _domain(domain: DomainEmbeddings) -> dict[str, Any]:
    return {
        "name": domain.scan.folder.resolve().name or str(domain.scan.folder),
        "folder": str(domain.scan.folder),
        "images": domain.ready_count,
        "categories": len(domain.scan.categories),
        "skipped": len(domain.failures),
    }


def _bars(scores: RetrievalScores | None) -> Sequence[tuple[str, float | None]]:
    precisions: Mapping[int, float | None] = scores.precision_at if scores is not None else {}
    return [(f"P@{k}", value) for k, value in precisions.items()]


class _Pictures:
    """Thumbnails that are read once however often they are shown."""

    def __init__(self) -> None:
        self._uris: dict[tuple[Path, int], str | None] = {}

    def uri(self, path: Path, side_px: int) -> str | None:
        key = (path, side_px)
        if key not in self._uris:
            try:
                self._uris[key] = thumbnail_data_uri(path, side_px)
            except DecodeError:
                self._uris[key] = None
        return self._uris[key]


def _card(number: int, item: ReportedQuery, pictures: _Pictures) -> dict[str, Any]:
    result = item.result
    right = sum(1 for match in result.matches if match.is_correct)
    return {
        "number": number,
        "standing": item.standing,
        "average_precision": item.average_precision,
        "name": ", ".join(path.name for path in result.query_paths),
        "path": ", ".join(str(path) for path in result.query_paths),
        "category": result.category,
        "picture": pictures.uri(result.query_paths[0], _QUERY_PX) if result.query_paths else None,
        "right": right if result.category is not None else None,
        "shown": len(result.matches),
        "relevant": result.relevant_count,
        "matches": [_match(match, pictures, _MARKS[match.is_correct]) for match in result.matches],
        "missed": [_match(match, pictures, "missed") for match in result.missed],
        "missed_count": result.missed_count,
    }


def _match(match: Match, pictures: _Pictures, mark: str) -> dict[str, Any]:
    return {
        "rank": match.rank,
        "mark": mark,
        "similarity": match.similarity,
        "category": match.record.category,
        "name": match.record.path.name,
        "path": str(match.record.path),
        "picture": pictures.uri(match.record.path, _MATCH_PX),
    }


def _counted(number: int, noun: str) -> str:
    """Write ``1 image``, ``1,240 images``, ``8 categories``."""
    if number == 1:
        return f"1 {noun}"
    if noun.endswith("y"):
        return f"{number:,} {noun[:-1]}ies"
    return f"{number:,} {noun}s"
