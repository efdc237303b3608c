"""A curator finds the queries that failed, sees why, and follows confusions, by keyboard alone."""

from __future__ import annotations

import shutil
import time

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QWidget,
)

from training.errors import Cancelled
from uem_desktop.item_models.roles import Role
from uem_desktop.pages import mismatch_keeper
from uem_desktop.retrieval.embedder import embed_folder
from uem_desktop.retrieval.mismatch_orders import Listing, Order, Population, listed
from uem_desktop.retrieval.mismatches import find_mismatches
from uem_desktop.retrieval.search import evaluate

Key, Modifier = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def shown(opened):
    """A window on the Mismatches page, whose list has come."""
    press_page_key(opened)
    wait_listed(opened)
    return opened


def press_page_key(driver) -> None:
    driver.press(driver.window, Key.Key_2, Modifier.ControlModifier)


def wait_listed(driver) -> None:
    keeper = page_of(driver).keeper
    driver.qtbot.waitUntil(lambda: keeper.found is not None, timeout=60_000)
    wait_result(driver)


def wait_result(driver) -> None:
    keeper = page_of(driver).keeper

    def is_there() -> bool:
        result = keeper.result
        return result is not None and result.query_row == int(keeper.found.rows[keeper.current])

    driver.qtbot.waitUntil(is_there, timeout=10_000)


def page_of(driver):
    return driver.window.mismatches.page


def press(driver, key, modifier=Modifier.NoModifier) -> None:
    """Press a key wherever the focus is, as a person does."""
    driver.press(QApplication.focusWidget(), key, modifier)


def show_view(driver, key, name: str) -> None:
    """Press the key of a view; a button that is pressed by its key takes a moment."""
    press(driver, key, Modifier.AltModifier)
    driver.qtbot.waitUntil(lambda: page_of(driver).views.choice == name)


def listed_paths(driver) -> list:
    model = page_of(driver).list_panel.model
    return [model.path_at(row) for row in range(model.rowCount())]


@pytest.fixture
def slow(folders):
    """The two domains and their table, made without the window."""
    query, gallery = (embed_folder(f, "sample") for f in (folders.query, folders.gallery))
    return find_mismatches(query, gallery)


def test_the_worst_query_its_matches_and_what_it_missed(shown, slow) -> None:
    page = page_of(shown)
    worst = listed(slow, Listing())
    assert listed_paths(shown) == [slow.query.records[slow.rows[p]].path for p in worst]
    assert page.keeper.current == worst[0]
    result, matches, missed = page.keeper.result, page.detail.model, page.detail.missed_model
    assert [m.row for m in result.matches] == slow.matches[worst[0]].tolist()
    assert [matches.mark_at(n) for n in range(matches.rowCount())] == [
        "correct" if match.is_correct else "wrong" for match in result.matches
    ]
    ranks = [missed.match_at(n).rank for n in range(missed.rowCount())]
    assert ranks == [match.rank for match in result.missed]
    assert len(ranks) == result.missed_count
    ap = slow.results.plain_ap[worst[0]]
    assert page.detail.numbers["ap"].text == f"{100 * ap:.1f} %"
    assert page.detail.numbers["first"].text == str(slow.results.first_rank[worst[0]])


def test_the_header_says_order_population_checkpoint_index_ties_and_help(shown) -> None:
    page = page_of(shown)
    count = len(page.keeper.places)
    assert page.facts.text() == (
        f"Worst AP, plain · {count} of 24 scored queries fall short of AP 100 %"
    )
    title = shown.state.session.checkpoint.title
    assert page.ranking.text() == (
        "8 excluded: category not in the gallery · exact, 24 gallery images"
        f" · {title} · help off · ties: lower row first"
    )
    press(shown, Key.Key_H)
    shown.qtbot.waitUntil(lambda: "with retrieval help" in page.ranking.text(), timeout=20_000)


def test_the_numbers_over_all_queries_are_those_of_evaluate(shown, folders) -> None:
    query, gallery = (embed_folder(f, "sample") for f in (folders.query, folders.gallery))
    scores = evaluate(query, gallery)
    show_view(shown, Key.Key_G, "categories")
    numbers = page_of(shown).parts.categories.numbers
    assert numbers["plain"].text == f"{scores.map_plain:.1f} %"
    assert numbers["interpolated"].text == f"{scores.map_interpolated:.1f} %"
    assert numbers["p5"].text == f"{scores.precision_at[5]:.1f} %"
    assert numbers["private"].text == "25.0 %"


