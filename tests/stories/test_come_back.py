"""A person closes the window and finds everything as it was left."""

from __future__ import annotations

import json
import shutil
import sqlite3
from dataclasses import replace

import pytest

from training.resources import resource_path
from uem_desktop.pages.map_header import ColourBy
from uem_desktop.pages.query_search import SearchState
from uem_desktop.retrieval.compare_orders import CompareListing, CompareOrder
from uem_desktop.retrieval.decided_about import DecidedFilter
from uem_desktop.retrieval.mismatch_orders import Listing, Order
from uem_desktop.retrieval.project import Project


def test_a_project_comes_back_as_it_was_left(start, folders) -> None:
    first = start()
    first.open(folders.query, folders.gallery)
    first.wait_answered()
    path = sorted((folders.gallery / "tool").iterdir())[4]
    first.window.opener.swap()
    first.ask(path)
    first.state.set_top_k(7)
    first.wait_answered()
    first.window.explore.query_panel.set_filter("tool", "")
    first.window.explore.match_panel.grid.set_tile_size(150)
    first.window.frame.show_page("problems")
    first.window.close()
    project = first.window.keeper.path
    assert project is not None

    second = start()
    assert [entry.path for entry in second.window.keeper.recent.entries()] == [project]
    second.window.opener.open_project(project)
    second.wait_answered()
    session = second.state.session
    assert session.domains["query"].scan.folder == folders.gallery
    assert session.top_k == 7
    assert session.checkpoint.title.startswith("sample")
    assert second.state.search.query == (path,)
    assert second.window.explore.query_panel.category_combo.category == "tool"
    assert second.window.explore.match_panel.grid.tile_size == 150
    assert second.window.frame.current.name == "problems"


def opened_again(start, project):
    """Open a project in another window and wait until it is embedded."""
    driver = start()
    driver.window.opener.open_project(project)
    driver.wait_answered()
    return driver


def wait_listed(driver, desk):
    keeper = desk.page.keeper
    driver.qtbot.waitUntil(lambda: keeper.found is not None, timeout=60_000)
    return keeper


@pytest.fixture
def left(start, folders):
    """A project that was closed while each page showed something of its own."""
    first = start()
    first.open(folders.query, folders.gallery)
    first.wait_answered()
    window = first.window
    window.frame.show_page("map")
    page = window.map.page
    first.qtbot.waitUntil(lambda: page.keeper.points is not None, timeout=30_000)
    page.header.methods.button("tsne").click()
    page.header.colour_combo.setCurrentIndex(page.header.colour_combo.findData("category"))
    page.header.colour_combo.activated.emit(0)
    page.header.line_combo.setCurrentIndex(2)
    page.header.line_combo.activated.emit(2)
    page.header.choice.chosen.emit("pretrained")
    page.beside.link_box.click()

    window.frame.show_page("compare")
    window.compare.page.compare_with("pretrained")
    keeper = wait_listed(first, window.compare)
    keeper.ask(order=CompareOrder.CHANGE, text="-01")
    keeper.step(1)

    window.frame.show_page("mismatches")
    keeper = wait_listed(first, window.mismatches)
    keeper.ask(order=Order.FIRST_RANK, category="tool", decided=DecidedFilter.UNDECIDED)
    keeper.step(1)
    window.close()
    return first


def test_each_page_comes_back_as_it_was_left(start, left) -> None:
    second = opened_again(start, left.window.keeper.path)
    window, before = second.window, left.window
    assert window.frame.current.name == "mismatches"
    keeper = wait_listed(second, window.mismatches)
    assert keeper.listing == Listing(
        order=Order.FIRST_RANK, category="tool", decided=DecidedFilter.UNDECIDED
    )
    assert keeper.current == before.mismatches.page.keeper.current == keeper.places[1]
    panel = window.mismatches.page.list_panel
    assert panel.category_combo.category == "tool"
    assert panel.decided_combo.currentData() == "undecided"

    compare = window.compare.page.keeper
    assert compare.found is None, "nothing is compared before somebody looks"
    window.frame.show_page("compare")
    keeper = wait_listed(second, window.compare)
    assert keeper.second.spec == "pretrained"
    assert keeper.listing == CompareListing(CompareOrder.CHANGE, text="-01")
    assert keeper.current == before.compare.page.keeper.current == keeper.places[1]
    assert window.compare.page.list_panel.search_field.text() == "-01"

    window.frame.show_page("map")
    page = window.map.page
    second.qtbot.waitUntil(lambda: page.beside.keeper.points is not None, timeout=60_000)
    assert page.keeper.points.layout.method == "tsne" == page.header.methods.choice
    assert page.header.colour_by is ColourBy.CATEGORY
    assert page.header.line_count == 3
    assert page.beside.second.spec == "pretrained"
    assert not page.beside.link_box.isChecked()


