"""What the compare page has to export: its queries with their numbers under both checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from uem_desktop.pages.compare_keeper import CompareKeeper
from uem_desktop.pages.export_offer import ExportOffer
from uem_desktop.pages.query_list_panel import QueryListPanel
from uem_desktop.pages.query_offer import list_offer, query_exports
from uem_desktop.retrieval.export_choices import What
from uem_desktop.retrieval.export_comparison import comparison_table


def compare_offer(
    keeper: CompareKeeper, panel: QueryListPanel, images: Sequence[Path]
) -> ExportOffer:
    """Return what can be exported of a comparison, as its list shows it."""
    found = keeper.found
    if found is None:
        return ExportOffer(images=tuple(images))
    make = partial(comparison_table, found, keeper.top_k)
    own = query_exports(What.COMPARISON, panel, keeper.places.copy(), len(found), make)
    return list_offer(panel, images, own)
