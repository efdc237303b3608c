from __future__ import annotations

import math
import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from uem_desktop.retrieval.curve import Cadence, Curve, CurveKind
from uem_desktop.widgets.curve_plot import EMPTY, CurvePlot, import_plotting
from uem_desktop.widgets.plot_overlay import PlotOverlay
from uem_desktop.widgets.step_axis import StepAxis
from uem_desktop.widgets.theme import palette_of
from uem_desktop.widgets.tokens import DARK, LIGHT

STAGES = (("IDSE", 0), ("CDSM", 600))


def curve(name: str, count: int, *, every: int = 1, scale: float = 1.0) -> Curve:
    cadence = Cadence.STEP if every == 1 else Cadence.EPOCH_START
    made = Curve(CurveKind(name, name, "losses", cadence))
    for row in range(count):
        made.append(row * every, scale * (1 + math.sin(row / 50)))
    return made


@pytest.fixture
def plot(qtbot: QtBot, qapp: QApplication) -> Iterator[CurvePlot]:
    """A plot by itself: the style sheet that a story left would set the colours of its palette."""
    import_plotting()
    sheet = qapp.styleSheet()
    qapp.setStyleSheet("")
    plot = CurvePlot("Losses", has_smoothing=True)
    qtbot.addWidget(plot)
    plot.resize(600, 320)
    plot.show()
    qtbot.waitExposed(plot)
    yield plot
    plot.close()
    qapp.setStyleSheet(sheet)


def drawn(plot: CurvePlot, qtbot: QtBot) -> tuple[object, PlotOverlay]:
    qtbot.wait(130)
    canvas, overlay, _ = plot.drawing()
    assert canvas is not None
    assert overlay is not None
    return canvas, overlay


def colours(image: QImage) -> set[str]:
    pixels = image.convertToFormat(QImage.Format.Format_RGB32)
    numbers = np.unique(np.frombuffer(pixels.constBits(), np.uint32) & 0xFFFFFF)
    return {f"#{number:06x}" for number in numbers.tolist()}


