"""A curator compares two checkpoints over the same folders, query by query, by keyboard."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog

from training.resources import resource_path
from uem_desktop.item_models.roles import Role
from uem_desktop.pages.full_view import FullView
from uem_desktop.pages.second_checkpoint import STOPPED, SecondCheckpoint
from uem_desktop.retrieval import known_runs
from uem_desktop.retrieval.compare import compare
from uem_desktop.retrieval.compare_orders import CompareListing, CompareOrder, listed
from uem_desktop.retrieval.compare_words import verdict_text
from uem_desktop.retrieval.embedder import embed_folder
from uem_desktop.retrieval.search import evaluate

Key, Modifier = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def second(opened) -> SecondCheckpoint:
    state = opened.state
    return SecondCheckpoint(state.session, state.loader, opened.runner, opened.window)


def test_a_second_checkpoint_leaves_the_first_alone(opened, second, folders) -> None:
    session = opened.state.session
    before = {side: domain.embeddings for side, domain in session.domains.items()}
    second.ask("pretrained")
    assert second.is_running
    opened.qtbot.waitUntil(lambda: second.is_known, timeout=60_000)
    assert second.embedded.checkpoint.title == "EfficientNet-Lite0, ImageNet"
    for side, folder, domain in zip(
        ("query", "gallery"), (folders.query, folders.gallery), second.pair(), strict=True
    ):
        alone = embed_folder(folder, "pretrained")
        np.testing.assert_array_equal(domain.embeddings, alone.embeddings)
        assert session.domains[side].embeddings is before[side]
    of_query, of_gallery = second.pair()
    opened.state.swap()
    assert second.is_known
    assert second.pair() == (of_gallery, of_query)


def test_a_second_checkpoint_stops_and_goes_on_and_says_what_fails(opened, second) -> None:
    second.ask("no-such-file.safetensors")
    opened.qtbot.waitUntil(lambda: second.is_stopped, timeout=10_000)
    assert "no-such-file.safetensors" in second.sentence
    second.ask("pretrained:efficientnet_lite0")
    second.cancel()
    assert (second.sentence, second.is_running) == (STOPPED, False)
    second.go_on()
    opened.qtbot.waitUntil(lambda: second.is_known, timeout=60_000)
    assert second.sentence == ""


def test_the_explorer_goes_first(driver, folders) -> None:
    second = SecondCheckpoint(
        driver.state.session, driver.state.loader, driver.runner, driver.window
    )
    second.ask("pretrained")
    assert not second.is_running
    driver.open(folders.query, folders.gallery)
    driver.qtbot.waitUntil(lambda: second.is_known, timeout=90_000)
    driver.wait_answered()


@pytest.fixture
def slow(folders):
    """The comparison of the sample checkpoint with the pretrained one, made without the window."""
    ours, theirs = (
        tuple(embed_folder(folder, spec) for folder in (folders.query, folders.gallery))
        for spec in ("sample", "pretrained")
    )
    return compare(ours, theirs)


def page_of(driver):
    return driver.window.compare.page


def open_page(driver) -> None:
    keys = driver.window.compare.show_action.shortcut()[0]
    driver.press(driver.window, keys.key(), keys.keyboardModifiers())


def press(driver, key, modifier=Modifier.NoModifier) -> None:
    """Press a key wherever the focus is, as a person does."""
    driver.press(QApplication.focusWidget(), key, modifier)


def wait_compared(driver) -> None:
    keeper = page_of(driver).keeper

    def is_there() -> bool:
        answer = keeper.result
        if keeper.found is None or answer is None:
            return False
        return answer.ours.query_row == int(keeper.found.rows[keeper.current])

    driver.qtbot.waitUntil(is_there, timeout=60_000)


def choose(driver, text: str, *, menu=None) -> None:
    """Choose an entry of the menu of checkpoints; a menu that opens is filled anew."""
    menu = page_of(driver).choice.menu() if menu is None else menu
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text() == text).trigger()


@pytest.fixture
def shown(opened):
    """A window on the Compare page, where the sample checkpoint meets the pretrained one."""
    opened.press(opened.window, Key.Key_3, Modifier.ControlModifier)
    choose(opened, "Pretrained on photographs (built in)")
    wait_compared(opened)
    return opened


def listed_paths(driver) -> list:
    model = page_of(driver).list_panel.model
    return [model.path_at(row) for row in range(model.rowCount())]


def paths_of(slow, order: CompareOrder, top_k: int = 20) -> list:
    places = listed(slow, CompareListing(order), top_k)
    return [slow.ours.query.records[int(slow.rows[place])].path for place in places]


def test_the_page_says_what_to_do_before_anything_is_chosen(opened) -> None:
    opened.press(opened.window, Key.Key_3, Modifier.ControlModifier)
    page = page_of(opened)
    words = page.waiting.empty.accessibleName()
    assert words.startswith("Compare with another checkpoint. Choose one")
    assert page.choose_button.hasFocus()
    assert not page.export_button.isEnabled()


def test_the_numbers_are_those_of_evaluate_and_the_sentence_says_them(shown, slow, folders) -> None:
    page, found = page_of(shown), page_of(shown).keeper.found
    for spec, scores in zip(("sample", "pretrained"), found.scores, strict=True):
        assert scores == evaluate(
            embed_folder(folders.query, spec), embed_folder(folders.gallery, spec)
        )
    text = verdict_text(slow.plain, 24)
    assert page.summary.verdict.text() == f"{text[:1].upper()}{text[1:]}"
    assert "24 queries" in text
    assert page.summary.numbers["plain"].text == (
        f"{slow.plain.theirs:.1f} → {slow.plain.ours:.1f}"
    )
    moves = slow.first_moves
    assert (moves.up, moves.down, moves.same) == tuple(
        int((np.sign(slow.first_change[slow.is_scored]) == sign).sum()) for sign in (-1, 1, 0)
    )
    number = page.summary.numbers["moves"]
    assert number.text == f"↑ {moves.up} · ↓ {moves.down} · = {moves.same}"
    assert f"up by {moves.ranks_up} ranks in all" in number.toolTip()
    assert f"First correct match: {moves.up} up" in page.summary.text
    ours = shown.state.session.checkpoint.title
    assert page.facts.text() == f"{ours} compared with EfficientNet-Lite0, ImageNet"
    assert page.ranking.text() == (
        "8 excluded: no category, or none of theirs in the gallery · exact, 24 gallery images"
        " · help off · ties: lower row first"
    )
    assert "2,000 resamples, seed 2024" in page.summary.verdict.toolTip()


def test_queries_are_listed_by_what_a_person_asks_for(shown, slow) -> None:
    page = page_of(shown)
    assert page.list_panel.list.hasFocus()
    combo = page.list_panel.order_combo
    for order in CompareOrder:
        combo.setCurrentIndex(combo.findData(order))
        combo.activated.emit(combo.currentIndex())
        assert listed_paths(shown) == paths_of(slow, order)
    combo.setCurrentIndex(combo.findData(CompareOrder.CHANGE))
    combo.activated.emit(combo.currentIndex())
    shown.press(page, Key.Key_F, Modifier.ControlModifier)
    assert page.list_panel.search_field.hasFocus()
    shown.qtbot.keyClicks(page.list_panel.search_field, "tool")
    wanted = [p for p in paths_of(slow, CompareOrder.CHANGE) if p.parent.name == "tool"]
    shown.qtbot.waitUntil(lambda: listed_paths(shown) == wanted)
    press(shown, Key.Key_Escape)
    press(shown, Key.Key_Escape)
    shown.qtbot.waitUntil(lambda: len(listed_paths(shown)) > len(wanted))
    assert page.list_panel.list.hasFocus()


def test_queries_are_filtered_by_category_and_by_decision_as_on_mismatches(shown, slow) -> None:
    page = page_of(shown)
    panel = page.list_panel
    page.keeper.ask(order=CompareOrder.CHANGE)
    every = paths_of(slow, CompareOrder.CHANGE)
    panel.category_combo.setCurrentIndex(panel.category_combo.findData("bird"))
    panel.category_combo.activated.emit(0)
    assert listed_paths(shown) == [path for path in every if path.parent.name == "bird"]
    panel.category_combo.setCurrentIndex(0)
    panel.category_combo.activated.emit(0)
    combo = panel.decided_combo
    combo.setCurrentIndex(combo.findData("undecided"))
    combo.activated.emit(combo.currentIndex())
    assert listed_paths(shown) == every
    page.list_panel.list.setFocus()
    press(shown, Key.Key_Home)
    wait_compared(shown)
    page.detail.pair.setFocus()
    press(shown, Key.Key_Right)
    press(shown, Key.Key_U)
    assert listed_paths(shown) == every[1:], "what was just decided leaves the undecided"
    assert page.detail.query_path == every[1], "and the next one takes its row"
    combo.setCurrentIndex(combo.findData("unsure"))
    combo.activated.emit(combo.currentIndex())
    assert listed_paths(shown) == every[:1]
    assert panel.model.data(panel.model.index(0), Role.DECISIONS) == ("unsure",)
    press(shown, Key.Key_Z, Modifier.ControlModifier)
    assert listed_paths(shown) == []
    assert panel.list._empty.title == "No query matches the filter"


def test_by_keyboard_from_query_to_query_along_a_line_and_into_the_explorer(shown, slow) -> None:
    page, window = page_of(shown), shown.window
    press(shown, Key.Key_J)
    wait_compared(shown)
    assert page.keeper.current == page.keeper.places[1]
    press(shown, Key.Key_K)
    wait_compared(shown)
    answer, pair = page.keeper.result, page.detail.pair
    for row, result in enumerate((answer.ours, answer.theirs)):
        assert [tile.path for tile in pair.rows[row].tiles] == [
            match.record.path for match in result.matches
        ]
        assert [tile.mark for tile in pair.rows[row].tiles] == [
            "correct" if match.is_correct else "wrong" for match in result.matches
        ]
    moves = page.detail.moves
    assert [moves.move_at(n) for n in range(moves.rowCount())] == list(answer.relevant)
    pair.setFocus()
    press(shown, Key.Key_Right)
    press(shown, Key.Key_Right)
    second = pair.current
    assert second.path == answer.ours.matches[1].record.path
    press(shown, Key.Key_Down)
    there = next((m for m in answer.theirs.matches if m.row == second.key), None)
    assert pair.current.path == (
        there.record.path if there else answer.theirs.matches[1].record.path
    )
    press(shown, Key.Key_Escape)
    assert page.list_panel.list.hasFocus()
    path = page.detail.query_path
    press(shown, Key.Key_Return)
    assert window.frame.current.name == "explore"
    shown.wait_answered()
    assert shown.state.search.query == (path,)
    shown.press(window, Key.Key_Escape)
    assert window.frame.current.name == "compare"
    assert page.detail.query_path == path


def test_an_image_of_a_ranking_is_shown_as_large_as_the_screen(shown) -> None:
    pair = page_of(shown).detail.pair
    pair.setFocus()
    press(shown, Key.Key_End)
    press(shown, Key.Key_Space)
    [view] = [w for w in QApplication.topLevelWidgets() if isinstance(w, FullView)]
    assert pair.current.path.name in view.windowTitle()
    shown.press(view, Key.Key_Escape)


def test_matches_of_either_ranking_are_decided_about_by_single_keys(shown) -> None:
    page = page_of(shown)
    pair, decided = page.detail.pair, shown.window.decisions
    pair.setFocus()
    press(shown, Key.Key_Right)
    press(shown, Key.Key_R)
    query, match = page.detail.query_path, pair.current.path
    assert decided.keeper.judgement_of(query, match).after == "reject"
    assert [tile.decisions for tile in pair.rows[0].tiles if tile.path == match] == [("rejected",)]
    assert [tile.decisions for tile in pair.rows[1].tiles if tile.path == match] == [("rejected",)]
    assert pair.current.path == match
    press(shown, Key.Key_Z, Modifier.ControlModifier)
    assert decided.keeper.judgement_of(query, match) is None
    assert pair.current.decisions == ()
    page.list_panel.list.setFocus()
    assert page.decision_targets().pairs == ()
    assert page.decision_targets().queries == (query,)


def test_the_bars_lead_to_queries_and_are_copied(shown, slow) -> None:
    page = page_of(shown)
    bars = page.summary.bars
    bars.setFocus()
    press(shown, Key.Key_Home)
    wait_compared(shown)
    best = int(np.nanargmax(slow.change))
    assert page.keeper.current == best
    assert page.keeper.listing.order is CompareOrder.WIN, "the list shows what the bars lead to"
    assert page.list_panel.selected_places() == [best]
    press(shown, Key.Key_Right)
    assert slow.change[page.keeper.current] <= slow.change[best]
    press(shown, Key.Key_C, Modifier.ControlModifier)
    copied = QApplication.clipboard().text()
    assert verdict_text(slow.plain, 24) in copied
    assert "compared with EfficientNet-Lite0, ImageNet" in copied
    page.list_panel.list.setFocus()
    press(shown, Key.Key_C, Modifier.ControlModifier)
    assert QApplication.clipboard().mimeData().urls()[0].toLocalFile() == str(
        page.detail.query_path
    )


@pytest.mark.parametrize("suffix", [".pdf", ".svg", ".png"])
def test_a_figure_of_the_selected_queries(shown, tmp_path, monkeypatch, suffix) -> None:
    page, path = page_of(shown), tmp_path / f"wins <1> & 🐦{suffix}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    page.list_panel.list.setFocus()
    press(shown, Key.Key_Down, Modifier.ShiftModifier)
    assert len(page.list_panel.selected_places()) == 2
    with shown.qtbot.waitSignal(page.export.written, timeout=20_000) as written:
        press(shown, Key.Key_E, Modifier.ControlModifier)
    assert written.args == [f"Figure written: {path}"]
    starts = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}
    assert path.read_bytes().startswith(starts[suffix])


def test_a_figure_that_cannot_be_written_is_a_sentence(shown, tmp_path) -> None:
    page = page_of(shown)
    with shown.qtbot.waitSignal(page.export.failed, timeout=20_000) as failed:
        page.export.write([0], ("a", "b"), tmp_path / "gone" / "figure.png")
    assert failed.args[0].startswith("figure.png cannot be written: ")


def test_the_other_way_round(shown) -> None:
    page = page_of(shown)
    before = page.keeper.found
    shown.state.swap()
    shown.qtbot.waitUntil(
        lambda: page.keeper.found is not None and page.keeper.found is not before, timeout=30_000
    )
    assert page.keeper.found.ours.query.scan is before.ours.gallery.scan
    shown.state.swap()
    assert page.keeper.found is before


def test_what_cannot_be_compared_is_said_in_one_sentence(shown, tmp_path) -> None:
    page = page_of(shown)
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"no weights")
    page.compare_with(str(broken))
    shown.qtbot.waitUntil(lambda: page.keeper.second.is_stopped, timeout=20_000)
    assert "broken.safetensors" in page.waiting.empty.accessibleName()
    assert page.waiting.go_on_button.isVisible()
    choose(shown, "Sample checkpoint")
    shown.qtbot.waitUntil(lambda: page.keeper.is_same, timeout=20_000)
    assert "This is the explorer's own checkpoint" in page.waiting.empty.accessibleName()
    choose(shown, "Pretrained on photographs (built in)")
    wait_compared(shown)


def test_epochs_of_a_run_can_be_chosen(opened, tmp_path, monkeypatch) -> None:
    run = tmp_path / "data" / "runs" / "my-run"
    (run / "checkpoints").mkdir(parents=True)
    (run / "config.toml").write_text("", encoding="utf-8")
    encoder = run / "checkpoints" / "idse-0003.safetensors"
    shutil.copy(resource_path("checkpoints", "sample.safetensors"), encoder)
    monkeypatch.setattr(known_runs, "default_runs_folder", lambda: tmp_path / "data" / "runs")
    opened.press(opened.window, Key.Key_3, Modifier.ControlModifier)
    menu = page_of(opened).choice.menu()
    menu.aboutToShow.emit()
    of_run = next(a.menu() for a in menu.actions() if a.menu() and a.text() == "my-run")
    asked = []
    page_of(opened).choice.chosen.connect(asked.append)
    choose(opened, "IDSE, epoch 3", menu=of_run)
    assert asked == [str(encoder)]
    opened.qtbot.waitUntil(lambda: page_of(opened).keeper.is_same, timeout=20_000)


def test_without_categories_it_still_shows_what_is_found_otherwise(driver, tmp_path) -> None:
    folders = []
    for name in ("clipart", "render"):
        folder = tmp_path / name
        folder.mkdir()
        for file in sorted(resource_path("sample", name, "bird").iterdir())[:6]:
            shutil.copy(file, folder)
        folders.append(folder)
    driver.open(*folders)
    driver.state.set_top_k(3)
    driver.press(driver.window, Key.Key_3, Modifier.ControlModifier)
    page = page_of(driver)
    page.compare_with("pretrained")
    wait_compared(driver)
    assert page.summary.verdict.text().startswith("No AP to compare")
    assert page.keeper.listing.order is CompareOrder.OTHERS
    assert (page.keeper.found.others(3)[page.keeper.places] > 0).all()
    assert page.summary.numbers["plain"].text == "–"
