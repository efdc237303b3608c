"""Story: a curator sees both domains on one map, chooses by eye, and goes on from there."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from training.errors import Cancelled, UserError
from uem_desktop.pages import map_keeper, prototype_keeper
from uem_desktop.retrieval import tsne
from uem_desktop.retrieval.array_cache import ArrayCache
from uem_desktop.retrieval.embedder import embed_folder
from uem_desktop.retrieval.layout import layout_of
from uem_desktop.retrieval.prototypes import PrototypeKind, prototypes_of
from uem_desktop.retrieval.search import evaluate

Key, Modifier, Left = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton.LeftButton


@pytest.fixture
def shown(opened):
    """A window on the Map page, whose map has come."""
    opened.press(opened.window, Key.Key_4, Modifier.ControlModifier)
    wait_map(opened)
    return opened


@pytest.fixture
def domains(folders):
    """The two domains, made without the window."""
    return [embed_folder(f, "sample") for f in (folders.query, folders.gallery)]


def page_of(driver):
    return driver.window.map.page


def wait_map(driver) -> None:
    keeper = page_of(driver).keeper
    driver.qtbot.waitUntil(lambda: keeper.points is not None, timeout=60_000)


def press(driver, key, modifier=Modifier.NoModifier) -> None:
    driver.press(QApplication.focusWidget(), key, modifier)


def choose(combo, value) -> None:
    combo.setCurrentIndex(combo.findData(value))
    combo.activated.emit(combo.currentIndex())


def click_image(driver, image: int, modifier=Modifier.NoModifier) -> None:
    page = page_of(driver)
    point = int(page.keeper.points.points_of(np.array([image]))[0])
    view = page.view.map
    view.fit()
    place = view.place_of(point).toPoint()
    while view.point_at(view.place_of(point)) != point:
        view.zoom(1.5, view.place_of(point))
        place = view.place_of(point).toPoint()
    driver.qtbot.mouseClick(view, Left, modifier, pos=place)


def circle_everything(driver) -> None:
    view = page_of(driver).view.map
    view.fit()
    corners = [QPoint(1, 1), QPoint(view.width() - 2, 1)]
    corners += [QPoint(view.width() - 2, view.height() - 2), QPoint(1, view.height() - 2)]
    driver.qtbot.mousePress(view, Left, Modifier.ShiftModifier, pos=corners[0])
    for corner in corners[1:]:
        driver.qtbot.mouseMove(view, corner)
    driver.qtbot.mouseRelease(view, Left, Modifier.ShiftModifier, pos=corners[-1])


def listed(driver) -> list:
    model = page_of(driver).side.model
    return [model.path_at(row) for row in range(model.rowCount())]


def test_both_domains_stand_where_the_engine_puts_them(shown, domains) -> None:
    page = page_of(shown)
    wanted = layout_of(*domains)
    assert np.array_equal(page.keeper.points.places[:32], wanted.query)
    assert np.array_equal(page.keeper.points.places[32:], wanted.gallery)
    assert page.view.map.hasFocus()
    one, two = (f"{100 * share:.1f} %" for share in wanted.explained)
    assert page.view.facts.text().endswith(f"PCA: the axes hold {one} and {two} of the variance")
    assert page.header.facts.text().startswith("32 drawings + 24 renders images")
    titles = [page.side.legend.item(row).text() for row in range(2)]
    assert titles == ["drawings · query domain", "renders · gallery domain"]


def test_a_click_asks_the_explorer_and_the_explorers_query_is_ringed(shown) -> None:
    page, state = page_of(shown), shown.state
    first = state.search.query[0]
    assert listed(shown) == [first], "what Explore asks is chosen on the map"
    click_image(shown, 40)
    shown.wait_answered()
    record = page.keeper.points.record(40)
    assert state.search.query == (record.path,)
    assert listed(shown) == [record.path]
    assert page.selection.current == 40
    other = page.keeper.points.record(5).path
    state.search.ask([other])
    assert listed(shown) == [other]
    press(shown, Key.Key_Return)
    shown.wait_answered()
    assert shown.window.explore.isVisible()
    press(shown, Key.Key_Escape)
    assert page.isVisible()
    assert page.selection.current == 5


def test_a_loop_lists_many_and_the_list_rings_them_on_the_map(shown) -> None:
    page = page_of(shown)
    circle_everything(shown)
    assert len(listed(shown)) == 56
    page.side.grid.setFocus()
    press(shown, Key.Key_Home)
    press(shown, Key.Key_Right)
    assert page.selection.marked.tolist() == [1]
    assert page.view.map.current_point() == 1
    press(shown, Key.Key_Right, Modifier.ShiftModifier)
    assert page.selection.marked.tolist() == [1, 2]
    click_image(shown, 7, Modifier.ControlModifier)
    assert 7 not in page.selection.images, "Ctrl and a click take one away, or add it"
    press(shown, Key.Key_Escape)
    assert listed(shown) == []
    press(shown, Key.Key_Escape)
    assert shown.window.explore.isVisible()


def test_colours_tell_categories_and_those_chosen_stand_out(shown) -> None:
    page = page_of(shown)
    choose(page.header.colour_combo, "category")
    legend = page.side.legend
    rows = {legend.item(row).text(): row for row in range(legend.count())}
    assert list(rows) == ["bird", "building", "instrument", "tool"]
    legend.item(rows["tool"]).setSelected(True)
    cloud = page.view.map.cloud
    bright = page.keeper.points.images[cloud.is_bright]
    assert {page.keeper.points.record(int(image)).category for image in bright} == {"tool"}
    assert len(bright) == 16
    press(shown, Key.Key_Escape)
    assert page.view.map.cloud.is_bright is None


def test_by_keys_alone_from_the_legend_to_an_image_in_full(shown, qapp) -> None:
    page = page_of(shown)
    choose(page.header.colour_combo, "category")
    legend = page.side.legend
    legend.setFocus()
    for key in (Key.Key_Home, Key.Key_Down, Key.Key_Space):
        press(shown, key)
    assert legend.chosen() == [1], "building stands out"
    assert page.view.map.cloud.is_bright.sum() == 16
    press(shown, Key.Key_Return)
    assert {path.parent.name for path in listed(shown)} == {"building"}
    assert len(listed(shown)) == 16
    page.side.grid.setFocus()
    press(shown, Key.Key_Right)
    press(shown, Key.Key_Space)
    views = [w for w in qapp.topLevelWidgets() if type(w).__name__ == "FullView" and w.isVisible()]
    assert len(views) == 1
    shown.press(views[0], Key.Key_Escape)
    page.view.map.setFocus()
    press(shown, Key.Key_Up, Modifier.ControlModifier)
    assert page.selection.current is not None


def test_colours_tell_ap_and_the_card_says_it(shown, domains) -> None:
    page = page_of(shown)
    choose(page.header.colour_combo, "ap")
    assert page.side.legend_title.text() == "AP of queries, plain, help off: computing…"
    choose(page.header.colour_combo, "domain")
    assert not page.keeper.is_asked("results"), "nobody waits for it any more"
    choose(page.header.colour_combo, "ap")
    shown.qtbot.waitUntil(lambda: page.keeper.results is not None)
    legend = page.side.legend
    assert legend.item(0).text() == "below 20 %"
    results = page.keeper.results
    assert results.plain_ap[results.is_scored].mean() * 100 == pytest.approx(
        evaluate(*domains).map_plain
    )
    card = page.view._card(0)
    assert card.lines[-1] == f"AP {100 * results.plain_ap[0]:.1f} %"


def test_prototypes_are_those_of_the_engine_and_a_click_lists_their_images(shown, domains) -> None:
    page = page_of(shown)
    shown.qtbot.mouseClick(page.header.prototypes_box, Left, pos=QPoint(8, 12))
    shown.qtbot.waitUntil(lambda: page.keeper.prototypes is not None, timeout=20_000)
    wanted = prototypes_of(*domains)
    assert page.keeper.prototypes.kinds == wanted.kinds
    merged = wanted.count(PrototypeKind.MERGED)
    assert f"{len(wanted)} prototypes: {merged} merged" in page.header.facts.text()
    page.view.map.marker_chosen.emit(0)
    rows = set(np.flatnonzero(wanted.ids("query") == 0)) | set(
        np.flatnonzero(wanted.ids("gallery") == 0) + 32
    )
    assert set(page.selection.images.tolist()) == rows
    choose(page.header.colour_combo, "prototype")
    assert page.side.legend.count() == len(wanted)


def test_why_there_are_no_prototypes_is_said_to_who_asked_for_them(shown, monkeypatch) -> None:
    def refuse(*_, **__):
        raise UserError("There are no prototypes today.")

    monkeypatch.setattr(prototype_keeper, "prototypes_of", refuse)
    page, said = page_of(shown), []
    page.message_raised.connect(said.append)
    shown.state.prototypes.ask()
    shown.qtbot.waitUntil(lambda: bool(shown.state.prototypes.reason), timeout=20_000)
    assert said == [], "nobody asked here"
    shown.qtbot.mouseClick(page.header.prototypes_box, Left, pos=QPoint(8, 12))
    assert said == ["There are no prototypes today."]
    choose(page.header.colour_combo, "prototype")
    assert page.side.legend_title.text() == "Domain"


def test_prototypes_are_no_click_that_others_wait_behind(shown) -> None:
    page, lanes = page_of(shown), []
    shown.runner.job_ended.connect(lambda job: lanes.append(job.lane))
    page.header.prototypes_box.click()
    shown.qtbot.waitUntil(lambda: page.keeper.prototypes is not None, timeout=20_000)
    assert lanes == ["study"]


def test_lines_lead_to_the_nearest_matches(shown) -> None:
    page = page_of(shown)
    click_image(shown, 3)
    choose(page.header.line_combo, 3)
    shown.qtbot.waitUntil(lambda: page.keeper.neighbours is not None)
    shown.wait_answered()
    found = page.keeper.neighbours
    matches = shown.state.search.result.matches[:3]
    assert found.nearest.tolist() == [32 + match.row for match in matches]
    assert found.is_right.tolist() == [int(match.is_correct) for match in matches]
    right = int((found.is_right == 1).sum())
    assert page.side.lines_text.text() == (
        f"Lines: the 3 nearest matches of 1 image; {right} right, {3 - right} wrong"
    )


def test_tsne_is_computed_once_and_then_there(shown, monkeypatch) -> None:
    pytest.importorskip("openTSNE")
    page = page_of(shown)
    shown.qtbot.mouseClick(page.header.methods.button("tsne"), Left)
    wait_map(shown)
    assert "t-SNE, perplexity 18, 750 steps from PCA" in page.view.facts.text()
    shown.qtbot.mouseClick(page.header.methods.button("pca"), Left)
    assert page.keeper.points is not None, "known, so at once"


def test_a_missing_library_is_said_in_one_sentence(shown, monkeypatch) -> None:
    page = page_of(shown)
    monkeypatch.setattr(tsne, "find_spec", lambda _name: None)
    monkeypatch.setattr(ArrayCache, "load", lambda *_: None)  # what is on the disk needs no library
    shown.qtbot.mouseClick(page.header.methods.button("tsne"), Left)
    shown.qtbot.waitUntil(lambda: page.keeper.is_stopped)
    assert "pip install 'uem-desktop[map]'" in page.view.waiting.empty.accessibleName()
    shown.qtbot.mouseClick(page.header.methods.button("pca"), Left)
    assert page.keeper.points is not None


def test_a_layout_can_be_stopped_and_taken_up_again(shown, monkeypatch) -> None:
    page = page_of(shown)

    def endless(*_, on_progress, should_stop):
        on_progress(0.25)
        while not should_stop():
            time.sleep(0.005)
        raise Cancelled

    with monkeypatch.context() as patch:
        patch.setattr(map_keeper, "layout_of", endless)
        shown.qtbot.mouseClick(page.header.methods.button("tsne"), Left)
        view = page.view
        shown.qtbot.waitUntil(
            lambda: view.waiting.bar.isVisible() and view.waiting.bar.value() == 250
        )
        shown.qtbot.mouseClick(view.waiting.stop_button, Left)
    assert "Stopped" in page.view.waiting.empty.accessibleName()
    shown.qtbot.mouseClick(page.header.methods.button("pca"), Left)
    wait_map(shown)


def test_decisions_by_single_keys_colour_the_map(shown) -> None:
    page = page_of(shown)
    choose(page.header.colour_combo, "decision")
    click_image(shown, 4)
    click_image(shown, 36, Modifier.ControlModifier)
    page.side.grid.setFocus()
    page.side.grid.selectAll()
    press(shown, Key.Key_R)
    shown.qtbot.waitUntil(lambda: (page.view.map.cloud.codes >= 0).sum() == 2)
    assert page.side.legend.item(1).text() == "rejected"
    press(shown, Key.Key_Z, Modifier.ControlModifier)
    shown.qtbot.waitUntil(lambda: (page.view.map.cloud.codes >= 0).sum() == 0)


def test_swapping_keeps_every_image_in_its_place(shown) -> None:
    page = page_of(shown)
    before = page.keeper.points
    press(shown, Key.Key_X)
    shown.qtbot.waitUntil(
        lambda: page.keeper.points is not None and page.keeper.points is not before
    )
    after = page.keeper.points
    assert np.array_equal(after.layout.gallery, before.layout.query)
    assert page.header.facts.text().startswith("24 renders + 32 drawings images")


def test_before_and_after_training_stand_side_by_side(shown, domains) -> None:
    page = page_of(shown)
    page.header.choice.chosen.emit("pretrained")
    beside = page.beside
    assert beside.view.isVisible()
    assert "Embedding with pretrained" in beside.view.waiting.empty.accessibleName()
    shown.qtbot.waitUntil(lambda: beside.keeper.points is not None, timeout=90_000)
    assert beside.view.facts.text().startswith("EfficientNet-Lite0, ImageNet · PCA")
    after, before = page.keeper.points, beside.keeper.points
    assert after.images.tolist() == before.images.tolist()
    raw = layout_of(*beside.second.pair())
    for name in ("query", "gallery"):
        turned, plain = (
            np.linalg.norm(one.positions(name), axis=1) for one in (before.layout, raw)
        )
        assert np.allclose(turned, plain, atol=1e-4), "turned and mirrored, nothing else"
    click_image(shown, 3)
    assert beside.view.map.current_point() == 3, "one selection"
    choose(page.header.line_combo, 1)
    shown.qtbot.waitUntil(lambda: beside.keeper.neighbours is not None)
    assert "\nEfficientNet-Lite0, ImageNet: " in page.side.lines_text.text()
    other = beside.keeper.points.record(int(beside.keeper.neighbours.nearest[0]))
    similarity = before.gallery.embeddings @ before.query.embeddings[3]
    assert other == before.gallery.records[int(similarity.argmax())]
    page.view.map.fit()
    scale = beside.view.map.camera.scale
    page.view.map.setFocus()
    press(shown, Key.Key_Plus)
    assert beside.view.map.camera.scale == pytest.approx(1.3 * scale), "they move together"
    beside.link_box.click()
    press(shown, Key.Key_Plus)
    assert beside.view.map.camera.scale == pytest.approx(1.3 * scale)
    shown.qtbot.mouseClick(beside.close_button, Left)
    assert not beside.view.isVisible()


def test_chosen_images_are_copied_and_dragged_out_as_files(shown) -> None:
    page = page_of(shown)
    images = page.keeper.points.images[[1, 40, 3]]
    page.selection.choose(images)
    wanted = {page.keeper.points.record(int(image)).path for image in images}
    page.side.grid.setFocus()
    press(shown, Key.Key_C, Modifier.ControlModifier)
    clipboard = QApplication.clipboard().mimeData()
    assert {Path(url.toLocalFile()) for url in clipboard.urls()} == wanted
    model = page.side.grid.model()
    dragged = model.mimeData([model.index(row) for row in range(model.rowCount())])
    assert {Path(url.toLocalFile()) for url in dragged.urls()} == wanted
    assert page.side.grid.dragEnabled()

    page.side.grid.set_current_row(0)
    press(shown, Key.Key_C, Modifier.ControlModifier)
    (url,) = QApplication.clipboard().mimeData().urls()
    assert Path(url.toLocalFile()) == model.path_at(0), "one that is marked is meant alone"
