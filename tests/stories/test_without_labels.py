"""Folders without categories: the window still says what is wrong, and shows the images."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from training.errors import Cancelled
from uem_desktop.item_models.entry_list import EntryRole
from uem_desktop.pages import diagnostics_keeper
from uem_desktop.retrieval.diagnostic_words import TITLES, finding
from uem_desktop.retrieval.diagnostics import diagnose
from uem_desktop.retrieval.embedder import embed_folder
from uem_desktop.retrieval.hubs import queries_of
from uem_desktop.retrieval.mismatches import find_mismatches
from uem_desktop.retrieval.prototypes import PrototypeKind, prototypes_of

Key, Modifier = Qt.Key, Qt.KeyboardModifier


@pytest.fixture(scope="module")
def flat(folders, tmp_path_factory) -> tuple[Path, Path]:
    """The two folders without sub-folders, with a re-encoded copy and one picture in both."""
    root = tmp_path_factory.mktemp("flat")
    found = []
    for folder in (folders.query, folders.gallery):
        target = root / folder.name
        target.mkdir()
        for file in sorted(folder.rglob("*.png")):
            shutil.copy(file, target / f"{file.parent.name}-{file.name}")
        found.append(target)
    query, gallery = found
    files = sorted(query.iterdir())
    Image.open(files[3]).convert("RGB").save(query / "zz-again.jpg", quality=85)
    shutil.copy(files[12], gallery / "zz-drawn.png")
    return query, gallery


@pytest.fixture(scope="module")
def slow(flat, shared_store):
    """The same without the window."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UEM_CACHE_DIR", str(shared_store))
        query, gallery = (embed_folder(folder, "sample") for folder in flat)
        found = find_mismatches(query, gallery)
        return found, diagnose(found, query, gallery)


@pytest.fixture
def shown(driver, flat, slow):
    """A window on the Mismatches page of folders without categories, everything known."""
    driver.open(*flat)
    driver.wait_answered()
    driver.window.mismatches.show_action.trigger()
    keeper = view_of(driver).diagnostics
    driver.qtbot.waitUntil(lambda: len(keeper.parts) == 5, timeout=60_000)
    driver.qtbot.waitUntil(lambda: not keeper.is_running, timeout=10_000)
    return driver


def view_of(driver):
    return driver.window.mismatches.page.parts.unlabelled


def press(driver, key, modifier=Modifier.NoModifier) -> None:
    driver.press(QApplication.focusWidget(), key, modifier)


def paths_in(driver, side: str) -> list[Path]:
    model = view_of(driver).browser.models[side]
    return [model.path_at(row) for row in range(model.rowCount())]


def names_in(driver, side: str) -> list[str]:
    return [path.name for path in paths_in(driver, side)]


def entries_in(driver) -> list[str]:
    model = view_of(driver).browser.model
    return [model.index(row).data() for row in range(model.rowCount())]


def test_it_is_shown_first_and_its_numbers_are_those_of_the_engine(shown, slow) -> None:
    page, (_, wanted) = shown.window.mismatches.page, slow
    assert page.views.choice == "unlabelled"
    assert page.parts.unlabelled.isVisible()
    parts = (wanted.mutual, wanted.hubs, wanted.gap, wanted.occupancy, wanted.duplicates)
    for part in parts:
        said = finding(part)
        card = page.parts.unlabelled.cards[said.name]
        assert (card.value, card.sentence) == (said.value, said.sentence)
    assert list(page.parts.unlabelled.cards) == list(TITLES)


def test_folders_with_categories_begin_with_their_queries(opened) -> None:
    opened.window.mismatches.show_action.trigger()
    page = opened.window.mismatches.page
    opened.qtbot.waitUntil(lambda: page.keeper.found is not None, timeout=60_000)
    assert page.views.choice == "queries"
    assert not page.parts.unlabelled.diagnostics.parts, "nothing is computed while nobody looks"


def test_a_hub_leads_to_its_queries_and_a_query_into_explore(shown, slow) -> None:
    found, wanted = slow
    view = view_of(shown)
    shown.qtbot.mouseClick(view.cards["hubs"], Qt.MouseButton.LeftButton)
    rows = wanted.hubs.rows.tolist()
    names = [found.gallery.records[row].path.name for row in rows]
    assert entries_in(shown)[: len(names)] == names
    assert ("Never found" in entries_in(shown)) == bool(len(wanted.hubs.never_rows))
    for place, row in enumerate(rows):
        view.browser.list.set_current_row(place)
        queries = queries_of(found, wanted.hubs, row)
        assert paths_in(shown, "query") == [found.query.records[r].path for r in queries]
        assert paths_in(shown, "gallery") == [found.gallery.records[row].path]
        value = view.browser.model.index(place).data(EntryRole.VALUE)
        assert value == f"{len(queries)} queries"
    view.browser.list.setFocus()
    press(shown, Key.Key_Return)
    asked = paths_in(shown, "query")[0]
    press(shown, Key.Key_Return)
    shown.wait_answered()
    assert shown.window.explore.isVisible()
    assert shown.state.search.query == (asked,)
    press(shown, Key.Key_Escape)
    assert view.isVisible()


def test_duplicates_stand_side_by_side(shown) -> None:
    view = view_of(shown)
    shown.qtbot.mouseClick(view.cards["duplicates"], Qt.MouseButton.LeftButton)
    model = view.browser.model
    assert model.rowCount() == 2
    assert model.index(0).data(EntryRole.DETAIL) == "same bytes"
    assert model.index(0).data(EntryRole.SECOND) == "both domains"
    assert names_in(shown, "gallery") == ["zz-drawn.png"]
    assert len(names_in(shown, "query")) == 1
    view.browser.list.set_current_row(1)
    assert model.index(1).data(EntryRole.DETAIL) == "same picture"
    assert "zz-again.jpg" in names_in(shown, "query")
    assert len(names_in(shown, "query")) == 2
    assert names_in(shown, "gallery") == []