def test_from_query_to_query_into_the_explorer_and_back(shown) -> None:
    page, window = page_of(shown), shown.window
    places = page.keeper.places.tolist()
    assert page.list_panel.list.hasFocus()
    press(shown, Key.Key_J)
    press(shown, Key.Key_Down)
    press(shown, Key.Key_K)
    assert page.keeper.current == places[1]
    wait_result(shown)
    path = page.list_panel.model.path_at(1)
    assert page.detail.query_card.path == path
    press(shown, Key.Key_Return)
    shown.wait_answered()
    assert window.explore.isVisible()
    assert shown.state.search.query == (path,)
    press(shown, Key.Key_Escape)
    assert page.isVisible()
    assert page.keeper.current == places[1]
    assert page.list_panel.list.hasFocus()
    press(shown, Key.Key_Escape)
    assert window.explore.isVisible()


def test_matches_are_looked_at_with_the_arrow_keys_and_large(shown, qapp) -> None:
    detail = page_of(shown).detail
    detail.grid.setFocus()
    press(shown, Key.Key_Right)
    match = page_of(shown).keeper.result.matches[1]
    assert detail.match_card.path == match.record.path
    assert f"rank 2 · {match.similarity:.4f}" in detail.match_card._facts.text()
    press(shown, Key.Key_Space)
    views = [w for w in qapp.topLevelWidgets() if type(w).__name__ == "FullView" and w.isVisible()]
    assert len(views) == 1
    shown.press(views[0], Key.Key_Escape)
    press(shown, Key.Key_Escape)
    assert page_of(shown).list_panel.list.hasFocus()


def test_every_order_lists_what_the_engine_lists(shown, slow) -> None:
    panel = page_of(shown).list_panel
    for order in Order:
        panel.order_combo.setCurrentIndex(panel.order_combo.findData(order))
        panel.order_combo.activated.emit(panel.order_combo.currentIndex())
        wanted = listed(slow, Listing(order=order))
        assert page_of(shown).keeper.places.tolist() == wanted.tolist()
        assert panel.model.rowCount() == len(wanted)
        assert page_of(shown).keeper.current == wanted[0], "another order begins with its worst"


def test_private_queries_are_shown_on_demand(shown, slow) -> None:
    panel = page_of(shown).list_panel
    assert panel.population_combo.count() == 2
    panel.population_combo.setCurrentIndex(panel.population_combo.findData(Population.PRIVATE))
    panel.population_combo.activated.emit(0)
    assert {path.parent.name for path in listed_paths(shown)} == {"instrument"}
    assert panel.model.index(0).data(Role.MARK) == "private"
    assert panel.order_combo.currentData() == Order.CONFIDENT
    wait_result(shown)
    detail = page_of(shown).detail
    assert detail.numbers["ap"].text == "–"
    assert detail.missed_grid._empty.hint == "The gallery has no instrument."


def test_filters_by_text_and_category(shown) -> None:
    page = page_of(shown)
    assert page.detail.isVisible()
    press(shown, Key.Key_F, Modifier.ControlModifier)
    field = page.list_panel.search_field
    assert field.hasFocus()
    shown.qtbot.keyClicks(field, "TOO")
    shown.qtbot.waitUntil(lambda: page.keeper.listing.text == "TOO")
    assert {path.parent.name for path in listed_paths(shown)} == {"tool"}
    shown.qtbot.keyClicks(field, "jk")
    shown.qtbot.waitUntil(lambda: page.list_panel.model.rowCount() == 0)
    assert page.list_panel.list._empty.title == "No query matches the filter"
    assert page.keeper.current is None
    assert not page.detail.isVisible()
    press(shown, Key.Key_Escape)
    shown.qtbot.waitUntil(lambda: page.list_panel.model.rowCount() > 8)
    assert page.keeper.current is not None