def wheel(overlay: PlotOverlay, turned: int, keys: Qt.KeyboardModifier) -> bool:
    at = QPointF(overlay.rect().center())
    event = QWheelEvent(
        at,
        overlay.mapToGlobal(at),
        QPoint(),
        QPoint(0, turned),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    event.ignore()
    QApplication.sendEvent(overlay, event)
    return event.isAccepted()


def test_an_empty_plot_says_what_will_come(plot: CurvePlot, tmp_path: Path) -> None:
    assert plot.is_empty
    assert plot.accessibleDescription() == EMPTY
    assert plot.accessibleName() == "Losses"
    plot.export_png(tmp_path / "empty.png")
    assert not QImage(str(tmp_path / "empty.png")).isNull()


@pytest.mark.parametrize("count", [1, 2, 3, 5000])
def test_curves_are_drawn_in_their_colours(plot: CurvePlot, qtbot: QtBot, count: int) -> None:
    plot.update_curves([curve("total", count), curve("INCE A", count, scale=0.4)], STAGES[:1])
    drawn(plot, qtbot)
    assert plot.axis.range == (0.0, max(1.0, count - 1.0))
    assert {LIGHT.text, "#2160d8"} <= colours(plot.grab().toImage())
    assert "total, INCE A over" in plot.accessibleDescription()


def test_a_hidden_curve_is_not_drawn(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.update_curves([curve("total", 800), curve("INCE A", 800, scale=0.4)])
    drawn(plot, qtbot)
    item = plot.legend.items["INCE A"]
    item.setFocus()
    QTest.keyClick(item, Qt.Key.Key_Space)
    _, overlay = drawn(plot, qtbot)
    assert not item.isChecked()
    assert [line.trace.curve.kind.name for line in plot.legend_entries()] == ["total"]
    assert "#2160d8" not in colours(overlay.parentWidget().grab().toImage())
    plot.set_curve_shown("INCE A", True)
    assert item.isChecked()


def test_it_follows_new_steps_until_a_person_zooms(plot: CurvePlot, qtbot: QtBot) -> None:
    grown = curve("total", 1000)
    plot.update_curves([grown], STAGES)
    _, overlay = drawn(plot, qtbot)
    grown.append(1500, 1.0)
    plot.update_curves([grown], STAGES)
    assert plot.axis.range == (0.0, 1500.0)
    assert not plot.header.fit_action.isEnabled()
    QTest.mousePress(overlay, Qt.MouseButton.LeftButton, pos=QPoint(200, 60))
    QTest.mouseMove(overlay, QPoint(300, 60))
    QTest.mouseRelease(overlay, Qt.MouseButton.LeftButton, pos=QPoint(300, 60))
    first, last = plot.axis.range
    assert 200 < first < last < 1000
    grown.append(2000, 1.0)
    plot.update_curves([grown], STAGES)
    assert plot.axis.range == (first, last)
    qtbot.waitUntil(plot.header.fit_action.isEnabled, timeout=2000)
    QTest.mouseDClick(overlay, Qt.MouseButton.LeftButton, pos=QPoint(200, 60))
    assert plot.axis.range == (0.0, 2000.0)
    qtbot.waitUntil(lambda: not plot.header.fit_action.isEnabled(), timeout=2000)


def test_the_wheel_scrolls_the_page_until_the_plot_is_meant(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.update_curves([curve("total", 1000)])
    _, overlay = drawn(plot, qtbot)
    overlay.clearFocus()
    assert not wheel(overlay, 120, Qt.KeyboardModifier.NoModifier)
    assert plot.axis.is_fitted
    assert wheel(overlay, 120, Qt.KeyboardModifier.ControlModifier)
    assert not plot.axis.is_fitted
    assert wheel(overlay, -1200, Qt.KeyboardModifier.ControlModifier)
    assert plot.axis.is_fitted
    overlay.setFocus()
    assert wheel(overlay, 240, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(plot.header.fit_action.isEnabled, timeout=2000)
    plot.fit()
    qtbot.waitUntil(lambda: not plot.header.fit_action.isEnabled(), timeout=2000)


def test_keys_do_what_the_mouse_does(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.update_curves([curve("total", 1000)])
    plot.set_place_text(lambda step: f"place {step}")
    _, overlay = drawn(plot, qtbot)
    overlay.setFocus()
    QTest.keyClick(overlay, Qt.Key.Key_Right)
    first = plot.axis.pointer
    assert first is not None
    QTest.keyClick(overlay, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert plot.axis.pointer is not None
    assert plot.axis.pointer > first + 10
    assert f"place {plot.axis.pointer}; total " in overlay.accessibleDescription()
    QTest.keyClick(overlay, Qt.Key.Key_Plus)
    assert not plot.axis.is_fitted
    QTest.keyClick(overlay, Qt.Key.Key_End)
    assert plot.axis.range[1] > 900
    QTest.keyClick(overlay, Qt.Key.Key_0)
    assert plot.axis.is_fitted
    QTest.keyClick(overlay, Qt.Key.Key_L)
    assert plot.is_log
    assert plot.header.log_action.isChecked()
    QTest.keyClick(overlay, Qt.Key.Key_Escape)
    assert plot.axis.pointer is None


def test_the_crosshair_tells_all_curves(plot: CurvePlot, qtbot: QtBot) -> None:
    loss, merged = curve("total", 1000), curve("merged", 10, every=100)
    plot.update_curves([loss, merged])
    drawn(plot, qtbot)
    heading, readings = plot._read(250)
    assert heading == "Step 250"
    assert [reading.title for reading in readings] == ["total", "merged"]
    assert readings[0].text == f"{loss.y[250]:.3f}".rstrip("0") or readings[0].y is not None
    _, readings = plot._read(5000)
    assert [reading.title for reading in readings] == ["merged"], "the loss has ended by then"


def test_smoothing_and_scale_are_said(plot: CurvePlot, qtbot: QtBot) -> None:
    values = curve("total", 1000)
    for row in range(1000, 1010):
        values.append(row, -1.0 if row % 2 else 0.0)
    plot.update_curves([values], STAGES)
    plot.set_smoothing(20)
    plot.set_log(True)
    drawn(plot, qtbot)
    assert plot.note == "smoothed over 20 steps · logarithmic, 10 values at or below 0 left out"
    assert plot.note in plot.header.notes()[0]
    checked = [action.data() for action in plot.header._windows.actions() if action.isChecked()]
    assert checked == [20]
    plot.set_smoothing(1)
    plot.set_log(False)
    drawn(plot, qtbot)
    assert plot.note == ""


def test_values_that_are_no_numbers_do_no_harm(plot: CurvePlot, qtbot: QtBot) -> None:
    values = Curve(CurveKind("total", "total", "losses", Cadence.STEP))
    for row, value in enumerate([math.nan, math.inf, -math.inf, math.nan]):
        values.append(row, value)
    plot.update_curves([values])
    drawn(plot, qtbot)
    plot.grab()
    plot.set_log(True)
    plot.set_smoothing(5)
    drawn(plot, qtbot)
    plot.grab()
    assert plot._read(1)[1][0].text == "infinite"


def test_a_second_axis_has_its_own_values(qtbot: QtBot) -> None:
    plot = CurvePlot("Schedule", "learning rate", right_names=("alpha",), right_label="alpha")
    qtbot.addWidget(plot)
    plot.resize(600, 300)
    plot.show()
    rate, alpha = curve("learning_rate", 400, scale=1e-4), curve("alpha", 4, every=100)
    plot.update_curves([rate, alpha])
    drawn(plot, qtbot)
    _, readings = plot._read(100)
    ys = [reading.y for reading in readings]
    assert all(y is not None and 0 < y < 300 for y in ys)
    assert plot.header.notes() == ("learning rate", "alpha")


def test_plots_share_their_steps_and_the_crosshair(qtbot: QtBot) -> None:
    page, axis = QWidget(), StepAxis()
    plots = [CurvePlot(title, axis=axis, parent=page) for title in ("Losses", "mAP@All")]
    column = QVBoxLayout(page)
    for plot in plots:
        column.addWidget(plot)
    qtbot.addWidget(page)
    page.resize(600, 600)
    page.show()
    plots[0].update_curves([curve("total", 1000)], STAGES)
    plots[1].update_curves([curve("map", 12, every=100)], STAGES)
    canvases = [drawn(plot, qtbot)[0] for plot in plots]
    assert [canvas.steps for canvas in canvases] == [(0.0, 1100.0)] * 2
    assert canvases[0].area.left() == canvases[1].area.left()
    axis.show_range(100, 300)
    drawn(plots[0], qtbot)
    assert [canvas.steps for canvas in canvases] == [(100.0, 300.0)] * 2
    overlay = plots[0].drawing()[1]
    assert overlay is not None
    QTest.mouseMove(overlay, QPoint(300, 80))
    qtbot.waitUntil(lambda: axis.pointer is not None, timeout=2000)


def test_a_new_run_in_the_same_plot(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.update_curves([curve("total", 1000), curve("INCE A", 1000)], STAGES)
    drawn(plot, qtbot)
    plot.set_curve_shown("INCE A", False)
    plot.update_curves([])
    qtbot.wait(130)
    assert plot.is_empty
    assert plot.accessibleDescription() == EMPTY
    plot.update_curves([curve("INCE A", 30), curve("DAL", 30)])
    drawn(plot, qtbot)
    assert plot.axis.range == (0.0, 29.0)
    assert [line.trace.curve.kind.name for line in plot.legend_entries()] == ["DAL"]
    assert plot.legend.items["total"].isHidden()


def ground(image: QImage) -> str:
    """The colour that most of a picture has; blends at the edges of letters do not count."""
    found = Counter(
        image.pixelColor(x, y).name()
        for x in range(0, image.width(), 3)
        for y in range(0, image.height(), 3)
    )
    return found.most_common(1)[0][0]


def test_colours_follow_the_scheme(plot: CurvePlot, qtbot: QtBot, tmp_path: Path) -> None:
    plot.update_curves([curve("total", 1000), curve("INCE A", 1000, scale=0.4)], STAGES)
    drawn(plot, qtbot)
    assert ground(plot.grab().toImage()) == LIGHT.surface
    plot.setPalette(palette_of(DARK))

    def is_dark() -> bool:
        image = plot.grab().toImage()
        return ground(image) == DARK.surface and {DARK.text, "#6ba4fb"} <= colours(image)

    qtbot.waitUntil(is_dark, timeout=20_000)
    plot.export_png(tmp_path / "dark.png", scale=1.0)
    assert ground(QImage(str(tmp_path / "dark.png"))) == DARK.surface


def test_a_picture_is_as_large_as_wished(plot: CurvePlot, qtbot: QtBot, tmp_path: Path) -> None:
    plot.update_curves([curve("total", 1000), curve("INCE A", 1000)], STAGES)
    drawn(plot, qtbot)
    plot.export_png(tmp_path / "small.png", scale=1)
    plot.export_png(tmp_path / "large.png", scale=3)
    small, large = (QImage(str(tmp_path / name)) for name in ("small.png", "large.png"))
    assert small.width() == plot.width()
    assert large.width() == 3 * small.width()
    assert {LIGHT.text, "#2160d8"} <= colours(large)
    with pytest.raises(OSError, match=r"."):
        plot.export_png(tmp_path / "nowhere" / "x.png")
    assert sorted(os.listdir(tmp_path)) == ["large.png", "small.png"]


def test_the_menu_asks_for_files(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.update_curves([curve("total", 10)])
    drawn(plot, qtbot)
    with qtbot.waitSignal(plot.csv_wanted):
        plot.header.csv_action.trigger()
    with qtbot.waitSignal(plot.png_wanted):
        plot.header.png_action.trigger()
    (smoothing,) = (action for action in plot.header.menu().actions() if action.menu())
    smoothing.menu().actions()[3].trigger()
    assert plot.smoothing == 100


def test_a_million_points_are_updated_in_a_blink(plot: CurvePlot, qtbot: QtBot) -> None:
    large = Curve(CurveKind("total", "total", "losses", Cadence.STEP))
    large._x.extend(np.arange(1_000_000))
    large._y.extend(np.random.default_rng(0).normal(size=1_000_000))
    large._last = 999_999
    plot.update_curves([large])
    drawn(plot, qtbot)
    times = []
    for number in range(20):
        for row in range(50):
            large.append(1_000_000 + 50 * number + row, 1.0)
        before = time.thread_time()
        plot.update_curves([large])
        plot._redraw()
        times.append(time.thread_time() - before)
    assert sorted(times)[10] < 0.02  # 2 ms on a core that does nothing else
