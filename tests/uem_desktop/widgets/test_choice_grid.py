from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHoverEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from training.data.records import ImageRecord
from uem_desktop.item_models.record_list import RecordListModel
from uem_desktop.widgets.choice_grid import LOOK_DELAY_MS, ChoiceGrid
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader

Left, Right = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
Modifier = Qt.KeyboardModifier


class Person:
    """A mouse over one grid, and what the grid took from it."""

    def __init__(self, grid: ChoiceGrid) -> None:
        self.grid = grid
        self.chosen: list[int] = []
        self.looked_at: list[int] = []
        grid.chosen.connect(lambda index: self.chosen.append(index.row()))
        grid.looked_at.connect(lambda index: self.looked_at.append(index.row()))

    def middle(self, row: int) -> QPoint:
        return self.grid.cell_rect(row).center()

    def click(self, row: int, modifier=Modifier.NoModifier, button=Left) -> None:
        QTest.mouseClick(self.grid.viewport(), button, modifier, self.middle(row))

    def hover(self, point: QPoint) -> None:
        place = QPointF(point)
        far = QPointF(-1, -1)
        event = QHoverEvent(QEvent.Type.HoverMove, place, place, far)
        QApplication.sendEvent(self.grid.viewport(), event)

    def leave(self) -> None:
        QApplication.sendEvent(self.grid.viewport(), QEvent(QEvent.Type.Leave))


@pytest.fixture
def person(qtbot: QtBot, loader: ThumbnailLoader, image_files: list[Path]) -> Person:
    model = RecordListModel()
    records = [ImageRecord(row, path, "query", "thing") for row, path in enumerate(image_files)]
    model.set_records(records)
    grid = ChoiceGrid(loader)
    model.setParent(grid)
    qtbot.addWidget(grid)
    grid.setModel(model)
    grid.resize(480, 420)
    grid.show()
    qtbot.waitExposed(grid)
    grid.setFocus()
    return Person(grid)


def test_a_plain_click_chooses(person: Person) -> None:
    person.click(2)
    assert person.chosen == [2]
    assert person.grid.selected_rows() == [2]


def test_clicks_with_a_modifier_select(person: Person) -> None:
    person.click(1, Modifier.ControlModifier)
    person.click(3, Modifier.ControlModifier)
    assert person.grid.selected_rows() == [1, 3]
    person.click(4, Modifier.ShiftModifier)
    assert person.grid.selected_rows() == [1, 3, 4]
    assert not person.chosen


def test_other_buttons_and_empty_places_choose_nothing(person: Person) -> None:
    person.click(1, button=Right)
    QTest.mouseClick(person.grid.viewport(), Left, Modifier.NoModifier, QPoint(2, 2))
    assert not person.chosen


def test_the_second_press_of_a_double_click_does_nothing(person: Person) -> None:
    viewport, point = person.grid.viewport(), person.middle(1)
    QTest.mouseClick(viewport, Left, Modifier.NoModifier, point)
    QTest.mouseDClick(viewport, Left, Modifier.NoModifier, point)
    assert person.chosen == [1], "other images may stand there by now"
    QTest.mouseClick(viewport, Left, Modifier.ControlModifier, point)
    QTest.mouseDClick(viewport, Left, Modifier.ControlModifier, point)
    assert person.chosen == [1]


def test_a_drag_is_no_click(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    dragged: list[object] = []
    monkeypatch.setattr(ChoiceGrid, "startDrag", lambda grid, actions: dragged.append(actions))
    viewport, start = person.grid.viewport(), person.middle(0)
    for end in (person.middle(1), start):
        QTest.mousePress(viewport, Left, Modifier.NoModifier, start)
        for step in (8, 16, 24):
            QTest.mouseMove(viewport, start + QPoint(step, 0))
        QTest.mouseRelease(viewport, Left, Modifier.NoModifier, end)
    assert dragged
    assert not person.chosen


def test_released_on_another_image_is_no_click(person: Person) -> None:
    viewport = person.grid.viewport()
    QTest.mousePress(viewport, Left, Modifier.NoModifier, person.middle(0))
    QTest.mouseRelease(viewport, Left, Modifier.NoModifier, person.middle(1))
    assert not person.chosen


def test_enter_chooses_the_current_image(person: Person) -> None:
    person.grid.set_current_row(3)
    QTest.keyClick(person.grid, Qt.Key.Key_Enter)
    assert person.chosen == [3]


def test_a_pointer_at_rest_looks_and_leaving_ends_that(person: Person, qtbot: QtBot) -> None:
    person.hover(person.middle(0))
    person.hover(person.middle(1))
    qtbot.waitUntil(lambda: person.looked_at == [1])
    person.leave()
    assert person.looked_at == [1, -1]
    person.hover(person.middle(2))
    person.leave()
    qtbot.wait(LOOK_DELAY_MS + 60)
    assert person.looked_at == [1, -1], "passing by is no look"


def test_the_arrow_keys_take_over_from_the_pointer(person: Person, qtbot: QtBot) -> None:
    person.grid.set_current_row(0)
    person.hover(person.middle(2))
    qtbot.waitUntil(lambda: person.looked_at == [2])
    QTest.keyClick(person.grid, Qt.Key.Key_Right)
    assert person.looked_at == [2, -1]
    person.hover(person.middle(2) + QPoint(3, 0))
    qtbot.wait(LOOK_DELAY_MS + 60)
    assert person.looked_at == [2, -1], "the pointer has not really moved"
    person.hover(person.middle(1))
    qtbot.waitUntil(lambda: person.looked_at == [2, -1, 1])


def test_other_images_under_a_resting_pointer_are_not_looked_at(
    person: Person, qtbot: QtBot
) -> None:
    person.hover(person.middle(0))
    others = reversed(person.grid.model().records)
    person.grid.model().set_records([replace(one, id=place) for place, one in enumerate(others)])
    person.hover(person.middle(0) + QPoint(2, 0))
    qtbot.wait(LOOK_DELAY_MS + 60)
    assert not person.looked_at
