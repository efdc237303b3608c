"""A person asks with images from elsewhere: dropped, pasted, several at once."""

from __future__ import annotations

import numpy as np
import pytest
from broken_images import encoded
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication, QImage

from training.resources import resource_path


@pytest.fixture
def outside() -> list:
    return sorted(resource_path("sample", "clipart", "vehicle").iterdir())[:3]


def test_one_dropped_file_is_the_query(opened, outside, make_mime) -> None:
    opened.drop(opened.window.explore.query_strip, make_mime(outside[0]))
    opened.wait_answered()
    assert opened.state.search.query == (outside[0],)
    assert set(opened.marks()) == {"unknown"}


def test_several_images_are_one_query_by_their_mean(opened, folders, make_mime) -> None:
    paths = sorted((folders.query / "bird").iterdir())[:3]
    opened.drop(opened.window.explore.query_strip, make_mime(*paths))
    opened.wait_answered()
    assert opened.state.search.query == tuple(paths)
    session = opened.state.session
    mean = np.mean([session.embedding_of_image(path) for path in paths], axis=0)
    mean /= np.linalg.norm(mean)
    best = opened.state.search.result.matches[0]
    similarity = float(session.embedding_of_image(best.record.path) @ mean)
    assert best.similarity == pytest.approx(similarity, abs=1e-5)
    assert "unknown" not in opened.marks(), "they share the category bird"


def test_a_dropped_folder_is_a_query_of_all_its_images(opened, folders, make_mime) -> None:
    opened.drop(opened.window.explore.query_strip, make_mime(folders.query / "tool"))
    opened.qtbot.waitUntil(lambda: len(opened.state.search.query) == 8)
    opened.wait_answered()


def test_pixels_from_a_browser_are_a_query(opened) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://pictures.example/bird.png")])
    mime.setImageData(QImage.fromData(encoded("PNG")))
    opened.drop(opened.window.explore.query_strip, mime)
    opened.wait_answered()
    (path,) = opened.state.search.query
    assert path.is_file()


def test_an_address_is_refused_in_a_sentence(opened) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://pictures.example/bird.png")])
    before = opened.state.search.query
    opened.drop(opened.window.explore.query_strip, mime)
    assert "never touches the network" in opened.window.explore.query_strip.note
    assert opened.state.search.query == before


def test_paste(opened, folders, make_mime) -> None:
    clipboard = QGuiApplication.clipboard()
    path = sorted((folders.query / "tool").iterdir())[2]
    clipboard.setMimeData(make_mime(path))
    opened.window.queries.paste.trigger()
    opened.wait_answered()
    assert opened.state.search.query == (path,)
    clipboard.setImage(QImage.fromData(encoded("PNG")))
    opened.window.queries.paste.trigger()
    opened.wait_answered()
    assert opened.state.search.query != (path,)
    clipboard.clear()


def test_a_dropped_broken_file_says_why(opened, tmp_path, make_mime) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"only words")
    opened.drop(opened.window.explore.query_strip, make_mime(broken))
    strip = opened.window.explore.query_strip
    opened.qtbot.waitUntil(lambda: "broken.jpg" in strip.note, timeout=90_000)
    assert "it holds text" in strip.note


def test_a_cell_can_be_dragged_onto_the_query(opened) -> None:
    grid = opened.window.explore.match_panel.grid
    grid.set_current_row(2)
    wanted = opened.window.explore.match_panel.model.match_at(2).record.path
    mime, count = grid.dragged_data()
    assert count == 1
    opened.drop(opened.window.explore.query_strip, mime)
    opened.wait_answered()
    assert opened.state.search.query == (wanted,)
