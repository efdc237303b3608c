"""What a project remembers of its window, and how it comes back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from uem_desktop.pages.explore import ExplorePage
from uem_desktop.pages.explorer_state import ExplorerState


def read_ui(
    state: ExplorerState, explore: ExplorePage, page: str, pinned: Sequence[Path] = ()
) -> dict[str, Any]:
    """Return the query, the filters, the sizes, the pinned queries and the page as JSON."""
    return {
        "page": page,
        "pinned": [str(path) for path in pinned],
        "query": [str(path) for path in state.search.query],
        "query_category": explore.query_panel.category_combo.category,
        "query_text": explore.query_panel.search_field.text(),
        "match_category": explore.match_panel.category_combo.category,
        "query_tile_size": explore.query_panel.grid.tile_size,
        "match_tile_size": explore.match_panel.grid.tile_size,
    }


def restore_ui(ui: dict[str, Any], explore: ExplorePage) -> None:
    """Set filters and sizes as a project left them; what it does not know stays."""
    explore.query_panel.set_filter(_text(ui, "query_category"), _text(ui, "query_text") or "")
    explore.match_panel.set_category(_text(ui, "match_category"))
    for key, grid in (
        ("query_tile_size", explore.query_panel.grid),
        ("match_tile_size", explore.match_panel.grid),
    ):
        size = ui.get(key)
        if isinstance(size, int):
            grid.set_tile_size(size)


def pinned_of(ui: dict[str, Any]) -> list[Path]:
    """Return the pinned queries of a project."""
    texts = ui.get("pinned")
    return (
        [Path(text) for text in texts if isinstance(text, str)] if isinstance(texts, list) else []
    )


def _text(ui: dict[str, Any], key: str) -> str | None:
    value = ui.get(key)
    return value if isinstance(value, str) else None
