"""What a project remembers of its window, and how it comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from uem_desktop.pages.desk import Desk
from uem_desktop.pages.explore import ExplorePage
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.kept_view import KeptView
from uem_desktop.pages.page_frame import PageFrame
from uem_desktop.retrieval.explorer_session import SIDES, Side
from uem_desktop.retrieval.moved_lines import lines_as_json, lines_from_json


def read_ui(
    state: ExplorerState,
    explore: ExplorePage,
    frame: PageFrame,
    pinned: Sequence[Path] = (),
) -> dict[str, Any]:
    """Return the query, the filters, the sizes, the lines and what else is shown as JSON."""
    views = {_view_key(desk): desk.kept_view() for desk in frame.desks.values()}
    domains = state.session.domains
    folders = [domains[side].scan.folder for side in SIDES if side in domains]
    return {
        "retrieval_help": state.help.is_on,
        "lines": lines_as_json(state.private.lines, *folders) if len(folders) == 2 else [],
        "shows_line": explore.score_bar.private_button.isChecked(),
        "page": frame.current.name,
        "pinned": [str(path) for path in pinned],
        "query": [str(path) for path in state.search.query],
        "query_category": explore.query_panel.category_combo.category,
        "query_text": explore.query_panel.search_field.text(),
        "match_category": explore.match_panel.category_combo.category,
        "query_tile_size": explore.query_panel.grid.tile_size,
        "match_tile_size": explore.match_panel.grid.tile_size,
        **{key: view for key, view in views.items() if view},
    }


def restore_ui(
    ui: dict[str, Any],
    state: ExplorerState,
    explore: ExplorePage,
    frame: PageFrame,
    folders: Mapping[Side, Path],
) -> None:
    """Set filters, sizes, lines and pages as a project left them, and show the page it names."""
    kept = KeptView(ui)
    if len(folders) == len(SIDES):
        both = (folders[side] for side in SIDES)
        state.private.lines.update(lines_from_json(ui.get("lines"), *both))
    state.help.set_on(ui.get("retrieval_help") is True)
    explore.score_bar.private_button.setChecked(ui.get("shows_line") is True)
    explore.query_panel.set_filter(kept.text("query_category"), kept.text("query_text") or "")
    explore.match_panel.set_category(kept.text("match_category"))
    for key, grid in (
        ("query_tile_size", explore.query_panel.grid),
        ("match_tile_size", explore.match_panel.grid),
    ):
        size = ui.get(key)
        if isinstance(size, int):
            grid.set_tile_size(size)
    for desk in frame.desks.values():
        desk.restore_view(ui.get(_view_key(desk)))
    frame.show_page(kept.text("page") or "")


def pinned_of(ui: dict[str, Any]) -> list[Path]:
    """Return the pinned queries of a project."""
    texts = ui.get("pinned")
    return (
        [Path(text) for text in texts if isinstance(text, str)] if isinstance(texts, list) else []
    )


def _view_key(desk: Desk) -> str:
    """Return where a page is kept: each for itself, so that windows keep each other's changes."""
    return f"{desk.name}_view"
