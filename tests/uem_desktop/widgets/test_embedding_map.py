"""The map by pixels, mouse and keys."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from uem_desktop.widgets import map_cloud, map_tiles
from uem_desktop.widgets.embedding_map import EmbeddingMap
from uem_desktop.widgets.map_camera import MapCamera, around, fitting
from uem_desktop.widgets.map_card import CardText
from uem_desktop.widgets.map_cloud import MapCloud, point_size, shuffled
from uem_desktop.widgets.map_overlay import MapLines, MapMarker
from uem_desktop.widgets.point_grid import PointGrid
from uem_desktop.widgets.tokens import tokens_of

Key, Left, NoModifier = Qt.Key, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
RED, BLUE = "#ff0000", "#0000ff"
CORNERS = np.array([[0, 0], [10, 0], [0, 10], [10, 10], [5, 5]], np.float32)


def cloud_of(points: np.ndarray, codes: list[int] | None = None) -> MapCloud:
    count = len(points)
    return MapCloud(
        PointGrid(np.asarray(points, np.float32)),
        np.arange(count) % 2 == 1,
        np.array(codes if codes is not None else [0] * count, np.int16),
        (RED, BLUE),
        None,
        shuffled(count),
    )


@pytest.fixture
def view(qtbot: QtBot, loader) -> EmbeddingMap:
    view = EmbeddingMap(loader)
    qtbot.addWidget(view)
    view.resize(400, 400)
    view.show_cloud(cloud_of(CORNERS, [0, 1, 0, 1, -1]), lambda point: CardText(f"point {point}"))
    view.show()
    qtbot.waitExposed(view)
    return view


def picture_of(view: EmbeddingMap, qtbot: QtBot) -> QImage:
    view.repaint()
    qtbot.waitUntil(lambda: view.is_complete)
    return view.grab().toImage()


def colour_at(image: QImage, place: QPointF) -> str:
    return image.pixelColor(place.toPoint()).name()


def test_the_camera_goes_there_and_back() -> None:
    size, camera = QSizeF(300, 200), MapCamera(4.0, -2.0, 8.0)
    x, y = camera.to_view(np.array([[5.0, -1.0]]), size)[0]
    assert (x, y) == (158.0, 92.0)
    assert camera.to_plane(QPointF(x, y), size) == pytest.approx((5.0, -1.0))
    fit = fitting(PointGrid(CORNERS), size)
    nearer = camera.zoomed(2.0, QPointF(10, 20), size, fit)
    assert nearer.to_plane(QPointF(10, 20), size) == pytest.approx(
        camera.to_plane(QPointF(10, 20), size)
    )
    moved = camera.moved(16.0, 8.0)
    assert (moved.x, moved.y) == (2.0, -1.0)
    assert fit.zoomed(1e9, QPointF(0, 0), size, fit).scale == 4000 * fit.scale
    assert around(CORNERS[:1], size, fit).scale <= 10 * fit.scale


def test_everything_is_in_sight_and_stays_so_when_the_size_changes(view, qtbot) -> None:
    for size in ((400, 400), (700, 300)):
        view.resize(*size)
        for point in range(5):
            assert view.rect().contains(view.place_of(point).toPoint())
    assert view.place_of(4) == QPointF(350, 150)


def test_points_have_their_colours_and_shapes(view, qtbot) -> None:
    image = picture_of(view, qtbot)
    tokens = tokens_of(view.palette())
    shown = [colour_at(image, view.place_of(point)) for point in range(5)]
    assert shown == [RED, BLUE, RED, BLUE, tokens.text_disabled]
    assert colour_at(image, view.place_of(0) + QPointF(2, 2)) == RED, "a disc is round"
    assert colour_at(image, view.place_of(1) + QPointF(3.5, 3.5)) == tokens.canvas, "a diamond not"
    view.show_colours(np.array([1, 1, 1, 1, 1], np.int16), (RED, BLUE), np.arange(5) == 2)
    image = picture_of(view, qtbot)
    assert colour_at(image, view.place_of(2)) == BLUE
    faint = QColor(colour_at(image, view.place_of(3)))
    assert faint.blue() > faint.red() > 150


def test_a_click_chooses_a_drag_moves_and_a_loop_chooses_many(view, qtbot) -> None:
    chosen, many, opened = [], [], []
    view.point_chosen.connect(lambda point, is_added: chosen.append((point, is_added)))
    view.points_chosen.connect(lambda points, _: many.append(points.tolist()))
    view.point_opened.connect(opened.append)
    at = view.place_of(1).toPoint()
    qtbot.mouseClick(view, Left, pos=at + QPoint(3, 2))
    qtbot.mouseClick(view, Left, Qt.KeyboardModifier.ControlModifier, pos=at)
    qtbot.mouseClick(view, Left, pos=at + QPoint(-40, -60))
    assert chosen == [(1, False), (1, True), (-1, False)]
    qtbot.mouseDClick(view, Left, pos=at)
    assert opened == [1]
    before = view.camera
    start = QPoint(200, 250)
    qtbot.mousePress(view, Left, pos=start)
    qtbot.mouseMove(view, start + QPoint(30, 10))
    qtbot.mouseMove(view, start + QPoint(60, 20))
    qtbot.mouseRelease(view, Left, pos=start + QPoint(60, 20))
    assert view.place_of(1).toPoint() - at == QPoint(60, 20)
    assert view.camera.scale == before.scale
    assert len(chosen) == 3, "a drag is no click"
    loop = [QPoint(2, 2), QPoint(398, 2), QPoint(398, 240), QPoint(2, 240)]
    view.fit()
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.mousePress(view, Left, shift, pos=loop[0])
    for corner in loop[1:]:
        qtbot.mouseMove(view, corner)
    qtbot.mouseRelease(view, Left, shift, pos=loop[-1])
    assert many == [[2, 3, 4]]


def test_a_loop_holds_what_the_eye_sees_in_it(view) -> None:
    triangle = [QPointF(0, 0), QPointF(300, 0), QPointF(0, 300)]
    found = view.points_in(triangle)
    assert found.tolist() == [2]
    assert len(view.points_in([QPointF(190, 190), QPointF(210, 190), QPointF(200, 230)])) == 1


def test_keys_look_around_and_walk_from_point_to_point(view, qtbot) -> None:
    chosen = []
    view.point_chosen.connect(lambda point, _: chosen.append(point))
    view.point_chosen.connect(lambda point, _: view.show_selection(np.array([point]), point))
    fit = view.camera
    qtbot.keyClick(view, Key.Key_Right)
    assert view.camera.x > fit.x
    qtbot.keyClick(view, Key.Key_Plus)
    assert view.camera.scale == pytest.approx(1.3 * fit.scale)
    qtbot.keyClick(view, Key.Key_Minus)
    qtbot.keyClick(view, Key.Key_0)
    assert view.camera == fit
    control = Qt.KeyboardModifier.ControlModifier
    for key in (Key.Key_Up, Key.Key_Up, Key.Key_Left, Key.Key_Down, Key.Key_Down):
        qtbot.keyClick(view, key, control)
    assert chosen[0] == 4, "the first one is that in the middle"
    assert chosen[1] in (2, 3)
    assert set(chosen) <= set(range(5))
    opened = []
    view.point_opened.connect(opened.append)
    qtbot.keyClick(view, Key.Key_Return)
    assert opened == [chosen[-1]]


def test_resting_on_a_point_shows_its_card_with_its_picture(
    view, qtbot, image_files: list[Path]
) -> None:
    view.show_cloud(cloud_of(CORNERS), lambda n: CardText(f"point {n}", ("bird",), image_files[n]))
    qtbot.mouseMove(view, view.place_of(3).toPoint())
    assert view.hovered == 3
    assert view.card.isVisible()
    assert view.card.text == CardText("point 3", ("bird",), image_files[3])
    qtbot.waitUntil(lambda: view.card._pixmap is not None)
    assert view.rect().contains(view.card.geometry())
    qtbot.mouseMove(view, QPoint(200, 120))
    assert view.hovered is None
    assert not view.card.isVisible()


def test_markers_lie_over_points_and_can_be_clicked(view, qtbot) -> None:
    marker = MapMarker((5.0, 2.0), (5.0, 8.0), BLUE, "Prototype 1", "merged")
    view.show_markers([MapMarker((0.0, 5.0), None, RED, "Prototype 0"), marker])
    image = picture_of(view, qtbot)
    assert colour_at(image, QPointF(200, 120)) == BLUE, "merged ones are joined by a line"
    chosen = []
    view.marker_chosen.connect(chosen.append)
    place = QPointF(*view.camera.to_view(np.array([[5.0, 8.0]]), QSizeF(view.size()))[0])
    qtbot.mouseClick(view, Left, pos=place.toPoint())
    assert chosen == [1]
    assert view.card.text.title == "Prototype 1"


def test_lines_are_green_or_red_and_dashed(view, qtbot) -> None:
    lines = MapLines(np.array([0, 0]), np.array([1, 2]), np.array([1, 0], np.int8))
    view.show_lines(lines)
    image, tokens = picture_of(view, qtbot), tokens_of(view.palette())
    row = int(view.place_of(0).y())
    right = [image.pixelColor(x, row).name() for x in range(150, 250)]
    assert set(right) == {tokens.correct}
    column = int(view.place_of(0).x())
    wrong = [image.pixelColor(column, y).name() for y in range(150, 250)]
    assert {tokens.wrong, tokens.canvas} <= set(wrong)


def test_many_points_are_a_density_and_points_again_from_near(view, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(map_tiles, "MOST_POINTS", 500)
    points = np.random.default_rng(0).standard_normal((4000, 2))
    view.show_cloud(cloud_of(points), lambda point: CardText(""))
    image = picture_of(view, qtbot)
    assert view.is_density
    middle = QColor(image.pixelColor(200, 200))
    assert middle.red() > 200 > middle.blue()
    while view.is_density:
        view.zoom(2.0)
        view.repaint()
    seen = view.camera.seen(QSizeF(view.size()))
    count = len(view.cloud.grid.within(seen.left(), seen.top(), seen.right(), seen.bottom()))
    assert 0 < count <= 650


def test_what_was_painted_is_what_whole_pictures_show(view, qtbot, monkeypatch) -> None:
    """Moved step by step or looked at anew: the same pixels, also across the borders of parts."""
    points = np.random.default_rng(3).standard_normal((150, 2))
    view.show_cloud(cloud_of(points), lambda point: CardText(""))
    picture_of(view, qtbot)
    for _ in range(7):
        view.move_by(-31, 23)
        view.repaint()
    moved, camera = picture_of(view, qtbot), view.camera
    view.show_cloud(cloud_of(points), lambda point: CardText(""))
    view.look_from(camera)
    assert picture_of(view, qtbot) == moved


def test_points_shrink_where_they_are_many() -> None:
    sizes = [point_size(count, 5e5) for count in (10, 3000, 9000, map_cloud.MOST_POINTS)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] >= 4.0
    assert point_size(1000, 1e5) < point_size(1000, 1e6), "and in a small view"


def test_no_points_are_said_in_words(view, qtbot) -> None:
    view.set_empty_text("No map yet", "Open two folders.")
    view.show_cloud(None, lambda point: CardText(""))
    image = picture_of(view, qtbot)
    assert view.point_at(QPointF(200, 200)) is None
    assert (
        len({image.pixel(x, 190) for x in range(400)} | {image.pixel(x, 200) for x in range(400)})
        > 1
    )
    view.zoom(2.0)
    view.fit()
