"""What a page shows leaves the window from that page: all of it, or what is selected."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import recorded_run
from export_story import export_dialog, leave, offered, show, table, write
from made_results import made_result, write_made_results
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer

from training.run_folder import EventWriter, RunFolder
from uem_desktop.pages.export_desk import NOT_READY
from uem_desktop.retrieval.compare_orders import CompareOrder
from uem_desktop.retrieval.export_choices import CHOICES, Form, What
from uem_desktop.retrieval.prototypes import prototypes_of
from uem_desktop.retrieval.run_draft import RunDraft
from uem_desktop.retrieval.runs import default_runs_folder
from uem_desktop.retrieval.search import results_of_all

Key, Modifier = Qt.Key, Qt.KeyboardModifier
ODD = 'a "quote"\n=1+1 🐦 <b>.png'


def test_a_comparison_leaves_as_its_list_shows_it_or_as_what_is_selected(opened, tmp_path) -> None:
    page = show(opened, "compare")
    dialog = export_dialog(opened)
    assert offered(dialog, "what") == [what.value for what in CHOICES]
    leave(opened, dialog)
    page.compare_with("pretrained")
    keeper = page.keeper
    opened.qtbot.waitUntil(lambda: keeper.found is not None, timeout=60_000)
    keeper.ask(order=CompareOrder.CHANGE, text="tool")
    dialog = export_dialog(opened)
    assert dialog.what.currentData() == What.COMPARISON
    shown = len(keeper.places)
    assert dialog.which.currentText() == f"All {shown} queries shown"
    out = tmp_path / "numbers.csv"
    assert write(opened, dialog, out) == f"Wrote {shown} queries to {out}."
    found, rows = keeper.found, table(out)
    assert [row["query"] for row in rows] == [str(p) for p in page.list_panel.listed_paths()]
    for place, row in zip(keeper.places.tolist(), rows, strict=True):
        assert float(row["ap_change"]) == 100 * float(found.change[place])
        assert int(row["first_correct_rank_against"]) == found.theirs.results.first_rank[place]
        match = found.theirs.gallery.records[int(found.theirs.matches[place, 0])]
        assert row["first_match_against"] == str(match.path)

    page.list_panel.list.setFocus()
    opened.press(page.list_panel.list, Key.Key_Home)
    opened.press(page.list_panel.list, Key.Key_Down, Modifier.ShiftModifier)
    dialog = export_dialog(opened)
    assert dialog.which.currentText() == "The 2 selected queries"
    assert offered(dialog, "which") == ["chosen", "listed", "all"]
    write(opened, dialog, tmp_path / "two.csv")
    assert [row["query"] for row in table(tmp_path / "two.csv")] == [
        row["query"] for row in rows[:2]
    ]


def test_points_of_the_map_leave_with_all_that_colours_could_tell(opened, tmp_path) -> None:
    page = show(opened, "map")
    opened.qtbot.waitUntil(lambda: page.keeper.points is not None, timeout=30_000)
    points, decisions = page.keeper.points, opened.window.decisions.keeper
    first = points.record(0).path
    decisions.write_note([first], "odd")
    dialog = export_dialog(opened)
    assert dialog.what.currentData() == What.POINTS
    assert dialog.which.currentText() == "All 56 images shown"
    out = tmp_path / "points.csv"
    assert write(opened, dialog, out) == f"Wrote 56 points to {out}."
    rows = table(out)
    places = np.array([[float(row["x"]), float(row["y"])] for row in rows])
    np.testing.assert_array_equal(places.astype(np.float32), points.places)
    assert [row["domain"] for row in rows] == ["query"] * 32 + ["gallery"] * 24
    assert [row["category"] for row in rows] == [Path(row["image"]).parent.name for row in rows]
    results = results_of_all(points.query, points.gallery)
    for row, ap in zip(rows, results.plain_ap, strict=False):
        assert row["ap"] == ("" if np.isnan(ap) else repr(100 * float(ap)))
    assert {row["ap"] for row in rows[32:]} == {""}
    found = prototypes_of(points.query, points.gallery)
    ids = [*found.ids("query"), *found.ids("gallery")]
    assert [int(row["prototype"]) - 1 for row in rows] == ids
    assert (rows[0]["image"], rows[0]["decided"]) == (str(first), "noted")
    assert {row["layout"] for row in rows} == {"pca"}

    page.selection.choose(points.images[3:6])
    dialog = export_dialog(opened)
    assert dialog.which.currentText() == "The 3 selected images"
    write(opened, dialog, tmp_path / "three.csv")
    assert [row["image"] for row in table(tmp_path / "three.csv")] == [
        row["image"] for row in rows[3:6]
    ]


@pytest.mark.parametrize("form", [Form.PNG, Form.SVG])
def test_the_map_leaves_as_a_picture_dark_on_white_whatever_the_window_shows(
    opened, tmp_path, form
) -> None:
    page = show(opened, "map")
    opened.qtbot.waitUntil(lambda: page.keeper.points is not None, timeout=30_000)
    page.header.prototypes_box.click()
    opened.qtbot.waitUntil(lambda: page.keeper.prototypes is not None, timeout=30_000)
    dialog = export_dialog(opened)
    dialog.what.setCurrentIndex(dialog.what.findData("picture"))
    assert dialog.which.currentText() == "The map as it is seen"
    out = tmp_path / f"map 🐦.{form}"
    assert write(opened, dialog, out, form) == f"Wrote the picture {out}."
    if form is Form.PNG:
        image = QImage(str(out))
        assert image.width() == 3000
        assert image.pixelColor(2, 2).name() == "#ffffff"
        return
    drawn = QSvgRenderer(str(out))
    assert drawn.isValid()
    text = out.read_text(encoding="utf-8")
    assert text.count("<circle") + text.count("<ellipse") >= 32, "each query is a shape"
    assert "<image" not in text
    assert "<text" not in text, "letters are shapes, so that no typeface is needed"


def test_problems_leave_with_reasons_and_as_a_list_whatever_their_names(
    driver, folders, tmp_path
) -> None:
    target = tmp_path / "drawings"
    shutil.copytree(folders.query, target)
    names = [os.fsencode(ODD), b"no utf-8 \xff.png", b"=formula.png"]
    for name in names:
        (target / "tool" / os.fsdecode(name)).write_bytes(b"nothing")
    driver.open(target, folders.gallery)
    driver.wait_answered()
    driver.window.frame.show_page("problems")
    dialog = export_dialog(driver)
    assert dialog.which.currentText() == "All 3 files shown"
    out = tmp_path / "problems.csv"
    assert write(driver, dialog, out) == f"Wrote 3 files to {out}."
    rows = table(out)
    assert {os.fsencode(Path(row["file"]).name) for row in rows} == {*names}
    assert {row["domain"] for row in rows} == {"query"}
    assert all("image" in row["reason"] for row in rows)

    page = driver.window.problems
    page.filter_field.setText("formula")
    dialog = export_dialog(driver)
    assert dialog.which.currentText() == "The file that is shown"
    leave(driver, dialog)
    page.filter_field.clear()
    said = write(driver, export_dialog(driver), tmp_path / "files.txt", Form.LIST)
    assert "has a line break" in said
    write(driver, export_dialog(driver), tmp_path / "files.list0", Form.NULL_LIST)
    paths = (tmp_path / "files.list0").read_bytes().split(b"\0")[:-1]
    assert {os.path.basename(path) for path in paths} == {*names}

    page.table.setFocus()
    driver.press(page.table, Key.Key_Down)
    dialog = export_dialog(driver)
    assert dialog.which.currentText() == "The selected file"
    write(driver, dialog, tmp_path / "one.csv")
    assert len(table(tmp_path / "one.csv")) == 1


def test_the_curves_of_a_run_leave_without_any_folder_open(driver, folders, tmp_path) -> None:
    window = driver.window
    driver.press(window, Key.Key_E, Modifier.ControlModifier | Modifier.ShiftModifier)
    assert window.status.text.text() == NOT_READY
    run = RunFolder(default_runs_folder() / "my run")
    run.create(RunDraft.of().with_value("data.domain_a", str(folders.query)).config)
    writer = EventWriter(run.events_path)
    for event in recorded_run.recorded_events(folders.query, folders.gallery):
        writer.write(event)
    writer.close()
    window.frame.show_page("train")
    assert window.training.export_offer().own == (), "nothing of a run that is being set up"
    window.training.keeper.show(run.path)
    driver.qtbot.waitUntil(lambda: bool(window.training.export_offer().own), timeout=20_000)
    curves = window.training.keeper.shown.curves
    dialog = export_dialog(driver)
    assert offered(dialog, "what") == ["curves"]
    assert dialog.which.currentText() == "All curves of my run"
    assert dialog.place.path.name == "my run-curves.csv"
    out = tmp_path / "no folder yet" / "curves.csv"
    count = sum(len(curve.x) for curve in curves.curves)
    assert write(driver, dialog, out) == f"Wrote {count:,} points to {out}."
    assert {row["curve"] for row in table(out)} == {curve.kind.name for curve in curves.curves}
    window.training.close()


@pytest.mark.parametrize(
    ("form", "begins"), [(Form.JSON, "{"), (Form.MARKDOWN, "# "), (Form.HTML, "<!doctype html>")]
)
def test_results_of_a_benchmark_leave_as_pages_and_for_programs(
    driver, tmp_path, form, begins
) -> None:
    folder = tmp_path / "bench"
    pair = ("drawings", "renders")
    write_made_results(folder, [made_result("uem", pair, 1, {"bird": (4, 40.0)})])
    page = show(driver, "benchmark")
    assert driver.window.benchmark.export_offer().own == ()
    page.open_results(folder)
    driver.qtbot.waitUntil(lambda: bool(page.export_offer().own), timeout=20_000)
    dialog = export_dialog(driver)
    assert offered(dialog, "form") == ["html", "markdown", "json"]
    out = tmp_path / f"out.{form}"
    assert write(driver, dialog, out, form) == f"Wrote the results to {out}."
    assert out.read_text(encoding="utf-8").lower().startswith(begins)
    page.close_all()
