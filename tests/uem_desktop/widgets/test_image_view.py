from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from broken_images import picture
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from uem_desktop.widgets.image_view import ImageView
from uem_desktop.widgets.zoom import MAX_ZOOM, ViewZoom


def test_a_fitted_image_touches_two_edges() -> None:
    zoom = ViewZoom((400, 200), (100, 100))
    assert zoom.is_fitted
    assert zoom.zoom == 0.25
    assert zoom.fitted().target == (0, 25, 100, 50)


def test_the_place_under_the_pointer_stays() -> None:
    zoom = ViewZoom((4000, 3000), (800, 600)).fitted()
    at = (200.0, 450.0)

    def place(view: ViewZoom) -> tuple[float, float]:
        left, top, _, _ = view.target
        return (at[0] - left) / view.zoom, (at[1] - top) / view.zoom

    closer = zoom.zoomed(1.0, at).zoomed(3.0, at)
    assert place(closer) == pytest.approx(place(zoom))


def test_zoom_and_pan_have_limits() -> None:
    zoom = ViewZoom((100, 100), (50, 50)).fitted()
    assert zoom.zoomed(1e9).zoom == MAX_ZOOM
    assert zoom.zoomed(1e-9).zoom == 0.5
    left, top, width, height = zoom.zoomed(2.0).panned(1e6, -1e6).target
    assert (left, top + height) == (0, 50)
    assert width == 200
    assert not zoom.can_pan


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[ImageView]:
    view = ImageView()
    qtbot.addWidget(view)
    view.resize(300, 300)
    view.show()
    yield view
    view.close()


def test_it_shows_the_newest_path_only(view: ImageView, qtbot: QtBot, tmp_path: Path) -> None:
    for number, size in enumerate([(640, 480), (320, 240), (120, 60)]):
        picture(*size, seed=number).save(tmp_path / f"{number}.png")
        view.show_path(tmp_path / f"{number}.png")
        assert view.image_size is None, "cleared at once: never the picture before"
    qtbot.waitUntil(lambda: not view.is_loading)
    assert view.image_size == (120, 60)


def test_keys_zoom(view: ImageView, qtbot: QtBot, tmp_path: Path) -> None:
    picture(900, 600).save(tmp_path / "a.png")
    view.show_path(tmp_path / "a.png")
    qtbot.waitUntil(lambda: not view.is_loading)
    assert view.is_fitted
    fitted = view.zoom
    assert fitted is not None
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.zoom is not None
    assert view.zoom > fitted
    QTest.keyClick(view, Qt.Key.Key_1)
    assert view.zoom == 1.0
    QTest.keyClick(view, Qt.Key.Key_0)
    assert view.is_fitted
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton)
    assert view.zoom == 1.0


def test_a_broken_image_says_why(view: ImageView, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"words")
    with qtbot.waitSignal(view.image_failed) as caught:
        view.show_path(tmp_path / "a.jpg")
    assert "text" in caught.args[0]
    assert view.reason == caught.args[0]
    view.clear()
    assert view.reason is None


def test_close_leaves_no_thread(qtbot: QtBot, tmp_path: Path) -> None:
    before = set(threading.enumerate())
    view = ImageView()
    qtbot.addWidget(view)
    picture(2000, 1500).save(tmp_path / "a.png")
    view.show_path(tmp_path / "a.png")
    view.close()
    assert set(threading.enumerate()) <= before
