"""What stands in a report, as plain values that any form of it can show; texts are safe to show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from training.data.records import DecodeFailure
from training.evaluation.retrieval_scores import RetrievalScores
from uem_desktop import __version__
from uem_desktop.retrieval.category_table import CategoryRow
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.export_work import Work
from uem_desktop.retrieval.held_decisions import HeldDecisions
from uem_desktop.retrieval.report_cards import Pictures, card_of
from uem_desktop.retrieval.report_decisions import decisions_content

if TYPE_CHECKING:
    from uem_desktop.retrieval.reports import Report

Content = dict[str, Any]

DEFINITIONS = (
    "Average precision over the whole gallery, the mean of the precisions at the rank of every"
    " image of the query’s category; averaged over queries.",
    "The same with the precision at each rank replaced by the best precision at that rank or later"
    " (VOC); averaged over the queries of each category, then over categories.",
    "Correct images among the first min(k, R) matches of each query, summed over queries and"
    " divided by the sum of min(k, R), where R is how many images of the query’s category the"
    " gallery holds.",
)
_SPREAD_NOTE = "Evenly spread over average precision, so the worst is here too."
_ORDER_NOTE = (
    "Matches are ordered by cosine similarity; where two are equal, the lower row comes first."
)


def report_content(report: Report, work: Work) -> Content:
    """Return everything that a report says: JSON can hold it.

    Raises:
        Cancelled: A stop was wanted.
    """
    pictures = Pictures(work)
    work.begin(len(report.queries))
    decisions = HeldDecisions(report.decisions or ())
    cards = []
    for number, item in enumerate(report.queries, 1):
        cards.append(card_of(number, item, pictures, decisions))
        work.advance()
    failures = [*report.query.failures, *report.gallery.failures]
    return {
        "query": _domain(report.query),
        "gallery": _domain(report.gallery),
        "created": report.created.strftime("%d %B %Y, %H:%M %Z").strip(),
        "version": __version__,
        "numbers": _numbers(report.scores),
        "definitions": list(DEFINITIONS),
        "heading": display_text(report.heading),
        "note": " ".join(filter(None, (_note(report, cards), _ORDER_NOTE))),
        "cards": cards,
        "kinds": sorted({one["mark"] for card in cards for one in _matches(card)}),
        "categories": _categories(report.categories),
        "decisions": None if report.decisions is None else decisions_content(report.decisions),
        "facts": _facts(report),
        "failures": [_failure(failure) for failure in failures],
    }


def _matches(card: Content) -> list[Content]:
    return [*card["matches"], *card["missed"]]


def _domain(domain: DomainEmbeddings) -> Content:
    folder = domain.scan.folder
    return {
        "name": display_text(folder.resolve().name or folder),
        "folder": display_text(folder),
        "images": domain.ready_count,
        "categories": len(domain.scan.categories),
    }


def _numbers(scores: RetrievalScores | None) -> Content | None:
    if scores is None or scores.map_plain is None:
        return None
    return {
        "map_plain": scores.map_plain,
        "map_interpolated": scores.map_interpolated,
        "precision_at": [[f"P@{k}", value] for k, value in scores.precision_at.items()],
        "queries": scores.num_queries,
        "excluded": scores.num_excluded,
    }


def _note(report: Report, cards: list[Content]) -> str:
    if report.heading or not cards:
        return report.note
    return _SPREAD_NOTE if cards[0]["average_precision"] is not None else ""


def _categories(rows: Sequence[CategoryRow]) -> list[Content]:
    return [
        {
            "name": display_text(row.category),
            "queries": row.query_count,
            "gallery": row.gallery_count,
            "ap_plain": row.ap_plain,
            "ap_interpolated": row.ap_interpolated,
            "precision_at": [[f"P@{k}", value] for k, value in row.precision_at.items()],
            "confused_with": None if row.confused_with is None else display_text(row.confused_with),
            "confused_share": row.confused_share,
        }
        for row in rows
    ]


def _facts(report: Report) -> list[list[str]]:
    """Return rows of name, text and ``code`` where the text is to be copied."""
    kinds = sorted({item.result.index_kind for item in report.queries}) or ["exact"]
    help_text = ", ".join(name.replace("-", " ") for name in report.help_names) or "off"
    rows = [
        ("Command", report.command, "code"),
        ("Encoder", report.checkpoint_title, ""),
        ("Fingerprint", report.fingerprint, "code"),
        ("Seed", report.seed_text, ""),
        ("Device", report.device, ""),
        ("Index", ", ".join(kinds), ""),
        ("Retrieval help", help_text, ""),
        ("Query folder", str(report.query.scan.folder), ""),
        ("Gallery folder", str(report.gallery.scan.folder), ""),
    ]
    return [[name, display_text(text), kind] for name, text, kind in rows if text]


def _failure(failure: DecodeFailure) -> Content:
    return {"path": display_text(failure.path), "reason": display_text(failure.reason)}