def test_the_gap_shows_who_is_taken_for_the_other_domain(shown, slow) -> None:
    found, wanted = slow
    view = view_of(shown)
    shown.qtbot.mouseClick(view.cards["gap"], Qt.MouseButton.LeftButton)
    sides = dict(zip(wanted.gap.query_rows.tolist(), wanted.gap.query_sides, strict=True))
    rows = {found.query.records[row].path: row for row in sides}
    strays = [sides[rows[path]] for path in paths_in(shown, "query")]
    assert strays == sorted(strays, reverse=True)
    assert strays[0] == max(sides.values())
    view.browser.list.set_current_row(1)
    typical = [sides[rows[path]] for path in paths_in(shown, "query")]
    assert typical == sorted(typical)


def test_lonely_queries_stand_beside_matches_that_do_not_choose_them(shown, slow) -> None:
    found, wanted = slow
    names = [found.query.records[row].path.name for row in wanted.mutual.lonely]
    assert sorted(entries_in(shown)) == sorted(names)
    first = paths_in(shown, "query")[0]
    place = next(n for n, row in enumerate(found.rows) if found.query.records[row].path == first)
    matches = [found.gallery.records[row].path for row in found.matches[place, :10]]
    assert paths_in(shown, "gallery") == matches


def test_images_can_be_copied_and_noted_from_here(shown, qapp) -> None:
    view = view_of(shown)
    shown.qtbot.mouseClick(view.cards["duplicates"], Qt.MouseButton.LeftButton)
    view.browser.list.set_current_row(1)
    grid = view.browser.grids["query"]
    grid.setFocus()
    grid.selectAll()
    chosen = paths_in(shown, "query")
    assert shown.window.mismatches.page.decision_targets().images == tuple(chosen)
    shown.window.copy_paths()
    text = "\n".join(map(str, chosen))
    shown.qtbot.waitUntil(lambda: qapp.clipboard().text() == text, timeout=5_000)
    qapp.clipboard().clear()


def test_it_can_be_stopped_and_goes_on(driver, flat, slow, monkeypatch) -> None:
    real = diagnostics_keeper.diagnose_images

    def waits(*args, should_stop=None, **more):
        while not should_stop():
            pass
        raise Cancelled

    monkeypatch.setattr(diagnostics_keeper, "diagnose_images", waits)
    driver.open(*flat)
    driver.wait_answered()
    driver.window.mismatches.show_action.trigger()
    view = view_of(driver)
    driver.qtbot.waitUntil(lambda: view.stop_button.isVisible(), timeout=60_000)
    driver.qtbot.mouseClick(view.stop_button, Qt.MouseButton.LeftButton)
    assert not view.stop_button.isVisible()
    assert view.note.text() == diagnostics_keeper.STOPPED
    monkeypatch.setattr(diagnostics_keeper, "diagnose_images", real)
    driver.qtbot.mouseClick(view.go_on_button, Qt.MouseButton.LeftButton)
    driver.qtbot.waitUntil(lambda: len(view.diagnostics.parts) == 5, timeout=60_000)
    assert not view.note.isVisible()


def test_the_prototypes_view_shows_every_prototype_with_its_images(opened, folders) -> None:
    opened.window.mismatches.show_action.trigger()
    page = opened.window.mismatches.page
    opened.qtbot.waitUntil(lambda: page.keeper.found is not None, timeout=60_000)
    page.show_view("prototypes")
    view = page.parts.prototypes
    opened.qtbot.waitUntil(lambda: view.prototypes is not None, timeout=60_000)
    query, gallery = (embed_folder(f, "sample") for f in (folders.query, folders.gallery))
    wanted = prototypes_of(query, gallery)
    for kind in PrototypeKind:
        assert view.numbers[str(kind)].text == str(wanted.count(kind))
    model, seen = view.browser.model, {"query": [], "gallery": []}
    assert model.rowCount() == len(wanted)
    kinds = [model.index(row).data(EntryRole.SECOND) for row in range(model.rowCount())]
    order = ["merged", "translated", "own"]
    assert kinds == sorted(kinds, key=order.index)
    for row in range(model.rowCount()):
        view.browser.list.set_current_row(row)
        number = int(model.index(row).data().removeprefix("Prototype ")) - 1
        assert model.index(row).data(EntryRole.SECOND) == str(wanted.kinds[number])
        for side, domain in (("query", query), ("gallery", gallery)):
            shown = view.browser.models[side]
            paths = [shown.path_at(at) for at in range(shown.rowCount())]
            rows = wanted.central_rows(side, number)
            assert paths == [domain.records[r].path for r in rows]
            seen[side] += rows.tolist()
    assert sorted(seen["query"]) == query.ready_rows().tolist()
    assert sorted(seen["gallery"]) == gallery.ready_rows().tolist()
    shares = model.index(0).data(EntryRole.DETAIL).split(", ")
    number = int(model.index(0).data().removeprefix("Prototype ")) - 1
    categories = [
        domain.records[row].category
        for side, domain in (("query", query), ("gallery", gallery))
        for row in wanted.central_rows(side, number)
    ]
    largest = max(sorted(set(categories)), key=categories.count)
    assert shares[0] == f"{largest} {100 * np.mean([c == largest for c in categories]):.0f} %"
