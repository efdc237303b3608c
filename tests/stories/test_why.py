"""A person wants to know why a match is one: what made it similar, and where both belong."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from uem_desktop.retrieval.embedder import embed_folder
from uem_desktop.retrieval.local_embedder import load_embedder
from uem_desktop.retrieval.prototypes import prototypes_of
from uem_desktop.retrieval.why import Explanation

Key = Qt.Key
_BOX = QPoint(8, 12)


def press(driver, key) -> None:
    driver.press(QApplication.focusWidget(), key)


def wait_explained(driver, keeper, pair=None) -> None:
    def is_there() -> bool:
        return (
            keeper.explanation is not None
            and bool(keeper.neighbours)
            and keeper.belonging is not None
            and (pair is None or (keeper.pair.query, keeper.pair.match) == pair)
        )

    driver.qtbot.waitUntil(is_there, timeout=60_000)


@pytest.fixture
def explained(opened):
    press(opened, Key.Key_W)
    wait_explained(opened, opened.window.explore.why_panel.keeper)
    return opened


def test_w_shows_the_heat_of_the_first_match_and_w_takes_it_away(opened) -> None:
    explore = opened.window.explore
    assert explore.preview_panel.isVisible()
    press(opened, Key.Key_W)
    assert explore.why_panel.isVisible()
    assert not explore.preview_panel.isVisible()
    panel = explore.why_panel
    wait_explained(opened, panel.keeper)
    result = opened.state.search.result
    assert panel.keeper.pair.query == result.query_paths[0]
    assert panel.keeper.pair.match == result.matches[0].record.path
    opened.qtbot.waitUntil(lambda: all(view.heat is not None for view in panel.views))
    assert [view.heat.shape for view in panel.views] == [(4, 4), (4, 4)]
    assert panel.facts.legend.ends[0] == "0 or against"
    assert panel.facts.legend.ends[1].endswith("% of the similarity")
    press(opened, Key.Key_W)
    assert explore.preview_panel.isVisible()
    assert not panel.isVisible()
    assert panel.keeper.pair is None
    assert all(view.heat is None for view in panel.views)


def test_the_parts_add_up_to_the_similarity_that_the_match_shows(explained) -> None:
    keeper = explained.window.explore.why_panel.keeper
    match = explained.state.search.result.matches[0]
    for heat in (keeper.explanation.query_heat, keeper.explanation.match_heat):
        assert heat.sum() == pytest.approx(match.similarity, abs=1e-4)
    embedder = load_embedder("sample", "cpu", use_store=False)
    pair = keeper.pair
    here = Explanation(embedder.embed_positions(pair.query), embedder.embed_positions(pair.match))
    assert np.abs(keeper.explanation.query_heat - here.query_heat).max() < 1e-5
    text = explained.window.explore.why_panel.facts.sum.text()
    assert text == f"4 × 4 positions add up to {match.similarity:.4f}"


def test_the_heat_follows_the_match_that_is_looked_at(explained) -> None:
    explore = explained.window.explore
    keeper = explore.why_panel.keeper
    explore.focus_matches()
    press(explained, Key.Key_Right)
    match = explained.state.search.result.matches[1]
    wait_explained(explained, keeper, (explained.state.search.query[0], match.record.path))
    assert keeper.explanation.similarity == pytest.approx(match.similarity, abs=1e-4)


def test_pointing_at_a_position_shows_its_part_of_the_other_image(explained) -> None:
    panel = explained.window.explore.why_panel
    query, match = panel.views
    explained.qtbot.waitUntil(lambda: query.heat is not None and not query.is_loading)
    before = match.heat
    middle = query.rect().center()
    explained.qtbot.mouseMove(query, middle)
    row, column = query.position_at(middle.toPointF())
    assert query.heat.framed == (row, column)
    assert match.heat.framed is None
    assert match.heat is not before
    assert panel.facts.sum.text() == "Parts of the match with the framed position of the query"
    explained.qtbot.mouseMove(query, QPoint(2, 2))
    assert query.heat.framed is None
    assert panel.facts.sum.text().startswith("4 × 4 positions")


def test_neighbours_in_the_own_domain_and_prototypes_are_those_of_the_engine(
    explained, folders
) -> None:
    panel = explained.window.explore.why_panel
    keeper, facts = panel.keeper, panel.facts
    query, gallery = (embed_folder(f, "sample") for f in (folders.query, folders.gallery))
    row = next(r.id for r in query.records if r.path == keeper.pair.query)
    similarity = query.embeddings.astype(float) @ query.embeddings[row].astype(float)
    wanted = [r for r in np.argsort(-similarity, kind="stable") if r != row][:12]
    assert [one.row for one in keeper.neighbours] == wanted
    marks = [query.records[r].category == query.records[row].category for r in wanted]
    assert [one.mark == "correct" for one in keeper.neighbours] == marks
    category = query.records[row].category
    assert facts.nearest_facts.text() == f"{sum(marks)} of 12 are {category}"

    prototypes = prototypes_of(query, gallery)
    place = next(r.id for r in gallery.records if r.path == keeper.pair.match)
    of_query, of_match = prototypes.ids("query")[row], prototypes.ids("gallery")[place]
    begins = "Both belong to" if of_query == of_match else "They belong to different ones"
    assert facts.belonging.text().startswith(begins)
    for side, number, strip, domain in zip(
        ("query", "gallery"), (of_query, of_match), facts.central, (query, gallery), strict=True
    ):
        rows = prototypes.central_rows(side, int(number), 12).tolist()
        shown = [strip.model.path_at(at) for at in range(strip.model.rowCount())]
        assert shown == [domain.records[r].path for r in rows][: len(shown)]
        assert shown


def test_on_mismatches_heat_lies_on_the_two_large_images(opened) -> None:
    opened.window.mismatches.show_action.trigger()
    page = opened.window.mismatches.page
    opened.qtbot.waitUntil(lambda: page.keeper.result is not None, timeout=60_000)
    assert page.detail.missed_grid.isVisible()
    press(opened, Key.Key_W)
    wait_explained(opened, page.why.keeper)
    detail = page.detail
    assert page.why.keeper.pair.query == detail.query_path
    assert page.why.keeper.pair.match == detail.match_card.path
    assert detail.query_view.heat is not None
    assert detail.match_view.heat is not None
    assert page.why.facts.isVisible()
    assert not detail.missed_grid.isVisible()
    press(opened, Key.Key_W)
    assert detail.missed_grid.isVisible()
    assert detail.query_view.heat is None


def test_going_down_the_list_explains_each_query_and_decisions_go_on(opened) -> None:
    opened.window.mismatches.show_action.trigger()
    page = opened.window.mismatches.page
    opened.qtbot.waitUntil(lambda: page.keeper.result is not None, timeout=60_000)
    press(opened, Key.Key_W)
    for _ in range(4):
        press(opened, Key.Key_J)
    detail = page.detail

    def is_explained() -> bool:
        pair, found = page.why.keeper.pair, page.keeper.result
        return (
            found is not None
            and pair is not None
            and pair.query == found.query_paths[0] == detail.query_path
            and pair.match == found.matches[0].record.path
            and page.why.keeper.explanation is not None
        )

    opened.qtbot.waitUntil(is_explained, timeout=20_000)
    expected = page.keeper.result.matches[0].similarity
    assert page.why.keeper.explanation.similarity == pytest.approx(expected, abs=1e-4)
    press(opened, Key.Key_R)
    opened.qtbot.waitUntil(lambda: detail.match_card._decided._marks != (), timeout=5_000)


def test_prototypes_are_computed_once_for_all_pages_however_fast_one_goes(
    opened, monkeypatch
) -> None:
    from uem_desktop.pages import prototype_keeper

    real, calls = prototype_keeper.prototypes_of, []

    def counted(*args, **more):
        calls.append(args)
        return real(*args, **more)

    monkeypatch.setattr(prototype_keeper, "prototypes_of", counted)
    explore = opened.window.explore
    press(opened, Key.Key_W)
    explore.focus_matches()
    for _ in range(5):
        press(opened, Key.Key_Right)
        opened.qtbot.wait(60)
    match = opened.state.search.result.matches[5]
    query = opened.state.search.query[0]
    wait_explained(opened, explore.why_panel.keeper, (query, match.record.path))
    assert len(calls) == 1
    opened.window.mismatches.show_action.trigger()
    page = opened.window.mismatches.page
    opened.qtbot.waitUntil(lambda: page.keeper.found is not None, timeout=60_000)
    page.show_view("prototypes")
    opened.qtbot.waitUntil(lambda: page.parts.prototypes.prototypes is not None, timeout=10_000)
    opened.window.map.show_action.trigger()
    map_page = opened.window.map.page
    opened.qtbot.waitUntil(lambda: map_page.keeper.points is not None, timeout=60_000)
    opened.qtbot.mouseClick(map_page.header.prototypes_box, Qt.MouseButton.LeftButton, pos=_BOX)
    opened.qtbot.waitUntil(lambda: "prototypes: " in map_page.header.facts.text(), timeout=10_000)
    assert map_page.keeper.prototypes is page.parts.prototypes.prototypes
    assert len(calls) == 1


def test_opacity_is_one_for_both_pages(opened) -> None:
    press(opened, Key.Key_W)
    panel = opened.window.explore.why_panel
    panel.facts.opacity.setValue(25)
    opened.window.mismatches.show_action.trigger()
    page = opened.window.mismatches.page
    assert page.why.facts.opacity.value() == 25
    assert page.detail.query_view._opacity == 0.25


def test_an_encoder_without_a_map_is_a_sentence_and_the_rest_stays(opened, monkeypatch) -> None:
    from training.errors import UserError

    def refuse(path, should_stop=None):
        raise UserError("What made two images similar cannot be shown with this encoder.")

    monkeypatch.setattr(opened.state.loader.ready_embedder(), "embed_positions", refuse)
    press(opened, Key.Key_W)
    panel = opened.window.explore.why_panel
    opened.qtbot.waitUntil(lambda: bool(panel.keeper.reason), timeout=20_000)
    assert panel.facts.sum.text().startswith("What made two images similar cannot be shown")
    assert not panel.facts.legend.isVisible()
    opened.qtbot.waitUntil(lambda: panel.keeper.belonging is not None, timeout=60_000)
    assert panel.facts.nearest.model.rowCount()
