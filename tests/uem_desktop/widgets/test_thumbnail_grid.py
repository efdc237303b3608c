from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QAccessible, QPixmap
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from training.data.records import ImageRecord
from uem_desktop.item_models.record_list import RecordListModel
from uem_desktop.widgets.cell_layout import MAX_TILE, MIN_TILE
from uem_desktop.widgets.thumbnail_grid import ThumbnailGrid
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader

Key = Qt.Key


@pytest.fixture
def model(image_files: list[Path]) -> RecordListModel:
    model = RecordListModel()
    model.set_records(
        [ImageRecord(row, path, "query", "thing") for row, path in enumerate(image_files)]
    )
    return model


@pytest.fixture
def grid(qtbot: QtBot, loader: ThumbnailLoader, model: RecordListModel) -> ThumbnailGrid:
    grid = ThumbnailGrid(loader)
    qtbot.addWidget(grid)
    grid.setModel(model)
    grid.resize(480, 420)
    grid.show()
    qtbot.waitExposed(grid)
    grid.setFocus()
    return grid


def press(grid: ThumbnailGrid, *keys: Qt.Key) -> int:
    for key in keys:
        QTest.keyClick(grid, key)
    return grid.currentIndex().row()


def test_the_arrow_keys_walk_lines_and_columns(grid: ThumbnailGrid) -> None:
    columns = grid.geometry_now().columns
    assert columns > 1
    grid.set_current_row(0)
    assert press(grid, Key.Key_Right) == 1
    assert press(grid, Key.Key_Down) == 1 + columns
    assert press(grid, Key.Key_Left) == columns
    assert press(grid, Key.Key_Up) == 0
    assert press(grid, Key.Key_End) == 11
    assert press(grid, Key.Key_Home) == 0
    assert press(grid, Key.Key_PageDown) > columns - 1
    assert press(grid, Key.Key_PageUp) == 0


def test_a_section_begins_a_new_line(grid: ThumbnailGrid) -> None:
    columns = grid.geometry_now().columns
    grid.set_section(columns + 1, "Missed")
    grid.set_current_row(columns)
    assert press(grid, Key.Key_Down) == columns + 1
    assert press(grid, Key.Key_Up) == columns
    first_below, last_above = columns + 1, columns
    assert grid.cell_rect(first_below).left() == grid.cell_rect(0).left()
    assert grid.cell_rect(first_below).top() > grid.cell_rect(last_above).bottom() + 20


def test_enter_and_double_click_activate(grid: ThumbnailGrid, qtbot: QtBot) -> None:
    grid.set_current_row(2)
    with qtbot.waitSignal(grid.activated) as caught:
        QTest.keyClick(grid, Key.Key_Return)
    assert caught.args[0].row() == 2
    point = grid.cell_rect(1).center()
    with qtbot.waitSignal(grid.activated) as caught:
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=point)
        QTest.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert caught.args[0].row() == 1


def test_an_item_out_of_sight_is_brought_into_sight(grid: ThumbnailGrid) -> None:
    grid.set_current_row(11)
    assert grid.viewport().rect().contains(grid.cell_rect(11))
    assert grid.verticalOffset() > 0
    assert grid.indexAt(grid.cell_rect(11).center()).row() == 11
    assert grid.indexAt(QPoint(-5, -5)).row() == -1


def test_dragging_hands_out_files(grid: ThumbnailGrid, image_files: list[Path]) -> None:
    grid.setSelectionMode(ThumbnailGrid.SelectionMode.ExtendedSelection)
    for row in (1, 4):
        index = grid.model().index(row, 0)
        grid.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)
    dragged = grid.dragged_data()
    assert dragged is not None
    mime, count = dragged
    assert count == 2
    urls = [Path(url.toLocalFile()) for url in mime.urls()]
    assert urls == [image_files[1], image_files[4]]
    assert mime.text().splitlines() == [str(path) for path in urls]


def test_tile_sizes_have_limits(grid: ThumbnailGrid) -> None:
    grid.set_tile_size(10_000)
    assert grid.tile_size == MAX_TILE
    grid.set_tile_size(1)
    assert grid.tile_size == MIN_TILE


def test_cells_are_spoken(grid: ThumbnailGrid) -> None:
    interface = QAccessible.queryAccessibleInterface(grid)
    assert interface.role() == QAccessible.Role.List
    cell = interface.child(3)
    assert cell.text(QAccessible.Text.Name) == "thing, image-03.png, not embedded yet"


def test_the_thumbnails_appear(grid: ThumbnailGrid, qtbot: QtBot, loader: ThumbnailLoader) -> None:
    qtbot.waitUntil(loader.is_idle)
    before = grid.grab().toImage()
    colours = {before.pixelColor(x, y).name() for x in range(20, 120, 3) for y in range(20, 120, 3)}
    assert len(colours) > 40, "a picture and not a placeholder"


def test_an_empty_grid_says_what_to_do(
    qtbot: QtBot, loader: ThumbnailLoader, model: RecordListModel
) -> None:
    grid = ThumbnailGrid(loader)
    qtbot.addWidget(grid)
    model.set_records([])
    grid.setModel(model)
    grid.resize(400, 300)
    blank = grid.grab().toImage()
    grid.set_empty_text("Nothing here", "Drop a folder.")
    assert grid.grab().toImage() != blank


def test_a_million_images_are_no_work(
    qtbot: QtBot, loader: ThumbnailLoader, many_records: tuple[ImageRecord, ...]
) -> None:
    model = RecordListModel()
    grid = ThumbnailGrid(loader)
    qtbot.addWidget(grid)
    grid.setSelectionMode(ThumbnailGrid.SelectionMode.ExtendedSelection)
    model.set_records(many_records)
    grid.resize(900, 700)
    target = QPixmap(900, 700)

    def seconds(work: object) -> float:
        started = time.perf_counter()
        work()  # type: ignore[operator]
        return time.perf_counter() - started

    assert seconds(lambda: grid.setModel(model)) < 0.3
    assert seconds(lambda: grid.render(target)) < 0.3
    assert seconds(lambda: grid.resize(1000, 500)) < 0.1
    assert seconds(lambda: grid.set_current_row(999_999)) < 0.1
    assert seconds(lambda: grid.render(target)) < 0.3
    assert seconds(grid.selectAll) < 0.1
    assert len(grid.selectionModel().selection()) == 1
    loader.set_wanted(grid, [])


def test_a_scheme_change_repaints(grid: ThumbnailGrid) -> None:
    grid.changeEvent(QEvent(QEvent.Type.PaletteChange))
    assert not grid.grab().isNull()


def test_the_current_image_stays_in_sight_when_room_gets_scarce(grid: ThumbnailGrid) -> None:
    grid.resize(480, 2 * grid.geometry_now().pitch + 20)
    columns = grid.geometry_now().columns
    grid.set_current_row(2 * columns)
    grid.resize(480, grid.height() - 40)
    assert grid.viewport().rect().contains(grid.visualRect(grid.currentIndex()))
    grid.verticalScrollBar().setValue(0)
    grid.resize(480, grid.height() - 20)
    assert grid.verticalScrollBar().value() == 0, "it was out of sight before"
