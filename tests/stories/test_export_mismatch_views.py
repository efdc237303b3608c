"""Each view of Mismatches leaves the window as it is shown, with all digits of its numbers."""

from __future__ import annotations

import csv
import json
import shutil
from xml.etree import ElementTree

import numpy as np
import pyarrow.parquet
import pytest
from export_story import export_dialog, offered, show, table, write
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer

from uem_desktop.cli.shell import run
from uem_desktop.retrieval.category_table import category_table
from uem_desktop.retrieval.confusion import confusion
from uem_desktop.retrieval.diagnostics import diagnose
from uem_desktop.retrieval.export_choices import CHOICES, Form, What
from uem_desktop.retrieval.mismatch_orders import Order

Key, Modifier = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def page(opened):
    page = show(opened, "mismatches")
    opened.qtbot.waitUntil(lambda: page.keeper.found is not None, timeout=60_000)
    return page


def number(text: str) -> float | None:
    return float(text) if text else None


def test_queries_leave_in_the_order_of_their_list_as_evaluate_has_them(
    opened, page, folders, tmp_path, capsys
) -> None:
    decided = page.list_panel.listed_paths()[0]
    opened.window.decisions.keeper.write_note([decided], "odd")
    dialog = export_dialog(opened)
    assert offered(dialog, "what") == [What.QUERIES, *CHOICES]
    shown = len(page.keeper.places)
    assert dialog.which.currentText() == f"All {shown} queries shown"
    out = tmp_path / "queries.csv"
    assert write(opened, dialog, out) == f"Wrote {shown} queries to {out}."
    lines = table(out)
    assert [line["query"] for line in lines] == [str(p) for p in page.list_panel.listed_paths()]
    assert [int(line["place"]) for line in lines] == list(range(1, shown + 1))
    assert [line["query"] for line in lines if line["decided"]] == [str(decided)]
    assert lines[0]["decided"] == "noted"

    given = ["--query", str(folders.query), "--gallery", str(folders.gallery)]
    assert run(["evaluate", *given, "--checkpoint", "sample", "--worst", str(shown), "--json"]) == 0
    worst = json.loads(capsys.readouterr().out)["worst"]
    assert len(worst) == shown, "as many of the scored ones as fall short of AP 100 %"
    for line, one in zip(lines, worst, strict=True):
        best = one["best_match"]
        assert line["query"] == one["path"]
        assert line["category"] == one["category"]
        assert line["first_match"] == best["path"]
        assert line["first_match_category"] == best["category"]
        assert float(line["ap_plain"]) == one["ap"]["plain"]
        assert float(line["ap_interpolated"]) == one["ap"]["interpolated"]
        assert int(line["first_correct_rank"]) == one["first_correct_rank"]
        assert int(line["relevant"]) == one["num_relevant"]
        assert float(line["similarity"]) == best["similarity"]
        assert float(line["margin"]) == one["margin"]


def test_the_table_of_queries_follows_order_filter_and_selection(opened, page, tmp_path) -> None:
    keeper, found = page.keeper, page.keeper.found
    keeper.ask(order=Order.CONFIDENT, text="tool")
    out = tmp_path / "confident.parquet"
    write(opened, export_dialog(opened), out, Form.PARQUET)
    rows = pyarrow.parquet.read_table(out).to_pylist()
    assert rows
    assert [row["query"] for row in rows] == [str(p) for p in page.list_panel.listed_paths()]
    told = [row["confidently_wrong"] for row in rows]
    assert told == sorted(told, reverse=True)
    for row in rows:
        assert row["category"] != row["first_match_category"]
        assert row["best_wrong_similarity"] == row["similarity"]
        assert row["margin"] == row["similarity"] - row["best_correct_similarity"]

    panel = page.list_panel.list
    keeper.ask(order=Order.DISAGREEMENT, text="")
    panel.setFocus()
    opened.press(panel, Key.Key_Home)
    opened.press(panel, Key.Key_Down)
    opened.press(panel, Key.Key_Down, Modifier.ShiftModifier)
    dialog = export_dialog(opened)
    assert dialog.which.currentText() == "The 2 selected queries"
    assert offered(dialog, "which") == ["chosen", "listed", "all"]
    write(opened, dialog, tmp_path / "two.csv")
    lines = table(tmp_path / "two.csv")
    assert [int(line["place"]) for line in lines] == [2, 3]
    shares = (100 * found.disagreement[keeper.places[1:3]]).tolist()
    assert [float(line["one_way"]) for line in lines] == shares

    dialog = export_dialog(opened)
    dialog.which.setCurrentIndex(dialog.which.findData("all"))
    assert dialog.which.currentText() == "All 32 queries"
    write(opened, dialog, tmp_path / "all.csv")
    lines = table(tmp_path / "all.csv")
    assert [line["query"] for line in lines] == [str(one.path) for one in found.query.records]
    for line, is_private in zip(lines, found.is_private, strict=True):
        assert line["private"] == str(int(is_private))
        assert (line["ap_plain"] == "") == (line["first_correct_rank"] == "") == is_private
        assert (line["relevant"] == line["correct_at_5"] == "0") == is_private


