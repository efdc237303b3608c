"""A curator decides about matches with single keys, takes back, and finds everything again."""

from __future__ import annotations

import csv
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox, QPlainTextEdit

from training.errors import UserError
from uem_desktop.item_models.roles import Role
from uem_desktop.pages import decision_keeper
from uem_desktop.retrieval.decision_journal import DecisionJournal
from uem_desktop.retrieval.decision_words import holds_sentence
from uem_desktop.retrieval.decisions import Judgement, Kind
from uem_desktop.retrieval.export_decisions import decisions_table
from uem_desktop.retrieval.export_tables import write_table
from uem_desktop.retrieval.export_text import from_cell

Key, Modifier = Qt.Key, Qt.KeyboardModifier
SPOKEN = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture
def matches(opened):
    """The grid of matches with the keyboard on the first one."""
    opened.window.decisions.keeper.set_reviewer("Ann")
    opened.window.explore.focus_matches()
    return opened.window.explore.match_panel.grid


def marks(driver) -> list[tuple[str, ...]]:
    model = driver.window.explore.match_panel.model
    return [model.index(row).data(Role.DECISIONS) for row in range(model.rowCount())]


def message(driver) -> str:
    return driver.window.status._message


def undo(driver, grid) -> None:
    driver.press(grid, Key.Key_Z, Modifier.ControlModifier)


def redo(driver, grid) -> None:
    driver.press(grid, Key.Key_Z, Modifier.ControlModifier | Modifier.ShiftModifier)


def test_decide_undo_two_redo_close_and_find_it_all_again(start, folders) -> None:
    first = start()
    first.open(folders.query, folders.gallery)
    first.wait_answered()
    first.window.decisions.keeper.set_reviewer("Ann")
    query = first.state.search.query
    first.window.explore.focus_matches()
    grid = first.window.explore.match_panel.grid
    for key in (Key.Key_A, Key.Key_R, Key.Key_U, Key.Key_A):
        first.press(grid, key)
        first.press(grid, Key.Key_Right)
    wanted = [("accepted",), ("rejected",), ("unsure",), ("accepted",)]
    assert marks(first)[:5] == [*wanted, ()]
    undo(first, grid)
    undo(first, grid)
    assert marks(first)[:4] == [("accepted",), ("rejected",), (), ()]
    redo(first, grid)
    assert marks(first)[:4] == [("accepted",), ("rejected",), ("unsure",), ()]
    assert message(first).startswith("Done again: unsure: ")
    first.window.close()

    second = start()
    second.window.opener.open_project(first.window.keeper.path)
    second.wait_answered()
    assert second.state.search.query == query
    assert marks(second)[:4] == [("accepted",), ("rejected",), ("unsure",), ()]
    second.window.explore.focus_matches()
    redo(second, second.window.explore.match_panel.grid)
    assert marks(second)[3] == ("accepted",), "what was undone before can still come back"
    for _ in range(4):
        undo(second, second.window.explore.match_panel.grid)
    assert not any(marks(second))


def test_many_matches_are_decided_as_one(opened, matches) -> None:
    opened.press(matches, Key.Key_A, Modifier.ControlModifier)
    opened.press(matches, Key.Key_R)
    count = opened.window.explore.match_panel.model.rowCount()
    assert marks(opened) == [("rejected",)] * count
    assert message(opened) == f"Rejected {count} pairs."
    offer = opened.window.decisions._offer
    assert offer.isVisible()
    assert offer.text() == "Undo"
    opened.qtbot.mouseClick(offer, Qt.MouseButton.LeftButton)
    assert not any(marks(opened))
    assert offer.text() == "Redo"


def test_marks_say_who_and_when_and_stand_beside_those_of_categories(opened, matches) -> None:
    panel = opened.window.explore.match_panel
    before = [panel.model.mark_at(row) for row in range(panel.model.rowCount())]
    opened.press(matches, Key.Key_R)
    index = panel.model.index(0)
    assert ", rejected by Ann, 20" in index.data(SPOKEN)
    assert "\nRejected by Ann, 20" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert opened.window.explore.preview_panel._decided.text().startswith("Rejected by Ann, 20")
    assert [panel.model.mark_at(row) for row in range(panel.model.rowCount())] == before
    opened.press(matches, Key.Key_Right)
    assert opened.window.explore.preview_panel._decided.isHidden()
    opened.press(matches, Key.Key_Left)
    opened.press(matches, Key.Key_Delete)
    assert not any(marks(opened))


def answer(driver, text: str) -> None:
    (dialog,) = driver.window.findChildren(QInputDialog)
    dialog.setTextValue(text)
    dialog.accept()
    come_back(driver)


def come_back(driver) -> None:
    """Wait until no dialog is left and the window has the keys again."""
    driver.qtbot.waitUntil(lambda: not driver.window.findChildren(QInputDialog))
    driver.window.activateWindow()
    driver.qtbot.waitUntil(driver.window.isActiveWindow)


