"""The decisions of a project summed up for a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from uem_desktop.retrieval.decision_words import target_text, value_text
from uem_desktop.retrieval.decisions import Entry, Judgement, Kind
from uem_desktop.retrieval.display_text import display_text

_LISTED = 50


def decisions_content(entries: Sequence[Entry]) -> dict[str, Any]:
    """Return how many of each kind hold, who decided, and the last ones.

    Args:
        entries: What holds, in the order in which it was last decided.
    """
    judged = Counter(entry.after for entry in entries if entry.kind is Kind.JUDGEMENT)
    kinds = Counter(entry.kind for entry in entries)
    counts = [
        ("accepted pairs", judged[Judgement.ACCEPT]),
        ("rejected pairs", judged[Judgement.REJECT]),
        ("unsure pairs", judged[Judgement.UNSURE]),
        ("relabelled images", kinds[Kind.CATEGORY]),
        ("notes", kinds[Kind.NOTE]),
        ("confirmed without counterpart", kinds[Kind.COUNTERPART]),
    ]
    people = Counter(entry.reviewer for entry in entries).most_common()
    latest = [
        {
            "what": value_text(entry.kind, entry.after),
            "about": target_text([entry]),
            "who": display_text(entry.reviewer),
            "when": entry.at.astimezone().strftime("%Y-%m-%d %H:%M"),
        }
        for entry in reversed(entries[-_LISTED:])
    ]
    return {
        "counts": [[name, count] for name, count in counts],
        "people": [[display_text(name), count] for name, count in people],
        "total": len(entries),
        "latest": latest,
    }
