"""What was found and decided leaves the window: tables, images, trees and reports."""

from __future__ import annotations

import csv
import os
import sys
import threading
from pathlib import Path

import pypdfium2
import pytest
import recorded_run
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox

from training.data.training_images import content_digest
from training.run_folder import RunFolder
from uem_desktop.item_models.roles import Role
from uem_desktop.pages.export_dialog import ExportDialog
from uem_desktop.pages.report_dialog import ReportDialog
from uem_desktop.retrieval.decisions import Judgement
from uem_desktop.retrieval.export_choices import Form, What, Which
from uem_desktop.retrieval.export_text import from_cell
from uem_desktop.retrieval.search import evaluate

Key, Modifier = Qt.Key, Qt.KeyboardModifier


def export_dialog(driver) -> ExportDialog:
    driver.press(driver.window, Key.Key_E, Modifier.ControlModifier | Modifier.ShiftModifier)
    (dialog,) = driver.window.findChildren(ExportDialog)
    return dialog


def choose(dialog: ExportDialog, what: What, which: Which, form: Form, out: Path) -> None:
    for combo, value in ((dialog.what, what), (dialog.which, which), (dialog.form, form)):
        combo.setCurrentIndex(combo.findData(value.value))
        assert combo.currentData() == value.value
    dialog.place.edit.setText(str(out))


def run(driver, dialog) -> str:
    """Press the button, wait until it is written, and return the lane of the work."""
    dialog.go_button.click()
    window = driver.window
    lane = window.exports._job.lane
    driver.qtbot.waitUntil(lambda: window.exports._job is None, timeout=60_000)
    come_back(driver)
    return lane


def come_back(driver) -> None:
    """Wait until no dialog is left and the window has the keys again."""
    window = driver.window
    driver.qtbot.waitUntil(lambda: not any(map(window.findChildren, (ExportDialog, ReportDialog))))
    window.activateWindow()
    driver.qtbot.waitUntil(window.isActiveWindow)


def exported(driver, what: What, which: Which, form: Form, out: Path) -> str:
    dialog = export_dialog(driver)
    choose(dialog, what, which, form, out)
    run(driver, dialog)
    assert driver.window.exports.status.open_button.isVisible()
    return driver.window.status.text.text()


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [{k: from_cell(cell) for k, cell in row.items()} for row in csv.DictReader(file)]


def test_the_matches_of_all_queries_are_those_on_the_page(opened, tmp_path) -> None:
    out = tmp_path / "matches.csv"
    said = exported(opened, What.MATCHES, Which.ALL, Form.CSV, out)
    assert said == f"Wrote {32 * 20:,} matches to {out}."
    rows = table(out)
    result = opened.state.search.result
    mine = [row for row in rows if row["query"] == str(result.query_paths[0])]
    assert [(row["match"], float(row["similarity"])) for row in mine] == [
        (str(match.record.path), match.similarity) for match in result.matches
    ]
    words = {True: "correct", False: "wrong"}
    assert [row["mark"] for row in mine] == [words[match.is_correct] for match in result.matches]


def test_chosen_queries_and_decisions_go_out_and_the_folder_opens(
    opened, tmp_path, monkeypatch
) -> None:
    grid = opened.window.explore.match_panel.grid
    opened.press(grid, Key.Key_Down)
    opened.press(grid, Key.Key_A)
    query = opened.state.search.query[0]
    out = tmp_path / "chosen.parquet"
    assert exported(opened, What.MATCHES, Which.CHOSEN, Form.PARQUET, out).startswith("Wrote 20 ")
    decisions = tmp_path / "decisions.csv"
    assert "Wrote 1 decision to" in exported(
        opened, What.DECISIONS, Which.HELD, Form.CSV, decisions
    )
    (row,) = table(decisions)
    assert (row["value"], row["image"]) == ("accepted", str(query))

    asked: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", asked.append)
    opened.window.exports.status.open_button.click()
    assert [url.toLocalFile() for url in asked] == [str(tmp_path)]

    said = exported(opened, What.PAIRS, Which.ACCEPTED, Form.COPIES, tmp_path / "tree")
    assert said.startswith("Copied 2 images into")
    tree = sorted(
        str(path.relative_to(tmp_path / "tree")) for path in (tmp_path / "tree").rglob("*.png")
    )
    assert tree[0].startswith("drawings/bird/")
    assert tree[1].startswith("renders/")


