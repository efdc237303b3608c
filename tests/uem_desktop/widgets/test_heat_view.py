"""Heat over an image: its colours, and where its positions are."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage

from uem_desktop.widgets.heat_palette import heat_colours, heat_image
from uem_desktop.widgets.heat_view import HeatLayer, HeatView


def lightness(colours: np.ndarray) -> np.ndarray:
    """CIE L* of sRGB colours (n, 3), 0..100."""
    linear = colours / 255
    linear = np.where(linear <= 0.04045, linear / 12.92, ((linear + 0.055) / 1.055) ** 2.4)
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    root = np.where(luminance > 0.008856, np.cbrt(luminance), 7.787 * luminance + 16 / 116)
    return 116 * root - 16


def test_lightness_rises_evenly() -> None:
    steps = np.diff(lightness(heat_colours(np.linspace(0, 1, 21))))
    assert (steps > 0).all()
    assert steps.max() < 1.8 * steps.mean()
    assert steps.min() > 0.4 * steps.mean()


def test_values_stand_at_the_middles_of_their_cells() -> None:
    picture = heat_image(np.array([[0.0, 1.0], [-3.0, 2.0]]), largest=2.0)
    assert (picture.width(), picture.height()) == (256, 256)
    corners = {
        (0, 0): picture.pixelColor(0, 0),
        (1, 0): picture.pixelColor(0, 255),
        (1, 1): picture.pixelColor(255, 255),
    }
    black, white = heat_colours(np.array([0.0, 1.0])).tolist()
    assert list(corners[1, 0].getRgb())[:3] == black, "what is against the match is as dark as 0"
    assert list(corners[1, 1].getRgb())[:3] == white
    assert corners[0, 0].lightness() < corners[1, 1].lightness()


@pytest.fixture
def view(qtbot):
    view = HeatView()
    qtbot.addWidget(view)
    view.resize(316, 216)
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    view.show()
    view.show_image(image, "made")
    yield view
    view.close()


def layer(**more) -> HeatLayer:
    picture = QImage(8, 8, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.green)
    return HeatLayer(picture, (2, 4), (1 / 6, 0.0, 5 / 6, 1.0), **more)


def colour_at(view: HeatView, x: int, y: int) -> tuple[int, ...]:
    return view.grab().toImage().pixelColor(x, y).getRgb()[:3]


def test_the_image_is_grey_under_heat_and_dim_beside_it(view: HeatView) -> None:
    assert colour_at(view, 158, 108) == (255, 0, 0)
    view.show_heat(layer())
    view.set_opacity(0.0)
    red, green, blue = colour_at(view, 158, 108)
    assert red == green == blue
    view.set_opacity(1.0)
    assert colour_at(view, 158, 108) == (0, 255, 0)
    beside = colour_at(view, 20, 108)
    assert len(set(beside)) > 1 or beside[0] > red, "a veil lies over what the encoder does not see"
    view.show_heat(None)
    assert colour_at(view, 158, 108) == (255, 0, 0)


def test_the_position_under_the_pointer(view: HeatView, qtbot) -> None:
    assert view.position_at(QPointF(158, 108)) is None
    view.show_heat(layer())
    # the image lies from 8 to 308, its heat from 58 to 258 in 4 columns of 50, 2 rows of 100
    assert view.position_at(QPointF(60, 20)) == (0, 0)
    assert view.position_at(QPointF(160, 20)) == (0, 2)
    assert view.position_at(QPointF(255, 200)) == (1, 3)
    assert view.position_at(QPointF(50, 20)) is None
    with qtbot.waitSignal(view.position_pointed) as pointed:
        qtbot.mouseMove(view, QPointF(110, 150).toPoint())
    assert pointed.args == [(1, 1)]
    with qtbot.waitSignal(view.position_pointed) as pointed:
        view.show_heat(None)
    assert pointed.args == [None]


def test_another_file_has_no_heat_of_the_one_before(view: HeatView, tmp_path) -> None:
    view.show_heat(layer(framed=(0, 1)))
    view.grab()
    view.show_path(tmp_path / "other.png")
    assert view.heat is None