def test_the_confusion_leaves_cell_by_cell_at_the_depth_that_is_shown(
    opened, page, tmp_path
) -> None:
    page.show_view("confusion")
    page.parts.confusion.depth_switch.chosen.emit("5")
    dialog = export_dialog(opened)
    assert offered(dialog, "what")[:2] == [What.CONFUSION, What.CONFUSION_PICTURE]
    matrix = confusion(page.keeper.found, 5)
    rows, columns = matrix.counts.shape
    assert dialog.which.currentText() == f"All {rows} × {columns} cells at top 5"
    out = tmp_path / "confusion.csv"
    assert write(opened, dialog, out) == f"Wrote {rows * columns} cells to {out}."
    lines = iter(table(out))
    for row, asked in enumerate(matrix.asked):
        for column, found in enumerate(matrix.retrieved):
            line = next(lines)
            assert (line["query_category"], line["found_category"]) == (asked, found or "")
            assert int(line["places"]) == matrix.counts[row, column]
            assert float(line["share"]) == 100 * matrix.shares[row, column]
            assert int(line["right"]) == (asked == found)
            shown = page.parts.confusion.model.index(row, column).data() or "0"
            assert f"{float(line['share']):.0f}" == shown
    parquet = tmp_path / "confusion.parquet"
    write(opened, export_dialog(opened), parquet, Form.PARQUET)
    assert (
        pyarrow.parquet.read_table(parquet)["places"].to_pylist() == matrix.counts.ravel().tolist()
    )


@pytest.mark.parametrize("form", [Form.PNG, Form.SVG])
def test_the_confusion_leaves_as_a_picture(opened, page, tmp_path, form) -> None:
    page.show_view("confusion")
    dialog = export_dialog(opened)
    dialog.what.setCurrentIndex(dialog.what.findData(What.CONFUSION_PICTURE))
    assert dialog.which.currentText() == "The whole matrix at top 1"
    out = tmp_path / f"confusion 🐦.{form}"
    assert write(opened, dialog, out, form) == f"Wrote the picture {out}."
    if form is Form.PNG:
        image = QImage(str(out))
        assert image.pixelColor(2, 2).name() == "#ffffff"
        colours = {
            image.pixel(x, y)
            for x in range(0, image.width(), 5)
            for y in range(0, image.height(), 5)
        }
        assert len(colours) > 4
        return
    assert QSvgRenderer(str(out)).isValid()
    text = out.read_text(encoding="utf-8")
    assert "<image" not in text
    assert "<text" not in text, "letters are shapes, so that no typeface is needed"
    checkpoint = opened.state.session.checkpoint.title
    title = f"Confusion of categories at top 1 · drawings → renders · {checkpoint}"
    assert ElementTree.fromstring(text).findtext("{*}title") == title


def test_the_title_of_the_picture_bears_any_folder_and_says_help(
    opened, page, folders, tmp_path
) -> None:
    odd = tmp_path / 'a "quote" <b>&\n🐦'
    shutil.copytree(folders.gallery, odd)
    opened.open(folders.query, odd)
    opened.state.help.set_on(True)
    page.show_view("confusion")
    opened.qtbot.waitUntil(
        lambda: page.keeper.found is not None and page.keeper.found.gallery.scan.folder == odd,
        timeout=60_000,
    )
    dialog = export_dialog(opened)
    dialog.what.setCurrentIndex(dialog.what.findData(What.CONFUSION_PICTURE))
    out = tmp_path / "odd.svg"
    write(opened, dialog, out, Form.SVG)
    title = ElementTree.parse(out).findtext("{*}title")
    assert 'a "quote" <b>&\\n🐦' in title
    assert title.endswith(" · with retrieval help")


