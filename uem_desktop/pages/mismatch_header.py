"""What the header of the mismatches says, and what stands there while there are none."""

from __future__ import annotations

from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.mismatch_keeper import MismatchKeeper
from uem_desktop.pages.waiting_place import not_ranked_texts
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.explorer_session import ExplorerSession
from uem_desktop.retrieval.mismatch_orders import members
from uem_desktop.retrieval.mismatch_words import ORDER_TITLES, count_text, excluded_text
from uem_desktop.retrieval.mismatches import Mismatches


def ranking_text(keeper: MismatchKeeper, session: ExplorerSession) -> str:
    """Say whom the numbers leave out, and what everything was ranked with."""
    found = keeper.found
    if found is None:
        return ""
    parts = [excluded_text(found)]
    parts.append(f"exact, {found.gallery.ready_count:,} gallery images")
    if session.checkpoint is not None:
        parts.append(session.checkpoint.title)
    parts.append("with retrieval help" if session.help_names else "help off")
    parts.append("ties: lower row first")
    return " · ".join(part for part in parts if part)


def subject_text(found: Mismatches, session: ExplorerSession) -> str:
    """Say which folders a table is about and what embedded them, for whoever sees it alone."""
    folders = (domain.scan.folder for domain in (found.query, found.gallery))
    parts = [" → ".join(display_text(folder.name or str(folder)) for folder in folders)]
    if session.checkpoint is not None:
        parts.append(display_text(session.checkpoint.title))
    if session.help_names:
        parts.append("with retrieval help")
    return " · ".join(parts)


def listing_text(keeper: MismatchKeeper, *, is_list: bool) -> str:
    """Say by what queries are sorted, and which of them are shown."""
    found, listing = keeper.found, keeper.listing
    if found is None:
        return ""
    if not is_list:
        return f"{len(found):,} queries, {int(found.is_scored.sum()):,} of them scored"
    total = int(members(found, listing.population).sum())
    if listing.cell is not None:
        count = len(keeper.places)
        plural = "y" if count == 1 else "ies"
        return f"{ORDER_TITLES[listing.order]} first · {count:,} quer{plural} of a cell"
    if listing.is_filtered:
        return f"{ORDER_TITLES[listing.order]} · {len(keeper.places):,} of {total:,} shown"
    counted = count_text(len(keeper.places), total, listing.population, listing.order)
    return f"{ORDER_TITLES[listing.order]} · {counted}"


def empty_texts(keeper: MismatchKeeper, state: ExplorerState) -> tuple[str, str]:
    """Return a title and a sentence that say why there is nothing, and what brings something."""
    session = state.session
    if keeper.is_running:
        return "Ranking the gallery for every query…", "The list comes as soon as all are ranked."
    if keeper.sentence:
        return "No list yet", keeper.sentence
    if not session.has_both_domains:
        return "No folders yet", "Choose a query and a gallery folder to see which queries fail."
    has_all = all(domain.embeddings.ready_count for domain in session.domains.values())
    if session.is_complete and has_all:
        return "Retrieval help is being computed", "The list appears by itself."
    return not_ranked_texts(state, "The list appears when both domains are embedded.")
