"""Sorted bars of changes: where they stand, and how one is picked."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor

from uem_desktop.widgets.change_bars import ChangeBars
from uem_desktop.widgets.tokens import tokens_of

VALUES = np.array([-20.0, 30.0, 0.0, 10.0, -5.0])
ORDER = [1, 3, 2, 4, 0]
WORDS = ("2 win", "2 lose", "points")


@pytest.fixture
def bars(qtbot) -> ChangeBars:
    widget = ChangeBars()
    qtbot.addWidget(widget)
    widget.resize(400, 100)
    widget.show_values(VALUES, WORDS)
    widget.show()
    return widget


def test_bars_stand_from_the_largest_gain_to_the_largest_loss(bars) -> None:
    assert sorted(range(5), key=bars.x_of) == ORDER
    image, tokens = bars.grab().toImage(), tokens_of(bars.palette())
    colours = {
        number: {
            image.pixelColor(round(bars.x_of(number)), y).name()
            for y in range(8, image.height() - 8)
        }
        for number in range(5)
    }
    gain, loss = QColor(tokens.correct).name(), QColor(tokens.wrong).name()
    assert {n for n in colours if gain in colours[n]} >= {1, 3}
    assert {n for n in colours if loss in colours[n]} >= {0}
    assert loss not in colours[1]


def test_a_click_and_the_keys_pick(bars, qtbot) -> None:
    picked: list[int] = []
    bars.picked.connect(picked.append)
    bars.picked.connect(bars.show_current)
    qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(round(bars.x_of(3)), 50))
    for key in (
        Qt.Key.Key_Right,
        Qt.Key.Key_End,
        Qt.Key.Key_Right,
        Qt.Key.Key_Home,
        Qt.Key.Key_Left,
    ):
        qtbot.keyClick(bars, key)
    assert picked == [3, 2, 0, 0, 1, 1]


def test_nothing_to_show_picks_nothing(bars, qtbot) -> None:
    bars.show_values(np.empty(0), ("", "", ""))
    with qtbot.assertNotEmitted(bars.picked):
        qtbot.keyClick(bars, Qt.Key.Key_End)
        qtbot.mouseClick(bars, Qt.MouseButton.LeftButton)
    assert not bars.grab().isNull()


def test_a_hundred_thousand_changes_are_painted_fast(bars) -> None:
    import time

    bars.show_values(np.random.default_rng(0).normal(0, 10, 100_000), WORDS)
    bars.grab()
    start = time.perf_counter()
    bars.grab()
    assert time.perf_counter() - start < 0.1


def test_it_says_what_it_shows(bars) -> None:
    assert bars.accessibleDescription() == "2 win; 2 lose"
