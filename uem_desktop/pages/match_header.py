"""What the header of the matches says: order, population, checkpoint, index, tie rule."""

from __future__ import annotations

from uem_desktop.retrieval.explorer_session import ExplorerSession
from uem_desktop.retrieval.matches import QueryResult

TIE_RULE = (
    "Similarity is the cosine of two embeddings: 1 for the same, 0 for unrelated."
    "\nImages of equal similarity stand in path order (the lower row comes first)."
)
_INDEX_NAMES = {"hnsw": "HNSW", "ivf": "IVF"}


def correct_text(result: QueryResult) -> str:
    """Say how many of the shown matches are correct."""
    count = len(result.matches)
    if result.category is None:
        return "no marks: the query has no category"
    if result.relevant_count == 0:
        return f"the gallery has no image of category {result.category}"
    correct = sum(match.is_correct is True for match in result.matches)
    return f"{correct} of {count} correct"


def short_correct_text(result: QueryResult) -> str:
    """Say the same where there is little room."""
    if result.category is None:
        return "no marks"
    if result.relevant_count == 0:
        return "none here"
    correct = sum(match.is_correct is True for match in result.matches)
    return f"{correct}/{len(result.matches)} ✓"


def ranking_text(result: QueryResult, session: ExplorerSession) -> str:
    """Say by what the matches are ranked, over which images, and how exactly."""
    gallery = session.domains.get("gallery")
    total = len(gallery.records) if gallery else result.gallery_count
    searched = f"{result.gallery_count:,} gallery images"
    if result.gallery_count < total:
        searched = f"{result.gallery_count:,} of {total:,} gallery images searched"
    order = "By similarity, best first"
    if session.help_names:
        order = "With retrieval help, by similarity, best first"
    parts = [order, index_text(result), searched]
    if session.checkpoint is not None:
        parts.append(session.checkpoint.title)
    return " · ".join(parts)


def index_text(result: QueryResult) -> str:
    """Say how the gallery was searched; anything but exact with its measured recall."""
    if result.index_kind == "exact":
        return "exact search"
    name = _INDEX_NAMES.get(result.index_kind, result.index_kind)
    return f"{name} search, recall {100 * result.index_recall:.1f} %"


def missed_title(result: QueryResult) -> str:
    """Head the section of relevant images that rank below the matches."""
    missed = result.missed_count or 0
    shown = len(result.missed)
    relevant = result.relevant_count or 0
    which = "" if shown == missed else f", the first {shown} of them"
    return (
        f"Missed · {missed:,} of {relevant:,} images of category {result.category}"
        f" rank after these{which}"
    )