def test_a_page_that_nobody_turned_to_is_kept_for_the_next_time(start, left) -> None:
    project = left.window.keeper.path
    second = opened_again(start, project)
    second.state.set_top_k(7)
    second.wait_answered()
    second.window.close()
    ui = Project.open(project).ui
    assert ui["compare_view"]["order"] == "change"
    assert ui["map_view"]["beside"] == "pretrained"


def test_a_view_of_mismatches_comes_back_even_where_another_is_first_shown(start, tmp_path) -> None:
    for name in ("clipart", "render"):
        (tmp_path / name).mkdir()
        for file in sorted(resource_path("sample", name, "bird").iterdir())[:6]:
            shutil.copy(file, tmp_path / name)
    first = start()
    first.open(tmp_path / "clipart", tmp_path / "render")
    first.wait_answered()
    first.window.frame.show_page("mismatches")
    wait_listed(first, first.window.mismatches)
    assert first.window.mismatches.page.views.choice == "unlabelled"
    first.window.mismatches.page.show_view("prototypes")
    first.window.close()
    second = opened_again(start, first.window.keeper.path)
    wait_listed(second, second.window.mismatches)
    assert second.window.mismatches.page.views.choice == "prototypes"


def test_another_project_does_not_show_what_the_one_before_it_was_left_with(start, left) -> None:
    project = left.window.keeper.path
    other = project.with_name("other.uem")
    replace(Project.open(project), ui={"page": "map"}).save(other)
    second = opened_again(start, project)
    wait_listed(second, second.window.mismatches)
    second.window.opener.open_project(other)
    second.wait_answered()
    second.window.frame.show_page("mismatches")
    assert wait_listed(second, second.window.mismatches).listing == Listing()
    second.window.frame.show_page("compare")
    assert second.window.compare.page.keeper.second.spec == ""
    assert second.window.compare.page.choose_button.text() == "Choose a checkpoint"


def test_a_second_checkpoint_that_is_gone_is_said_and_another_one_offered(
    start, left, tmp_path
) -> None:
    project, gone = left.window.keeper.path, tmp_path / "gone.safetensors"
    kept = Project.open(project)
    views = {"page": "compare", "compare_view": {"against": str(gone), "order": "win"}}
    views["map_view"] = {"beside": str(gone)}
    replace(kept, ui={**kept.ui, **views}).save(project)
    second = opened_again(start, project)
    window = second.window
    page = window.compare.page
    second.qtbot.waitUntil(lambda: page.keeper.second.is_stopped, timeout=30_000)
    assert "gone.safetensors" in page.waiting.empty.accessibleName()
    assert page.choose_button.isVisible()
    assert page.choose_button.text() == "Choose another checkpoint"
    page.compare_with("pretrained")
    assert wait_listed(second, window.compare).listing.order is CompareOrder.WIN
    window.frame.show_page("map")
    beside = window.map.page.beside
    second.qtbot.waitUntil(lambda: beside.second.is_stopped, timeout=30_000)
    assert "gone.safetensors" in beside.view.waiting.empty.accessibleName()
    assert beside.another_button.isVisible()


