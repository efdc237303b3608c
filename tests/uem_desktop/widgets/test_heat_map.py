"""The heat map, the switch between views, and the list with thumbnails."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QModelIndex, QPoint, Qt
from PySide6.QtGui import QColor, QImage, QStandardItem, QStandardItemModel
from pytestqt.qtbot import QtBot

from uem_desktop.widgets.cell_roles import CellRoles
from uem_desktop.widgets.heat_map import (
    MAX_CELL,
    MIN_CELL,
    HeatMap,
    heat_colour,
    ink_on,
)
from uem_desktop.widgets.segments import Segments
from uem_desktop.widgets.thumbnail_list import ROW_HEIGHT, RowRoles, ThumbnailList
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import DARK, LIGHT, Tokens, contrast, tokens_of

CELL = int(Qt.ItemDataRole.UserRole) + 1


def heat_map(qtbot: QtBot, count: int, width: int, height: int) -> HeatMap:
    model = QStandardItemModel(count, count)
    for row in range(count):
        model.setVerticalHeaderItem(row, QStandardItem(f"category {row}"))
        model.setHorizontalHeaderItem(row, QStandardItem(f"category {row}"))
    view = HeatMap()
    model.setParent(view)
    view.setModel(model)
    view.show_cells(np.where(np.eye(count), 1.0, 0.1), np.eye(count, dtype=bool))
    view.resize(width, height)
    qtbot.addWidget(view)
    view.show()
    return view


def test_few_cells_are_large_and_all_in_sight(qtbot: QtBot) -> None:
    view = heat_map(qtbot, 4, 700, 600)
    assert view.columnWidth(0) == view.rowHeight(0) == MAX_CELL
    assert not view.horizontalScrollBar().maximum()


def test_many_cells_scroll_rather_than_vanish(qtbot: QtBot) -> None:
    view = heat_map(qtbot, 80, 700, 600)
    assert view.columnWidth(0) == view.rowHeight(0) == MIN_CELL
    assert view.horizontalScrollBar().maximum()
    view.setCurrentIndex(view.model().index(79, 79))
    assert view.viewport().rect().contains(view.visualRect(view.currentIndex()).center())


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_keys_walk_and_open(qtbot: QtBot, key: Qt.Key) -> None:
    view = heat_map(qtbot, 4, 700, 600)
    view.setCurrentIndex(view.model().index(0, 0))
    for step in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down):
        qtbot.keyClick(view, step)
    with qtbot.waitSignal(view.activated) as told:
        qtbot.keyClick(view, key)
    assert (told.args[0].row(), told.args[0].column()) == (2, 1)


def painted(view: HeatMap) -> QImage:
    return view.viewport().grab().toImage()


def test_each_cell_has_its_colour_wherever_it_is_scrolled_to(qtbot: QtBot) -> None:
    view = heat_map(qtbot, 80, 700, 600)
    shares = np.random.default_rng(0).random((80, 80)).round(2)
    shares[60:70, 60:70] = 0.0
    view.show_cells(shares, np.eye(80, dtype=bool))
    tokens = tokens_of(view.palette())
    for row, column in ((0, 0), (40, 41), (65, 65), (79, 79)):
        view.scrollTo(view.model().index(row, column))
        image = painted(view)
        for index in (view.model().index(row, column), view.model().index(row, column - 1)):
            area = view.visualRect(index)
            if view.viewport().rect().contains(area):
                share, is_right = float(shares[row, index.column()]), row == index.column()
                expected = heat_colour(share, tokens, is_muted=is_right)
                assert image.pixelColor(area.topLeft()).name() == expected.name()
                assert image.pixelColor(area.center()).name() == expected.name()
                ground = view.palette().base().color().name()
                assert image.pixelColor(area.bottomRight()).name() == ground


def test_a_large_cell_shows_its_number_and_other_cells_are_new_ones(qtbot: QtBot) -> None:
    view = heat_map(qtbot, 4, 700, 600)
    first = painted(view)
    area = view.visualRect(view.model().index(1, 2)).adjusted(20, 20, -20, -20)
    colours = {
        first.pixelColor(x, y).name()
        for x in range(area.left(), area.right())
        for y in range(area.top(), area.bottom())
    }
    assert len(colours) > 1
    view.show_cells(np.zeros((4, 4)), np.eye(4, dtype=bool))
    empty = painted(view)
    tokens = tokens_of(view.palette())
    nothing = heat_colour(0.0, tokens, is_muted=False).name()
    assert {
        empty.pixelColor(x, area.center().y()).name() for x in range(area.left(), area.right())
    } == {nothing}
    view.show_cells(np.zeros((0, 0)), np.zeros((0, 0), bool))
    painted(view)


def test_the_cell_under_the_pointer_and_the_current_one_are_framed(qtbot: QtBot) -> None:
    view = heat_map(qtbot, 4, 700, 600)
    tokens = tokens_of(view.palette())
    hovered, current = view.model().index(0, 1), view.model().index(2, 3)

    def frame(index: QModelIndex) -> str:
        return painted(view).pixelColor(view.visualRect(index).topLeft() + QPoint(1, 1)).name()

    view.setCurrentIndex(current)
    qtbot.mouseMove(view.viewport(), view.visualRect(hovered).center())
    assert frame(current) == QColor(tokens.accent).name()
    assert frame(hovered) == QColor(tokens.border_strong).name()
    QCoreApplication.sendEvent(view.viewport(), QEvent(QEvent.Type.Leave))
    assert frame(hovered) != QColor(tokens.border_strong).name()


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("is_muted", [False, True])
def test_more_is_stronger_and_a_little_is_not_nothing(tokens: Tokens, is_muted: bool) -> None:
    ground = heat_colour(0.0, tokens, is_muted=is_muted).name()
    strengths = [
        contrast(heat_colour(share, tokens, is_muted=is_muted).name(), ground)
        for share in (0.01, 0.1, 0.3, 0.6, 1.0)
    ]
    assert strengths == sorted(strengths)
    assert strengths[0] > 1.02


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_numbers_can_be_read_on_every_colour(tokens: Tokens) -> None:
    for is_muted in (False, True):
        for share in range(101):
            colour = heat_colour(share / 100, tokens, is_muted=is_muted)
            assert contrast(ink_on(colour).name(), colour.name()) >= 4.5


def test_one_segment_is_down_and_tab_leads_to_it(qtbot: QtBot) -> None:
    segments = Segments([("one", "&One"), ("two", "&Two")], "View")
    qtbot.addWidget(segments)
    assert segments.choice == "one"
    with qtbot.waitSignal(segments.chosen) as told:
        qtbot.mouseClick(segments.button("two"), Qt.MouseButton.LeftButton)
    assert told.args == ["two"]
    segments.show_choice("two")
    policies = [segments.button(name).focusPolicy() for name in ("one", "two")]
    assert policies == [Qt.FocusPolicy.ClickFocus, Qt.FocusPolicy.StrongFocus]
    assert segments.button("two").accessibleName() == "View: Two"


def test_a_list_has_one_image_a_row_however_many_there_are(qtbot: QtBot, tmp_path: Path) -> None:
    loader = ThumbnailLoader()
    view = ThumbnailList(loader, RowRoles(CellRoles(), CELL + 1, CELL + 2))
    model = QStandardItemModel(100_000, 1, view)
    view.setModel(model)
    view.resize(380, 600)
    qtbot.addWidget(view)
    view.show()
    assert view.geometry_now().columns == 1
    assert view.cell_rect(1).height() == ROW_HEIGHT
    view.set_current_row(99_999)
    assert 99_999 in view.visible_rows()
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert view.currentIndex().row() == 99_998
    loader.close()
