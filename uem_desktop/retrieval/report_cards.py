"""The queries of a report with their pictures, matches, marks and what was decided about them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from training.data.decoding import DecodeError
from training.data.thumbnails import thumbnail_data_uri
from uem_desktop.retrieval.decision_words import PAST, note_text
from uem_desktop.retrieval.decisions import Judgement, Kind
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.export_work import Work
from uem_desktop.retrieval.held_decisions import HeldDecisions
from uem_desktop.retrieval.matches import Match, QueryResult
from uem_desktop.retrieval.report_queries import ReportedQuery

_QUERY_PX = 256
_MATCH_PX = 192
_MARKS = {True: "correct", False: "wrong", None: "unknown"}


class Pictures:
    """Thumbnails that are read once however often they are shown."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._uris: dict[tuple[Path, int], str | None] = {}

    def uri(self, path: Path, side_px: int) -> str | None:
        """Return a ``data:`` URI; None for a file that cannot be read."""
        key = (path, side_px)
        if key not in self._uris:
            self._work.check()
            try:
                self._uris[key] = thumbnail_data_uri(path, side_px)
            except DecodeError:
                self._uris[key] = None
        return self._uris[key]


def card_of(
    number: int, item: ReportedQuery, pictures: Pictures, decisions: HeldDecisions
) -> dict[str, Any]:
    """Return what is shown of one query."""
    result = item.result
    right = sum(1 for match in result.matches if match.is_correct)
    first = result.query_paths[0] if result.query_paths else None
    return {
        "number": number,
        "standing": item.standing,
        "average_precision": item.average_precision,
        "first_rank": item.first_rank,
        "name": display_text(", ".join(path.name for path in result.query_paths)),
        "path": display_text(", ".join(str(path) for path in result.query_paths)),
        "category": None if result.category is None else display_text(result.category),
        "picture": None if first is None else pictures.uri(first, _QUERY_PX),
        "remarks": [] if first is None else _remarks(first, decisions),
        "right": right if result.category is not None else None,
        "shown": len(result.matches),
        "relevant": result.relevant_count,
        "matches": [
            _match(result, match, pictures, decisions, _MARKS[match.is_correct])
            for match in result.matches
        ],
        "missed": [_match(result, match, pictures, decisions, "missed") for match in result.missed],
        "missed_count": result.missed_count,
    }


def _match(
    result: QueryResult, match: Match, pictures: Pictures, decisions: HeldDecisions, mark: str
) -> dict[str, Any]:
    path, category = match.record.path, match.record.category
    judged = decisions.judgement_of(result.query_paths[0], path) if result.query_paths else None
    return {
        "rank": match.rank,
        "mark": mark,
        "similarity": match.similarity,
        "category": None if category is None else display_text(category),
        "name": display_text(path.name),
        "path": display_text(path),
        "picture": pictures.uri(path, _MATCH_PX),
        "remarks": [
            *([PAST[Judgement(judged.after)]] if judged and judged.after else []),
            *_remarks(path, decisions),
        ],
    }


def _remarks(path: Path, decisions: HeldDecisions) -> list[str]:
    """Say what a person wrote about an image."""
    category, note = (decisions.value(kind, path) for kind in (Kind.CATEGORY, Kind.NOTE))
    confirmed = decisions.value(Kind.COUNTERPART, path)
    return [
        *([f"→ {display_text(category)}"] if category else []),
        *([f"“{note_text(note)}”"] if note else []),
        *(["no counterpart, confirmed"] if confirmed else []),
    ]
