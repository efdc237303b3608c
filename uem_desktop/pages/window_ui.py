"""What a project remembers of its window, and how it comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from uem_desktop.pages.explore import ExplorePage
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.retrieval.explorer_session import SIDES, Side
from uem_desktop.retrieval.moved_lines import lines_as_json, lines_from_json


def read_ui(
    state: ExplorerState, explore: ExplorePage, page: str, pinned: Sequence[Path] = ()
) -> dict[str, Any]:
    """Return the query, the filters, the sizes, the lines and what else is shown as JSON."""
    domains = state.session.domains
    folders = [domains[side].scan.folder for side in SIDES if side in domains]
    return {
        "retrieval_help": state.help.is_on,
        "lines": lines_as_json(state.private.lines, *folders) if len(folders) == 2 else [],
        "shows_line": explore.score_bar.private_button.isChecked(),
        "page": page,
        "pinned": [str(path) for path in pinned],
        "query": [str(path) for path in state.search.query],
        "query_category": explore.query_panel.category_combo.category,
        "query_text": explore.query_panel.search_field.text(),
        "match_category": explore.match_panel.category_combo.category,
        "query_tile_size": explore.query_panel.grid.tile_size,
        "match_tile_size": explore.match_panel.grid.tile_size,
    }


def restore_ui(
    ui: dict[str, Any], state: ExplorerState, explore: ExplorePage, folders: Mapping[Side, Path]
) -> None:
    """Set filters, sizes and lines as a project left them; what it does not know stays."""
    if len(folders) == len(SIDES):
        both = (folders[side] for side in SIDES)
        state.private.lines.update(lines_from_json(ui.get("lines"), *both))
    state.help.set_on(ui.get("retrieval_help") is True)
    explore.score_bar.private_button.setChecked(ui.get("shows_line") is True)
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
