from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QColor
from pytestqt.qtbot import QtBot

from uem_desktop.widgets.mark_label import MarkLabel
from uem_desktop.widgets.marks import Mark, mark_colour
from uem_desktop.widgets.threshold_bars import Bars, ThresholdBars, ValueAxis, bar_rects
from uem_desktop.widgets.threshold_plot import ThresholdPlot
from uem_desktop.widgets.tokens import tokens_of

BARS = ThresholdBars(
    edges=(-1.0, 0.0, 1.0, 3.0),
    least=-1.0,
    largest=3.0,
    automatic=0.5,
    upper=Bars("Shared", (4, 0, 2)),
    lower=Bars("Private", (0, 1, 5)),
)


@pytest.fixture
def plot(qtbot: QtBot) -> ThresholdPlot:
    plot = ThresholdPlot()
    qtbot.addWidget(plot)
    plot.resize(500, 148)
    plot.show_bars(BARS)
    plot.show_threshold(0.5)
    plot.show()
    return plot


@pytest.mark.parametrize(("least", "largest"), [(-1.0, 3.0), (0.25, 0.25)])
def test_the_axis_goes_there_and_back(least: float, largest: float) -> None:
    axis = ValueAxis(least, largest, 40, 440)
    assert axis.least < least <= largest < axis.largest
    for x in (40.0, 123.0, 440.0):
        assert axis.x_of(axis.value_at(x)) == pytest.approx(x)
    assert axis.value_at(-9) == pytest.approx(axis.least)
    assert axis.x_of(axis.largest + 1) == 440


def test_bars_stand_and_hang_and_the_fullest_has_all_the_height() -> None:
    axis = ValueAxis(-1.0, 3.0, 0, 400)
    standing = bar_rects(BARS, BARS.upper.counts, axis, 100, 50)
    assert [(rect.bottom(), rect.height()) for rect in standing] == [(100, 50), (100, 25)]
    hanging = bar_rects(BARS, (0, 1, 5), axis, 100, -50)
    assert [(rect.top(), rect.height()) for rect in hanging] == [(100, 10), (100, 50)]
    assert hanging[0].left() == pytest.approx(axis.x_of(0.0))


def test_keys_and_pointer_ask_for_the_line_and_do_not_move_it(
    plot: ThresholdPlot, qtbot: QtBot
) -> None:
    wished: list[tuple[float, int]] = []
    homes: list[int] = []
    plot.line_moved.connect(lambda value, grip: wished.append((value, grip)))
    plot.automatic_wanted.connect(homes.append)
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    qtbot.keyClick(plot, Qt.Key.Key_PageDown)
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    place = QPoint(round(plot.axis().x_of(2.0)), 60)
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseClick(plot, Qt.MouseButton.RightButton, pos=place)
    step = (plot.axis().largest - plot.axis().least) / 200
    assert [value for value, _ in wished] == [
        pytest.approx(0.5 + step),
        pytest.approx(0.5 - 10 * step),
        pytest.approx(2.0, abs=0.02),
    ]
    assert len({*(grip for _, grip in wished), *homes}) == 4
    assert plot.threshold == 0.5


def test_a_screen_reader_finds_a_slider_in_thousandths(plot: ThresholdPlot) -> None:
    interface = QAccessible.queryAccessibleInterface(plot)
    assert interface.role() == QAccessible.Role.Slider
    value = interface.valueInterface()
    assert value.currentValue() == 500
    assert value.minimumValue() <= -1000
    assert value.maximumValue() >= 3000


def test_the_line_and_the_right_side_are_painted(plot: ThresholdPlot, qtbot: QtBot) -> None:
    tokens = tokens_of(plot.palette())
    image = plot.grab().toImage()
    x = round(plot.axis().x_of(0.5))
    assert QColor(image.pixel(x, 100)) == QColor(tokens.accent)
    assert image.pixel(x + 12, 30) != image.pixel(x - 12, 30)
    plot.show_threshold(2.0)
    moved = plot.grab().toImage()
    assert QColor(moved.pixel(round(plot.axis().x_of(2.0)), 100)) == QColor(tokens.accent)


def test_a_mark_with_its_word_is_as_wide_as_both(qtbot: QtBot) -> None:
    label = MarkLabel(Mark.PRIVATE, "no counterpart")
    qtbot.addWidget(label)
    label.explain("Because.\nOf this.")
    words = label.fontMetrics().horizontalAdvance("no counterpart")
    assert label.sizeHint().width() >= words + 16
    assert (label.accessibleName(), label.accessibleDescription()) == (
        "no counterpart",
        "Because. Of this.",
    )
    label.resize(label.sizeHint())
    tokens = tokens_of(label.palette())
    image = label.grab().toImage()
    badge = {image.pixel(x, image.height() // 2) for x in range(16)}
    assert mark_colour(Mark.PRIVATE, tokens).rgb() in badge