def test_a_cell_of_the_matrix_is_a_door_to_its_queries(shown, slow) -> None:
    page = page_of(shown)
    show_view(shown, Key.Key_C, "confusion")
    heat, model = page.parts.confusion.map, page.parts.confusion.model
    assert heat.hasFocus()
    row, column = model.matrix.largest_errors(1)[0]
    assert (heat.currentIndex().row(), heat.currentIndex().column()) == (row, column)
    press(shown, Key.Key_Home, Modifier.ControlModifier)
    for _ in range(row):
        press(shown, Key.Key_Down)
    for _ in range(column):
        press(shown, Key.Key_Right)
    cell = model.cell_at(row, column)
    assert page.parts.confusion.facts.text().startswith(f"{cell.asked} → {cell.retrieved}: ")
    press(shown, Key.Key_Return)
    wanted = listed(slow, Listing(cell=cell))
    assert page.keeper.places.tolist() == wanted.tolist()
    assert {path.parent.name for path in listed_paths(shown)} == {cell.asked}
    assert page.keeper.listing.population is Population.SCORED
    assert page.list_panel.cell_button.text() == f"{cell.asked} → {cell.retrieved}, top 1  ✕"
    press(shown, Key.Key_Escape)
    assert heat.hasFocus()
    assert page.keeper.listing.cell is None
    press(shown, Key.Key_Escape)
    assert page.list_panel.list.hasFocus()


def test_deeper_counts_and_the_list_of_errors(shown) -> None:
    page = page_of(shown)
    show_view(shown, Key.Key_C, "confusion")
    shown.qtbot.mouseClick(page.parts.confusion.depth_switch.button("5"), Qt.MouseButton.LeftButton)
    assert page.parts.confusion.model.matrix.top_k == 5
    page.parts.confusion.pairs.setFocus()
    page.parts.confusion.pairs.selectRow(1)
    place = page.parts.confusion.pair_model.place_at(1)
    current = page.parts.confusion.map.currentIndex()
    assert (current.row(), current.column()) == place
    press(shown, Key.Key_Return)
    assert page.keeper.listing.cell == page.parts.confusion.model.cell_at(*place)


def test_a_category_is_a_door_to_its_queries(shown) -> None:
    page = page_of(shown)
    show_view(shown, Key.Key_G, "categories")
    table = page.parts.categories.table
    shown.qtbot.waitUntil(lambda: shown.state.private.found is not None, timeout=60_000)
    assert table.hasFocus()
    assert table.selectionModel().isRowSelected(0), "the row that the keys are on is seen"
    model = table.model()
    precisions = [model.index(row, 3).data() for row in range(model.rowCount())]
    assert precisions[-1] == "–", "a private category stands last"
    numbers = [float(text.split()[0]) for text in precisions[:-1]]
    assert numbers == sorted(numbers)
    worst = model.index(0, 0).data()
    shown.state.private.move_line(5.0, 1)
    assert model.index(0, 8).data() == "0.0 %"
    assert table.selectionModel().isRowSelected(0), "other decision values leave the row selected"
    press(shown, Key.Key_Return)
    assert {path.parent.name for path in listed_paths(shown)} == {worst}
    assert page.list_panel.category_combo.category == worst
    show_view(shown, Key.Key_G, "categories")
    table.selectRow(model.rowCount() - 1)
    press(shown, Key.Key_Return)
    assert page.keeper.listing.population is Population.PRIVATE


def test_swapping_asks_the_other_way_round(shown, folders) -> None:
    press(shown, Key.Key_X)
    keeper = page_of(shown).keeper
    shown.qtbot.waitUntil(
        lambda: keeper.found is not None and keeper.found.query.scan.folder == folders.gallery,
        timeout=30_000,
    )
    assert all(path.is_relative_to(folders.gallery) for path in listed_paths(shown))


def test_without_categories_the_directions_still_disagree(driver, folders, tmp_path) -> None:
    for folder in (folders.query, folders.gallery):
        (tmp_path / folder.name).mkdir()
        for file in folder.glob("*/*"):
            shutil.copy(file, tmp_path / folder.name / f"{file.parent.name}-{file.name}")
    driver.open(tmp_path / folders.query.name, tmp_path / folders.gallery.name)
    driver.wait_answered()
    press_page_key(driver)
    wait_listed(driver)
    page = page_of(driver)
    assert page.keeper.listing == Listing(Population.UNLABELLED, Order.DISAGREEMENT)
    shares = page.keeper.found.disagreement[page.keeper.places]
    assert len(shares)
    assert (np.diff(shares) <= 0).all()
    assert "no category" in page.ranking.text()
    show_view(driver, Key.Key_C, "confusion")
    assert page.parts.confusion.empty_is_shown
    show_view(driver, Key.Key_G, "categories")
    assert page.parts.categories.empty_is_shown