@pytest.mark.parametrize(
    ("what", "which", "form", "lane"),
    [
        (What.MATCHES, Which.CHOSEN, Form.CSV, "disk"),
        (What.MATCHES, Which.ALL, Form.CSV, "study"),
        (What.DECISIONS, Which.HELD, Form.CSV, "disk"),
        (What.HARD_NEGATIVES, Which.ALL, Form.CSV, "study"),
        (What.IMAGES, Which.LISTED, Form.LIST, "disk"),
        (What.IMAGES, Which.LISTED, Form.HARD_LINKS, "study"),
    ],
)
def test_long_exports_stand_before_no_click(opened, tmp_path, what, which, form, lane) -> None:
    dialog = export_dialog(opened)
    choose(dialog, what, which, form, tmp_path / "out")
    assert run(opened, dialog) == lane


def test_chosen_images_are_copied_beside_what_is_there(opened, tmp_path) -> None:
    grid = opened.window.explore.match_panel.grid
    grid.setFocus()
    opened.press(grid, Key.Key_A, Modifier.ControlModifier)
    chosen = opened.window.explore.match_panel.selected_paths()
    assert len(chosen) >= 20
    out = tmp_path / "images"
    out.mkdir()
    (out / chosen[0].name).write_bytes(b"mine")
    exported(opened, What.IMAGES, Which.CHOSEN, Form.HARD_LINKS, out)
    assert (out / chosen[0].name).read_bytes() == b"mine"
    assert len(list(out.iterdir())) == len(chosen) + 1
    exported(opened, What.IMAGES, Which.LISTED, Form.LIST, tmp_path / "list.txt")
    listed = (tmp_path / "list.txt").read_bytes().splitlines()
    assert listed == [os.fsencode(one) for one in opened.window.explore.query_panel.listed_paths()]


def test_the_list_of_mismatches_goes_out_in_its_order(opened, tmp_path) -> None:
    opened.press(opened.window, Key.Key_2, Modifier.ControlModifier)
    page = opened.window.mismatches.page
    opened.qtbot.waitUntil(lambda: page.keeper.found is not None, timeout=60_000)
    model = page.list_panel.model
    listed = [str(model.path_at(row)) for row in range(model.rowCount())]
    assert listed
    exported(opened, What.MATCHES, Which.LISTED, Form.CSV, tmp_path / "worst.csv")
    rows = table(tmp_path / "worst.csv")
    assert list(dict.fromkeys(row["query"] for row in rows)) == listed
    exported(opened, What.HARD_NEGATIVES, Which.ALL, Form.CSV, tmp_path / "hard.csv")
    rows = table(tmp_path / "hard.csv")
    similarities = [float(row["similarity"]) for row in rows]
    assert similarities == sorted(similarities, reverse=True)
    assert {row["reason"] for row in rows} == {"wrong match"}


@pytest.mark.parametrize("kind", [".pdf", ".html"])
def test_a_report_has_the_numbers_of_the_page(opened, tmp_path, kind) -> None:
    match = opened.state.search.result.matches[0].record.path
    opened.window.decisions.keeper.judge([(opened.state.search.query[0], match)], Judgement.REJECT)
    opened.press(opened.window, Key.Key_R, Modifier.ControlModifier)
    (dialog,) = opened.window.findChildren(ReportDialog)
    assert dialog.decisions.text() == "With the 1 decision of this project"
    dialog.kind.button(kind).click()
    assert dialog.place.path.suffix == kind
    dialog.place.edit.setText(str(tmp_path / "report"))
    dialog.worst.setValue(2)
    assert run(opened, dialog) == "study"
    out = tmp_path / f"report{kind}"
    assert opened.window.status.text.text() == f"Wrote the report {out}."
    domains = opened.state.session.domains
    scores = evaluate(domains["query"].embeddings, domains["gallery"].embeddings)
    if kind == ".pdf":
        document = pypdfium2.PdfDocument(out)
        text = "".join(page.get_textpage().get_text_bounded() for page in document)
    else:
        text = out.read_text(encoding="utf-8")
    assert f"{scores.map_plain:.2f}" in text
    assert "1 rejected pairs" in text
    assert "uem report --query" in text