def test_categories_leave_in_the_order_in_which_they_are_shown(opened, page, tmp_path) -> None:
    page.show_view("categories")
    page.parts.categories.table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    opened.qtbot.waitUntil(lambda: page.parts.categories.model.rows[0].called_private is not None)
    dialog = export_dialog(opened)
    assert dialog.what.currentData() == What.CATEGORIES
    rows = {row.category: row for row in page.parts.categories.model.rows}
    assert dialog.which.currentText() == f"All {len(rows)} shown"
    out = tmp_path / "categories.csv"
    assert write(opened, dialog, out) == f"Wrote {len(rows)} categories to {out}."
    shown = page.parts.categories.table.model()
    names = [shown.index(row, 0).data().split("  ")[0] for row in range(shown.rowCount())]
    lines = table(out)
    assert [line["category"] for line in lines] == names
    plain = {row.category: row for row in category_table(page.keeper.found)}
    for line in lines:
        row = rows[line["category"]]
        assert (int(line["queries"]), int(line["gallery_images"])) == (
            row.query_count,
            row.gallery_count,
        )
        assert number(line["ap_plain"]) == row.ap_plain == plain[row.category].ap_plain
        assert number(line["ap_interpolated"]) == row.ap_interpolated
        assert {k: number(line[f"p_at_{k}"]) for k in row.precision_at} == row.precision_at
        assert number(line["called_private"]) == row.called_private
        assert (line["confused_with"] or None) == row.confused_with


def test_prototypes_leave_with_their_images_in_the_order_of_their_page(
    opened, page, tmp_path
) -> None:
    page.show_view("prototypes")
    assert page.parts.prototypes.own_exports() == (), "nothing while they are looked for"
    opened.qtbot.waitUntil(lambda: page.parts.prototypes.prototypes is not None, timeout=60_000)
    found = page.parts.prototypes.prototypes
    dialog = export_dialog(opened)
    assert dialog.what.currentData() == What.PROTOTYPES
    assert dialog.which.currentText() == "All 56 images shown"
    out = tmp_path / "prototypes.csv"
    assert write(opened, dialog, out) == f"Wrote 56 images to {out}."
    lines = table(out)
    for side, domain in (("query", found.query), ("gallery", found.gallery)):
        for row, number in enumerate(found.ids(side).tolist()):
            path = str(domain.records[row].path)
            (line,) = (one for one in lines if (one["image"], one["domain"]) == (path, side))
            assert int(line["prototype"]) == number + 1
            assert line["prototype_kind"] == str(found.kinds[number])
            central = found.central_rows(side, number).tolist()
            assert int(line["central_rank"]) == central.index(row) + 1
            assert int(line[f"{side}_images"]) == len(central)

    browser = page.parts.prototypes.browser
    side = "query" if browser.models["query"].rowCount() > 1 else "gallery"
    browser.grids[side].setFocus()
    browser.grids[side].selectAll()
    chosen = browser.selected_paths()
    dialog = export_dialog(opened)
    assert dialog.which.currentText() == f"The {len(chosen)} selected images"
    write(opened, dialog, tmp_path / "some.csv")
    assert [line["image"] for line in table(tmp_path / "some.csv")] == [str(p) for p in chosen]


def test_what_needs_no_categories_leaves_image_by_image(opened, page, tmp_path) -> None:
    page.show_view("unlabelled")
    diagnostics = page.parts.unlabelled.diagnostics
    opened.qtbot.waitUntil(lambda: len(diagnostics.parts) == 5, timeout=60_000)
    found = page.keeper.found
    opened.window.decisions.keeper.write_note([found.gallery.records[0].path], "odd")
    dialog = export_dialog(opened)
    assert dialog.what.currentData() == What.UNLABELLED
    out = tmp_path / "images.csv"
    assert write(opened, dialog, out) == f"Wrote 56 images to {out}."
    lines = table(out)
    queries, gallery = lines[:32], lines[32:]
    known = diagnose(found, found.query, found.gallery)
    rates = [float(line["mutual_neighbours"]) for line in queries]
    assert rates == (100 * (1 - found.disagreement)).tolist()
    assert np.mean(rates) / 100 == pytest.approx(known.mutual.rate, abs=1e-12)
    assert f"{np.mean(rates):.1f} %" == page.parts.unlabelled.cards["mutual"].value
    assert [int(line["found_by"]) for line in gallery] == known.hubs.counts.tolist()
    hubs = [row for row, line in enumerate(gallery) if line["hub"] == "1"]
    assert hubs == sorted(known.hubs.rows.tolist())
    sides = {line["image"]: line["other_side"] for line in queries}
    for row, value in zip(known.gap.query_rows, known.gap.query_sides, strict=True):
        assert float(sides[str(found.query.records[row].path)]) == value
    for place, group in enumerate(known.duplicates.groups, start=1):
        for side, row in group.images:
            line = (queries if side == "query" else gallery)[row]
            assert (int(line["duplicate_group"]), int(line["same_bytes"])) == (
                place,
                group.are_identical,
            )
    assert gallery[0]["decided"] == "noted"
    with out.open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file))[:5] == [
            "image", "domain", "category", "mutual_neighbours", "depth",
        ]  # fmt: skip