def test_a_note_has_several_lines_and_all_of_them_leave_the_window(
    opened, matches, tmp_path
) -> None:
    path = opened.window.explore.match_panel.model.path_at(0)
    opened.press(matches, Key.Key_N)
    (dialog,) = opened.window.findChildren(QInputDialog)
    (field,) = dialog.findChildren(QPlainTextEdit)
    opened.qtbot.waitUntil(field.hasFocus)
    opened.qtbot.keyClicks(field, "=blurred, ask")
    opened.press(field, Key.Key_Return)
    opened.qtbot.keyClicks(field, 'the "owner"')
    field.insertPlainText(" 🐦")
    opened.press(field, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    come_back(opened)
    keeper = opened.window.decisions.keeper
    note = keeper.note_of(path)
    assert note.after == '=blurred, ask\nthe "owner" 🐦'
    assert holds_sentence(note).startswith('note “=blurred, ask / the "owner" 🐦” by ')
    out = tmp_path / "decisions.csv"
    write_table(out, decisions_table([note], is_history=False))
    with out.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert from_cell(row["value"]) == note.after

    opened.press(matches, Key.Key_N)
    (dialog,) = opened.window.findChildren(QInputDialog)
    assert dialog.textValue() == note.after
    opened.press(dialog.findChildren(QPlainTextEdit)[0], Key.Key_Escape)
    come_back(opened)
    assert keeper.note_of(path) == note


def test_an_image_gets_another_category_and_a_note(opened, matches) -> None:
    keeper, panel = opened.window.decisions.keeper, opened.window.explore.match_panel
    path, folder_category = panel.model.path_at(0), panel.model.match_at(0).record.category
    opened.press(matches, Key.Key_L)
    answer(opened, "owl <b>")
    assert keeper.category_of(path).after == "owl <b>"
    assert panel.model.index(0).data(Role.CATEGORY) == f"{folder_category} → owl <b>"
    opened.press(matches, Key.Key_N)
    answer(opened, "blurred 🐦")
    assert keeper.note_of(path).after == "blurred 🐦"
    assert marks(opened)[0] == ("noted",)
    undo(opened, matches)
    undo(opened, matches)
    assert not any(marks(opened))


def test_a_query_without_a_counterpart_is_confirmed(opened, matches) -> None:
    action = opened.window.decisions.actions.confirm
    opened.press(matches, Key.Key_O)
    assert action.isChecked()
    model = opened.window.explore.query_panel.model
    assert model.index(0).data(Role.DECISIONS) == ("confirmed",)
    opened.press(matches, Key.Key_O)
    assert not action.isChecked()


def test_typing_never_decides_and_other_pages_do_not_either(opened, matches) -> None:
    field = opened.window.explore.query_panel.search_field
    field.setFocus()
    opened.qtbot.keyClicks(field, "arulno")
    assert field.text() == "arulno"
    opened.press(field, Key.Key_Delete)
    field.clear()
    opened.window.frame.show_page("problems")
    opened.press(opened.window, Key.Key_A)
    assert opened.window.decisions.keeper.journal.count == 0
    assert not opened.window.findChildren(QInputDialog)


def test_one_undo_for_decisions_and_moves_of_the_line(opened, matches) -> None:
    private = opened.state.private
    opened.qtbot.waitUntil(lambda: private.found is not None, timeout=60_000)
    automatic = private.threshold
    opened.press(matches, Key.Key_A)
    private.move_line(0.5, 1)
    opened.press(matches, Key.Key_Right)
    opened.press(matches, Key.Key_R)
    undo(opened, matches)
    assert (marks(opened)[:2], private.threshold) == ([("accepted",), ()], 0.5)
    undo(opened, matches)
    assert (marks(opened)[0], private.threshold) == (("accepted",), automatic)
    undo(opened, matches)
    assert not any(marks(opened))
    for _ in range(3):
        redo(opened, matches)
    assert (marks(opened)[:2], private.threshold) == ([("accepted",), ("rejected",)], 0.5)


def test_another_window_on_the_project_is_seen_and_said(opened, matches) -> None:
    opened.press(matches, Key.Key_A)
    (query,), path = opened.state.search.query, opened.window.keeper.place
    match = opened.window.explore.match_panel.model.path_at(0)
    folders = [domain.scan.folder for domain in opened.state.session.domains.values()]
    with closing(DecisionJournal.open(path, folders, "Bob")) as other:
        other.judge([(query, match)], Judgement.REJECT)
        opened.qtbot.waitUntil(lambda: marks(opened)[0] == ("rejected",), timeout=3000)
    assert message(opened).startswith("In another window, by Bob: Rejected ")
    sentence = opened.window.message_bar.sentence
    assert sentence.startswith("Ann: accepted, then Bob: rejected, in two windows, about ")
    assert sentence.endswith("both are in the journal and the later one holds.")


def test_what_cannot_be_written_is_not_shown_as_taken(opened, matches) -> None:
    place, keeper = opened.window.keeper.place, opened.window.decisions.keeper
    opened.press(matches, Key.Key_A)
    place.rename(place.with_name("away.uem"))
    opened.press(matches, Key.Key_R)
    assert "moved, replaced or deleted" in opened.window.message_bar.sentence
    assert not any(marks(opened))
    assert not place.exists()
    with closing(DecisionJournal.open(place.with_name("away.uem"))) as journal:
        assert [entry.after for entry in journal.entries()] == ["accept"]
    opened.press(matches, Key.Key_R)
    assert "No project is open" in opened.window.message_bar.sentence
    opened.window.commands.re_embed.trigger()
    opened.qtbot.waitUntil(lambda: keeper.journal is not None)
    opened.wait_answered()
    opened.window.explore.focus_matches()
    opened.press(matches, Key.Key_R)
    assert marks(opened)[0] == ("rejected",)


def test_a_journal_that_cannot_be_opened_is_tried_again_with_the_next_decision(
    driver, folders, monkeypatch
) -> None:
    def refuse(path: Path, *_: object) -> DecisionJournal:
        raise UserError(f"The project {path} cannot keep decisions: the disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(DecisionJournal, "open", refuse)
        driver.open(folders.query, folders.gallery)
        driver.wait_answered()
        driver.window.message_bar.close_button.click()
        driver.window.explore.focus_matches()
        grid = driver.window.explore.match_panel.grid
        driver.press(grid, Key.Key_A)
        assert driver.window.message_bar.sentence.endswith("the disk is full.")
        assert not any(marks(driver))
    driver.press(grid, Key.Key_A)
    assert marks(driver)[0] == ("accepted",)


def test_a_swap_keeps_the_project_and_pairs_have_no_direction(opened, matches, tmp_path) -> None:
    opened.press(matches, Key.Key_A)
    (query,) = opened.state.search.query
    match = opened.window.explore.match_panel.model.path_at(0)
    opened.window.keeper.save_as(tmp_path / "birds.uem")
    assert opened.window.decisions.keeper.judgement_of(query, match).after == "accept"
    opened.window.commands.swap.trigger()
    opened.wait_answered()
    opened.window.keeper.save()
    assert opened.window.keeper.path == tmp_path / "birds.uem"
    assert opened.window.decisions.keeper.judgement_of(match, query).after == "accept"
    opened.window.close()
    assert [file.name for file in tmp_path.iterdir()] == ["birds.uem"]


def test_folders_that_moved_are_asked_for_and_files_found_by_content(
    start, folders, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(decision_keeper, "_READ_AT_ONCE", 1)  # query and match, one by one
    for name, folder in (("drawings", folders.query), ("renders", folders.gallery)):
        shutil.copytree(folder, tmp_path / name)
    first = start()
    first.open(tmp_path / "drawings", tmp_path / "renders")
    first.wait_answered()
    first.window.keeper.save_as(tmp_path / "birds.uem")
    first.window.explore.focus_matches()
    grid = first.window.explore.match_panel.grid
    first.press(grid, Key.Key_A)
    match = first.window.explore.match_panel.model.path_at(0)
    journal = first.window.decisions.keeper.journal
    first.qtbot.waitUntil(lambda: not list(journal.images.unread()))
    first.window.close()
    (tmp_path / "renders").rename(tmp_path / "pictures")
    moved = tmp_path / "pictures" / match.parent.name / "another name.png"
    (tmp_path / "pictures" / match.relative_to(tmp_path / "renders")).rename(moved)

    second = start()
    found = str(tmp_path / "pictures")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: found)
    second.window.opener.open_project(tmp_path / "birds.uem")
    (box,) = second.window.findChildren(QMessageBox)
    assert str(tmp_path / "renders") in box.text()
    second.qtbot.mouseClick(box.defaultButton(), Qt.MouseButton.LeftButton)
    second.wait_answered()
    second.qtbot.waitUntil(lambda: "found again by content" in second.window.message_bar.sentence)
    (entry,) = second.window.decisions.keeper.journal.decisions(Kind.JUDGEMENT)
    assert entry.other == moved
    assert ("accepted",) in marks(second)


def test_a_damaged_project_is_rescued_with_a_sentence(start, folders, tmp_path: Path) -> None:
    first = start()
    first.open(folders.query, folders.gallery)
    first.wait_answered()
    first.window.keeper.save_as(tmp_path / "birds.uem")
    first.window.explore.focus_matches()
    grid = first.window.explore.match_panel.grid
    first.press(grid, Key.Key_A, Modifier.ControlModifier)
    for key in (Key.Key_A, Key.Key_R) * 6:
        first.press(grid, key)
    first.window.close()
    with closing(sqlite3.connect(tmp_path / "birds.uem")) as connection:
        (count,) = connection.execute("SELECT count(*) FROM entry").fetchone()
    whole = (tmp_path / "birds.uem").read_bytes()
    (tmp_path / "birds.uem").write_bytes(whole[:-5000])

    second = start()
    second.window.opener.open_project(tmp_path / "birds.uem")
    second.wait_answered()
    assert "the damaged file is kept as birds.damaged.uem" in second.window.message_bar.sentence
    assert 0 < second.window.decisions.keeper.journal.count <= count
    assert (tmp_path / "birds.damaged.uem").read_bytes() == whole[:-5000]