def test_the_ranking_can_be_stopped_and_taken_up_again(opened, monkeypatch) -> None:
    def endless(*_, on_progress, should_stop):
        on_progress(1, 4)
        while not should_stop():
            time.sleep(0.005)
        raise Cancelled

    with monkeypatch.context() as patch:
        patch.setattr(mismatch_keeper, "known_mismatches", endless)
        press_page_key(opened)
        page = page_of(opened)
        opened.qtbot.waitUntil(
            lambda: page.waiting.bar.isVisible() and page.waiting.bar.value() == 250
        )
        opened.qtbot.mouseClick(page.waiting.stop_button, Qt.MouseButton.LeftButton)
    assert "Stopped" in page.waiting.empty.accessibleName()
    opened.qtbot.mouseClick(page.waiting.go_on_button, Qt.MouseButton.LeftButton)
    wait_listed(opened)
    assert page.list_panel.list.hasFocus()


def test_an_error_is_a_sentence(opened, monkeypatch) -> None:
    def fail(*_, **__):
        raise MemoryError("no room")

    monkeypatch.setattr(mismatch_keeper, "known_mismatches", fail)
    press_page_key(opened)
    page = page_of(opened)
    opened.qtbot.waitUntil(lambda: page.keeper.is_stopped)
    assert "Something went wrong: MemoryError: no room" in page.waiting.empty.accessibleName()
    assert page.waiting.go_on_button.isVisible()


def test_nothing_is_ranked_before_somebody_looks(opened) -> None:
    desk = opened.window.mismatches
    opened.qtbot.waitUntil(lambda: desk.is_made)  # by itself, before it is wanted
    assert not desk.page.keeper.is_running
    assert desk.page.keeper.found is None


def test_copy_takes_the_selected_queries_and_a_drag_takes_files(shown, qapp) -> None:
    page = page_of(shown)
    press(shown, Key.Key_Down, Modifier.ShiftModifier)
    press(shown, Key.Key_C, Modifier.ControlModifier)
    paths = listed_paths(shown)[:2]
    shown.qtbot.waitUntil(
        lambda: qapp.clipboard().text().splitlines() == [str(path) for path in paths]
    )
    data, count = page.list_panel.list.dragged_data()
    assert count == 2
    assert [url.toLocalFile() for url in data.urls()] == [str(path) for path in paths]


def test_a_click_on_a_cell_opens_it_and_an_empty_one_does_nothing(shown) -> None:
    page = page_of(shown)
    page.show_view("confusion")
    matrix, heat = page.parts.confusion.model.matrix, page.parts.confusion.map
    empty = next(zip(*np.nonzero(matrix.counts == 0), strict=True))
    full = next(zip(*np.nonzero(matrix.counts), strict=True))
    for place, is_open in ((empty, False), (full, True)):
        index = page.parts.confusion.model.index(int(place[0]), int(place[1]))
        point = heat.visualRect(index).center()
        shown.qtbot.mouseClick(heat.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(point))
        assert (page.keeper.listing.cell is not None) is is_open


def badges(driver) -> list[tuple[str, ...]]:
    model = page_of(driver).list_panel.model
    return [model.index(row).data(Role.DECISIONS) for row in range(model.rowCount())]


def test_decisions_are_made_from_the_list_and_taken_back(shown) -> None:
    page, keeper = page_of(shown), shown.window.decisions.keeper
    query = page.detail.query_path
    match = page.keeper.result.matches[0].record.path
    press(shown, Key.Key_R)
    assert keeper.judgement_of(query, match).after == "reject"
    assert badges(shown)[0] == ("rejected",)
    assert page.detail.model.index(0).data(Role.DECISIONS) == ("rejected",)
    page.detail.grid.setFocus()
    press(shown, Key.Key_Right)
    press(shown, Key.Key_A)
    assert badges(shown)[0] == ("accepted", "rejected")
    press(shown, Key.Key_Z, Modifier.ControlModifier)
    press(shown, Key.Key_Z, Modifier.ControlModifier)
    assert badges(shown)[0] == ()
    assert keeper.judgement_of(query, match) is None


