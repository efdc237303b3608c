"""A person goes from match to match with the mouse and finds the way back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QHoverEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

Key, Modifier = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def matches(opened):
    return opened.window.explore.match_panel


def click(grid, row: int, modifier: Modifier = Modifier.NoModifier) -> None:
    middle = grid.cell_rect(row).center()
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, modifier, middle)


def hover(grid, row: int) -> None:
    place = QPointF(grid.cell_rect(row).center())
    event = QHoverEvent(QEvent.Type.HoverMove, place, place, QPointF(-1, -1))
    QApplication.sendEvent(grid.viewport(), event)


def test_a_click_on_a_match_makes_it_the_query(opened, matches) -> None:
    wanted = matches.model.path_at(3)
    click(matches.grid, 3)
    opened.wait_answered()
    assert opened.state.search.query == (wanted,)
    assert opened.window.explore.preview_panel.path == wanted


def test_a_click_on_a_missed_image_too(opened, matches) -> None:
    opened.state.set_top_k(3)
    opened.wait_answered()
    row = matches.model.first_missed_row
    wanted = matches.model.path_at(row)
    click(matches.grid, row)
    opened.wait_answered()
    assert opened.state.search.query == (wanted,)


def test_clicks_with_ctrl_or_shift_select(opened, matches) -> None:
    before = opened.state.search.query
    click(matches.grid, 1, Modifier.ControlModifier)
    click(matches.grid, 3, Modifier.ControlModifier)
    assert opened.state.search.query == before
    paths = [matches.model.path_at(row) for row in (1, 3)]
    assert opened.window.explore.focused_paths() == paths
    assert opened.window.explore.preview_panel.path == paths[1]
    opened.press(matches.grid, Key.Key_Return)
    opened.wait_answered()
    assert opened.state.search.query == tuple(paths), "together they are one query"


def test_looking_at_a_match_asks_nothing(opened, matches) -> None:
    preview, before = opened.window.explore.preview_panel, opened.state.search.query
    hover(matches.grid, 2)
    opened.qtbot.waitUntil(lambda: preview.path == matches.model.path_at(2))
    QApplication.sendEvent(matches.grid.viewport(), QEvent(QEvent.Type.Leave))
    assert preview.path == before[0], "no match is current yet"
    matches.grid.setFocus()
    matches.grid.set_current_row(1)
    hover(matches.grid, 4)
    opened.qtbot.waitUntil(lambda: preview.path == matches.model.path_at(4))
    QApplication.sendEvent(matches.grid.viewport(), QEvent(QEvent.Type.Leave))
    assert preview.path == matches.model.path_at(1)
    assert opened.state.search.query == before


def test_the_way_back_finds_selection_and_place(opened, matches) -> None:
    first = opened.state.search.query
    bar = matches.grid.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    left_at = bar.value()
    assert left_at > 0
    row = matches.grid.visible_rows()[4]
    followed = matches.model.path_at(row)
    click(matches.grid, row)
    opened.wait_answered()
    assert bar.value() == 0
    assert matches.current_match is None
    opened.press(matches.grid, Key.Key_Escape)
    opened.wait_answered()
    assert opened.state.search.query == first
    assert matches.current_match.record.path == followed
    assert matches.selected_paths() == [followed]
    assert bar.value() == left_at
    assert opened.window.explore.preview_panel.path == followed
    opened.window.queries.forward.trigger()
    opened.wait_answered()
    assert opened.state.search.query == (followed,)
    opened.press(opened.window, Key.Key_Left, Modifier.AltModifier)
    opened.wait_answered()
    assert bar.value() == left_at


def test_more_matches_leave_selection_and_place(opened, matches) -> None:
    for row in (1, 2):
        click(matches.grid, row, Modifier.ControlModifier)
    kept = matches.selected_paths()
    opened.state.set_top_k(10)
    opened.wait_answered()
    assert matches.selected_paths() == kept
    assert matches.current_match.record.path == kept[1]
