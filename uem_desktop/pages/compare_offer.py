"""What the compare page has to export: its queries with their numbers under both checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from uem_desktop.pages.compare_keeper import CompareKeeper
from uem_desktop.pages.export_offer import ExportOffer, OwnExport, shown_or_chosen
from uem_desktop.pages.query_list_panel import QueryListPanel
from uem_desktop.retrieval.compare import Comparison
from uem_desktop.retrieval.decided_about import DecidedAbout
from uem_desktop.retrieval.export_choices import What, Which
from uem_desktop.retrieval.export_comparison import comparison_table
from uem_desktop.retrieval.export_work import Work
from uem_desktop.retrieval.exporting import Exported, ExportWish, write_as


def compare_offer(
    keeper: CompareKeeper, panel: QueryListPanel, images: Sequence[Path]
) -> ExportOffer:
    """Return what can be exported of a comparison, as its list shows it."""
    found = keeper.found
    if found is None:
        return ExportOffer(images=tuple(images))
    chosen, listed = np.array(panel.selected_places(), np.int64), keeper.places.copy()
    whiches = shown_or_chosen(
        len(chosen), len(listed), "query", "queries", is_deliberate=len(chosen) > 1
    )
    whiches[Which.ALL] = f"All {len(found):,} queries"
    write = partial(_write, found, keeper.top_k, {Which.CHOSEN: chosen, Which.LISTED: listed})
    return ExportOffer(
        queries=tuple(panel.selected_paths()),
        images=tuple(images),
        listed=len(listed),
        list_all=panel.listed_paths,
        own=(OwnExport(What.COMPARISON, whiches, write),),
    )


def _write(
    found: Comparison,
    top_k: int,
    places: dict[Which, NDArray[np.int64]],
    wish: ExportWish,
    about: DecidedAbout,
    work: Work,
) -> Exported:
    table = comparison_table(found, top_k, places.get(wish.which), about)
    return write_as(wish, table, "query", "queries", work)