def test_a_long_export_can_be_cancelled(opened, tmp_path, monkeypatch) -> None:
    begun = threading.Event()

    def endless(wish, source, work):
        begun.set()
        while True:
            work.check()

    monkeypatch.setattr("uem_desktop.retrieval.exporting.export", endless)
    dialog = export_dialog(opened)
    choose(dialog, What.MATCHES, Which.ALL, Form.CSV, tmp_path / "m.csv")
    dialog.go_button.click()
    exports = opened.window.exports
    opened.qtbot.waitUntil(begun.is_set)
    come_back(opened)
    opened.press(opened.window, Key.Key_R, Modifier.ControlModifier)
    assert "is being written already" in opened.window.status.text.text()
    exports.status.cancel_button.click()
    opened.qtbot.waitUntil(lambda: exports._job is None)
    assert opened.window.status.text.text() == "Stopped; what is whole so far is kept."
    assert exports.status.cancel_button.isHidden()
    assert not (tmp_path / "m.csv").exists()


def test_a_file_that_is_there_is_not_written_over_without_asking(
    opened, tmp_path, monkeypatch
) -> None:
    out = tmp_path / "m.csv"
    out.write_text("mine", encoding="utf-8")
    answers = [QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes]
    monkeypatch.setattr(QMessageBox, "question", lambda *_: answers.pop(0))
    dialog = export_dialog(opened)
    choose(dialog, What.MATCHES, Which.ALL, Form.CSV, out)
    dialog.go_button.click()
    assert dialog.isVisible()
    assert out.read_text(encoding="utf-8") == "mine"
    run(opened, dialog)
    assert out.read_text(encoding="utf-8").startswith("query,query_category")


def test_images_dragged_out_are_files(opened) -> None:
    for grid in (opened.window.explore.match_panel.grid, opened.window.explore.query_panel.grid):
        model = grid.model()
        indexes = [model.index(0), model.index(1)]
        paths = [index.data(Role.PATH) for index in indexes]
        assert grid.dragEnabled()
        assert all(model.flags(index) & Qt.ItemFlag.ItemIsDragEnabled for index in indexes)
        data = model.mimeData(indexes)
        assert data.hasFormat("text/uri-list")
        assert [url.toLocalFile() for url in data.urls()] == [str(path) for path in paths]
        assert Qt.DropAction.CopyAction & model.supportedDragActions()


def test_decisions_take_part_in_training_when_they_are_asked_to(opened) -> None:
    window, key = opened.window, Key.Key_5
    opened.press(window, key, Modifier.ControlModifier)
    training, setup = window.training, window.training.page.setup
    assert not setup.decisions.isEnabled()
    assert "Accept or reject matches" in setup.decisions.toolTip()
    query, matches = opened.state.search.query[0], opened.state.search.result.matches
    decide = window.decisions.keeper
    decide.judge([(query, match.record.path) for match in matches[:2]], Judgement.ACCEPT)
    decide.judge([(query, matches[2].record.path)], Judgement.REJECT)
    assert setup.decisions.text() == ("Use the decisions of this project (2 accepted, 1 rejected)")
    setup.decisions.setFocus()
    opened.press(setup.decisions, Key.Key_Space)
    assert setup.keeper.draft.config.run.use_decisions
    setup.method_combo.setCurrentIndex(setup.method_combo.findData("cds"))
    setup.method_combo.activated.emit(0)
    assert "CDS does not match images" in setup.problem
    setup.undo.trigger()
    assert not setup.problem

    training.keeper.command = [sys.executable, recorded_run.__file__]
    training.actions.start.trigger()
    opened.qtbot.waitUntil(lambda: training.keeper.own is not None, timeout=10_000)
    folder = RunFolder(training.keeper.own.path)
    assert folder.config().run.use_decisions
    pairs = folder.pairs()
    assert (len(pairs.accepted), len(pairs.rejected)) == (2, 1)
    assert pairs.accepted[0] == (content_digest(query), content_digest(matches[0].record.path))
    training.keeper.stop()
    opened.qtbot.waitUntil(lambda: training.keeper.own is None, timeout=20_000)

    while decide.undo():
        pass
    assert not setup.keeper.draft.config.run.use_decisions
    training.close()
