"""What pages that list queries have to export of their list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from uem_desktop.pages.export_offer import ExportOffer, OwnExport, shown_or_chosen
from uem_desktop.pages.query_list_panel import QueryListPanel
from uem_desktop.retrieval.decided_about import DecidedAbout
from uem_desktop.retrieval.export_choices import What, Which
from uem_desktop.retrieval.export_tables import Table
from uem_desktop.retrieval.export_work import Work
from uem_desktop.retrieval.exporting import Exported, ExportWish, write_as
from uem_desktop.retrieval.mismatches import Rows

MakeTable = Callable[[Rows, DecidedAbout], Table]
"""Makes the table of the queries in some places."""


def list_offer(
    panel: QueryListPanel, images: Sequence[Path], own: tuple[OwnExport, ...]
) -> ExportOffer:
    """Return what can be exported of a page with a list of queries.

    Args:
        panel: The list.
        images: The images that are selected anywhere on the page.
        own: What only this page has.
    """
    return ExportOffer(
        queries=tuple(panel.selected_paths()),
        images=tuple(images),
        listed=panel.model.rowCount(),
        list_all=panel.listed_paths,
        own=own,
    )


def query_exports(
    what: What, panel: QueryListPanel, listed: Rows, count: int, make: MakeTable
) -> tuple[OwnExport, ...]:
    """Return the queries of a list as a table: several that are selected, the list, or all.

    Args:
        what: What the table is.
        panel: The list.
        listed: int64 (n,), the places that it shows, in its order; not changed later.
        count: How many queries there are.
        make: Makes the table.
    """
    chosen = np.array(panel.selected_places(), np.int64)
    whiches = shown_or_chosen(
        len(chosen), len(listed), "query", "queries", is_deliberate=len(chosen) > 1
    )
    whiches[Which.ALL] = "The only query" if count == 1 else f"All {count:,} queries"
    places = {Which.CHOSEN: chosen, Which.LISTED: listed, Which.ALL: np.arange(count)}
    return (OwnExport(what, whiches, partial(_write, make, places)),)


def _write(
    make: MakeTable,
    places: dict[Which, Rows],
    wish: ExportWish,
    about: DecidedAbout,
    work: Work,
) -> Exported:
    return write_as(wish, make(places[wish.which], about), "query", "queries", work)
