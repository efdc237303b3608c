"""What the header of the compare page says, and what stands there while there is nothing."""

from __future__ import annotations

from uem_desktop.pages.compare_keeper import CompareKeeper
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.waiting_place import not_ranked_texts
from uem_desktop.retrieval.compare import Comparison
from uem_desktop.retrieval.compare_words import (
    COMPARE_TITLES,
    LISTED,
    excluded_text,
    left_out_text,
    verdict_text,
)
from uem_desktop.retrieval.explorer_session import ExplorerSession


def sentence_of(found: Comparison) -> str:
    """Say in one sentence whether ours is better."""
    if found.plain is None:
        return "No AP to compare: no query has a category that the gallery has too"
    text = verdict_text(found.plain, int(found.is_scored.sum()))
    return f"{text[:1].upper()}{text[1:]}"


def ranking_text(keeper: CompareKeeper, session: ExplorerSession) -> str:
    """Say whom the numbers leave out, and what everything was ranked with."""
    found = keeper.found
    if found is None:
        return ""
    gallery = f"exact, {found.ours.gallery.ready_count:,} gallery images"
    plain = "without retrieval help" if session.help_names else "help off"
    parts = (excluded_text(found), left_out_text(found), gallery, plain, "ties: lower row first")
    return " · ".join(part for part in parts if part)


def listing_text(keeper: CompareKeeper) -> str:
    """Say by what queries are sorted, and which of them are shown."""
    found, listing = keeper.found, keeper.listing
    if found is None:
        return ""
    count, title = len(keeper.places), COMPARE_TITLES[listing.order]
    queries = f"{count:,} quer{'y' if count == 1 else 'ies'}"
    if listing.is_narrowed:
        return f"{title} first · {queries} shown"
    return f"{title} first · {queries} {LISTED[listing.order]}"


def empty_texts(keeper: CompareKeeper, state: ExplorerState) -> tuple[str, str]:
    """Return a title and a sentence that say why there is nothing, and what brings something."""
    session, second = state.session, keeper.second
    if keeper.is_running:
        return (
            "Ranking the gallery for every query, with both…",
            "The comparison comes as soon as all are ranked.",
        )
    if keeper.sentence:
        return "No comparison yet", keeper.sentence
    if not session.has_both_domains:
        return "No folders yet", "Choose a query and a gallery folder to compare two checkpoints."
    if not second.spec:
        return (
            "Compare with another checkpoint",
            "Choose one above: another encoder, an epoch of a run, or a file. You then see which"
            " queries it answers better and worse than the explorer's own.",
        )
    if second.is_stopped:
        return "No comparison yet", second.sentence
    if second.is_running and second.progress is None:
        return "Loading the other encoder…", "The explorer goes on meanwhile."
    if second.is_running and second.progress is not None:
        return "Embedding with the other checkpoint", second.progress.sentence()
    if keeper.is_same:
        return (
            "This is the explorer's own checkpoint",
            "Choose another one above, or another one for the explorer.",
        )
    return not_ranked_texts(state, "The explorer embeds first; then the other checkpoint follows.")
