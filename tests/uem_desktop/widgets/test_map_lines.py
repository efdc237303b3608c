"""Lines painted in moments are the lines painted at once, and move along while one moves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from uem_desktop.widgets import map_lines
from uem_desktop.widgets.map_camera import MapCamera
from uem_desktop.widgets.map_lines import MapLineLayer
from uem_desktop.widgets.map_overlay import MapLines, paint_lines
from uem_desktop.widgets.point_grid import PointGrid
from uem_desktop.widgets.tokens import LIGHT

SIZE, CAMERA = QSizeF(200, 160), MapCamera(5.0, 5.0, 12.0)
GRID = PointGrid(np.random.default_rng(0).random((40, 2)).astype(np.float32) * 10)
LINES = MapLines(np.arange(20), np.arange(20, 40), np.arange(20, dtype=np.int8) % 3 - 1)


def canvas(ratio: float) -> QImage:
    image = QImage((SIZE * ratio).toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    return image


def at_once(camera: MapCamera, ratio: float, lines: MapLines = LINES) -> QImage:
    image = canvas(ratio)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    starts, ends = (camera.to_view(GRID.points[at], SIZE) for at in (lines.starts, lines.ends))
    paint_lines(painter, starts, ends, lines.is_right, LIGHT)
    painter.end()
    return image


def painted(
    layer: MapLineLayer,
    camera: MapCamera,
    ratio: float = 1.0,
    lines: MapLines | None = LINES,
    paint_s: float = 9.0,
) -> tuple[QImage, bool]:
    image = canvas(ratio)
    painter = QPainter(image)
    is_complete = layer.paint(painter, lines, GRID, camera, SIZE, LIGHT, paint_s=paint_s)
    painter.end()
    return image, is_complete


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_in_moments_they_become_what_they_are_at_once(qtbot: QtBot, ratio: float) -> None:
    layer, moments = MapLineLayer(), 0
    is_complete = False
    while not is_complete:
        image, is_complete = painted(layer, CAMERA, ratio, paint_s=0.0)
        moments += 1
    assert moments > 3
    assert image == at_once(CAMERA, ratio)
    assert painted(layer, CAMERA, ratio, paint_s=0.0) == (image, True)


def test_complete_lines_are_not_painted_again(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = MapLineLayer()
    first, _ = painted(layer, CAMERA)
    monkeypatch.setattr(map_lines, "line_steps", None)
    assert painted(layer, CAMERA) == (first, True)
    moved, is_complete = painted(layer, CAMERA.moved(30.0, -7.0))
    assert not is_complete
    assert moved.copy(30, 0, 170, 153) == first.copy(0, 7, 170, 153)


def test_where_one_stops_they_are_painted_anew(qtbot: QtBot) -> None:
    layer = MapLineLayer()
    painted(layer, CAMERA)
    for camera in (CAMERA.moved(30.0, -7.0), replace(CAMERA, scale=20.0)):
        shown, is_complete = painted(layer, camera)
        assert not is_complete
        assert shown != canvas(1.0)
        assert painted(layer, camera) == (at_once(camera, 1.0), True)


def test_other_lines_replace_them_and_none_leave_nothing(qtbot: QtBot) -> None:
    layer = MapLineLayer()
    painted(layer, CAMERA)
    others = MapLines(LINES.ends, LINES.starts[::-1], LINES.is_right)
    assert painted(layer, CAMERA, lines=others) == (at_once(CAMERA, 1.0, others), True)
    assert painted(layer, CAMERA, lines=None) == (canvas(1.0), True)
    assert painted(layer, CAMERA, paint_s=0.0)[1] is False