def test_a_second_checkpoint_that_moved_along_with_the_project_is_found(
    start, folders, tmp_path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    shutil.copytree(folders.query, home / "query")
    shutil.copytree(folders.gallery, home / "gallery")
    shutil.copyfile(
        resource_path("weights", "efficientnet_lite0.safetensors"), home / "other.safetensors"
    )
    first = start()
    first.open(home / "query", home / "gallery")
    first.wait_answered()
    first.window.keeper.save_as(home / "birds.uem")
    first.window.frame.show_page("compare")
    first.window.compare.page.compare_with(str(home / "other.safetensors"))
    wait_listed(first, first.window.compare)
    first.window.frame.show_page("map")
    beside = first.window.map.page.beside
    first.window.map.page.header.choice.chosen.emit(str(home / "other.safetensors"))
    first.qtbot.waitUntil(lambda: beside.second.embedded is not None, timeout=60_000)
    first.window.close()

    moved = tmp_path / "moved" / "home"
    shutil.move(home, moved)
    second = opened_again(start, moved / "birds.uem")
    (query,) = second.state.search.query
    assert query.is_relative_to(moved), "the query too"
    second.window.frame.show_page("compare")
    wait_listed(second, second.window.compare)
    page = second.window.compare.page
    assert page.keeper.second.spec == str(moved / "other.safetensors")
    second.window.frame.show_page("map")
    beside = second.window.map.page.beside
    second.qtbot.waitUntil(lambda: beside.second.embedded is not None, timeout=60_000)
    assert beside.second.spec == str(moved / "other.safetensors")


BROKEN = (
    {"view": 3, "order": ["plain-ap"], "population": None, "category": 7, "decided": "perhaps"},
    {"view": "explore", "order": "no-such", "category": "unicorn", "query": "/gone.png",
     "cell": {"asked": "unicorn", "retrieved": None, "top_k": 10}},
    {"cell": {"asked": "bird", "retrieved": "tool", "top_k": 10**9}, "text": None},
    ["mismatches"],
)  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN)
def test_what_is_unknown_or_stale_falls_back_silently(start, left, broken) -> None:
    project = left.window.keeper.path
    with sqlite3.connect(project) as connection:
        (text,) = connection.execute("SELECT value FROM setting WHERE key = 'ui'").fetchone()
        ui = json.loads(text)
        ui |= {f"{name}_view": broken for name in ("mismatches", "compare", "map")}
        connection.execute("UPDATE setting SET value = ? WHERE key = 'ui'", [json.dumps(ui)])
    connection.close()
    second = opened_again(start, project)
    window = second.window
    keeper = wait_listed(second, window.mismatches)
    assert keeper.listing == Listing()
    assert window.mismatches.page.views.choice == "queries"
    assert keeper.current == keeper.places[0]
    window.frame.show_page("compare")
    window.compare.page.compare_with("pretrained")
    assert wait_listed(second, window.compare).listing == CompareListing()
    window.frame.show_page("map")
    page = window.map.page
    second.qtbot.waitUntil(lambda: page.keeper.points is not None, timeout=30_000)
    assert (page.keeper.method, page.header.colour_by) == ("pca", ColourBy.DOMAIN)
    assert window.message_bar.sentence == ""


def test_the_window_comes_back_with_its_panels(start) -> None:
    first = start().window
    first.commands.show_preview.trigger()
    first.close()
    second = start().window
    assert not second.commands.show_preview.isChecked()
    assert second.explore.preview_panel.isHidden()
    assert not second.explore.query_panel.isHidden()
    second.commands.show_preview.trigger()
    assert not second.explore.preview_panel.isHidden()


def test_a_named_project_is_saved_where_it_was_told(opened, tmp_path) -> None:
    opened.window.keeper.save_as(tmp_path / "birds.uem")
    assert (tmp_path / "birds.uem").is_file()
    assert opened.window.keeper.is_named


def test_what_is_no_project_is_a_sentence(opened, tmp_path) -> None:
    (tmp_path / "no.uem").write_text("words")
    opened.window.opener.open_project(tmp_path / "no.uem")
    assert "is not a project" in opened.window.message_bar.sentence
    assert opened.state.search.state is SearchState.ANSWERED


def test_only_what_is_new_is_embedded(driver, folders, tmp_path) -> None:
    shutil.copytree(folders.query, tmp_path / "growing")
    driver.open(tmp_path / "growing", folders.gallery)
    driver.wait_answered()
    assert driver.state.loader.encoder is not None
    extra = tmp_path / "growing" / "bird" / "another.png"
    shutil.copy(next((folders.gallery / "bird").iterdir()), extra)
    seen = []
    driver.state.loader.status_changed.connect(lambda status: seen.append(status.progress))
    driver.window.commands.re_embed.trigger()
    driver.qtbot.waitUntil(lambda: len(driver.state.session.domains["query"].records) == 33)
    driver.wait_answered()
    totals = {progress.total - progress.stored for progress in seen if progress is not None}
    assert max(totals) == 1


def test_folders_that_were_embedded_before_need_no_encoder(opened) -> None:
    assert opened.state.session.is_complete
    assert opened.state.loader.encoder is None, "it starts later, before it is needed"