def test_the_first_matches_of_several_queries_are_rejected_at_once(shown) -> None:
    page, keeper = page_of(shown), shown.window.decisions.keeper
    press(shown, Key.Key_Down, Modifier.ShiftModifier)
    press(shown, Key.Key_Down, Modifier.ShiftModifier)
    press(shown, Key.Key_R)
    assert badges(shown)[:4] == [("rejected",)] * 3 + [()]
    found = page.keeper.found
    for place in page.keeper.places[:3]:
        query = found.query.records[found.rows[place]].path
        match = found.gallery.records[found.matches[place, 0]].path
        assert keeper.judgement_of(query, match).after == "reject"
    press(shown, Key.Key_Z, Modifier.ControlModifier)
    assert badges(shown)[:3] == [()] * 3, "one act is undone as one"


def test_what_was_decided_leaves_the_list_of_the_undecided(shown) -> None:
    page = page_of(shown)
    places = page.keeper.places.tolist()
    combo = page.list_panel.decided_combo
    combo.setCurrentIndex(combo.findData("undecided"))
    combo.activated.emit(combo.currentIndex())
    assert page.keeper.places.tolist() == places
    press(shown, Key.Key_J)
    wait_result(shown)
    page.list_panel.list.setFocus()
    press(shown, Key.Key_U)
    assert page.keeper.places.tolist() == [places[0], *places[2:]]
    assert page.keeper.current == places[2], "the next one takes its row"
    combo.setCurrentIndex(combo.findData("unsure"))
    combo.activated.emit(combo.currentIndex())
    assert page.keeper.places.tolist() == [places[1]]
    press(shown, Key.Key_Z, Modifier.ControlModifier)
    assert not len(page.keeper.places)
    assert page.list_panel.list._empty.title == "No query matches the filter"


def test_decisions_are_there_when_the_project_is_opened_again(start, folders) -> None:
    first = start()
    first.open(folders.query, folders.gallery)
    first.wait_answered()
    press_page_key(first)
    wait_listed(first)
    press(first, Key.Key_A)
    first.window.close()

    second = start()
    second.window.opener.open_project(first.window.keeper.path)
    second.wait_answered()
    assert page_of(second).isVisible(), "a project opens on the page that it was left on"
    wait_listed(second)
    assert badges(second)[0] == ("accepted",)


def test_a_category_filter_does_not_outlive_its_category(shown, folders) -> None:
    keeper = page_of(shown).keeper
    keeper.ask(population=Population.PRIVATE, category="instrument")
    press(shown, Key.Key_X)
    shown.qtbot.waitUntil(
        lambda: keeper.found is not None and keeper.found.query.scan.folder == folders.gallery,
        timeout=30_000,
    )
    assert keeper.listing.category is None
    assert keeper.listing.population is Population.SCORED
    assert len(keeper.places)


def test_an_order_in_which_nothing_failed_says_so(driver, folders) -> None:
    driver.open(folders.query, folders.query)
    driver.wait_answered()
    press_page_key(driver)
    wait_listed(driver)
    page = page_of(driver)
    panel = page.list_panel
    panel.order_combo.setCurrentIndex(panel.order_combo.findData(Order.FIRST_RANK))
    panel.order_combo.activated.emit(panel.order_combo.currentIndex())
    assert not panel.model.rowCount(), "every image finds itself first"
    assert panel.list._empty.title == "Nothing failed here"


@pytest.mark.parametrize("view", ["queries", "confusion", "categories"])
def test_everything_that_takes_the_focus_has_a_name(shown, view) -> None:
    page = page_of(shown)
    page.show_view(view)
    kinds = (QAbstractButton, QAbstractItemView, QComboBox, QLineEdit)
    nameless = [
        type(widget).__name__
        for widget in page.findChildren(QWidget)
        if isinstance(widget, kinds)
        and widget.isVisible()
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not isinstance(widget.parent(), QComboBox | QLineEdit | QAbstractItemView)
        and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    assert not nameless
