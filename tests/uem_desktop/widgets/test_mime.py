from __future__ import annotations

import base64
import os
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest
from broken_images import encoded
from export_world import EVIL_NAMES
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from training.data.decoding import decode_image
from uem_desktop.item_models.mime_data import file_mime_data
from uem_desktop.widgets.drop_zone import DropZone
from uem_desktop.widgets.mime import NETWORK_REFUSAL, NOTHING_REFUSAL, may_hold_images, read_mime


@pytest.fixture
def mime() -> QMimeData:
    return QMimeData()


def image() -> QImage:
    return QImage.fromData(encoded("PNG"))


def test_files_come_before_their_names_and_pixels(mime: QMimeData, tmp_path: Path) -> None:
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "ä b.png")), QUrl("https://a.example/x.png")])
    mime.setText("something else")
    mime.setImageData(image())
    assert read_mime(mime).paths == (tmp_path / "ä b.png",)


def test_an_address_alone_is_refused(mime: QMimeData) -> None:
    mime.setUrls([QUrl("https://a.example/x.png")])
    assert may_hold_images(mime)
    assert read_mime(mime).refusal == NETWORK_REFUSAL


def test_pixels_beside_an_address_are_taken(mime: QMimeData, qapp: object) -> None:
    mime.setUrls([QUrl("https://a.example/x.png")])
    mime.setImageData(image())
    content = read_mime(mime).image_bytes
    assert content is not None
    assert (decode_image(content) == decode_image(encoded("PNG"))).all()


def test_an_image_in_its_own_address_is_taken(mime: QMimeData) -> None:
    text = "data:image/png;base64," + base64.b64encode(encoded("PNG")).decode()
    mime.setUrls([QUrl(text)])
    assert read_mime(mime).image_bytes == encoded("PNG")


def test_paths_as_text_are_taken_when_they_are_there(mime: QMimeData, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"x")
    mime.setText(f"{tmp_path / 'a.png'}\n")
    assert read_mime(mime).paths == (tmp_path / "a.png",)
    other = QMimeData()
    other.setText("just words")
    assert read_mime(other).refusal == NOTHING_REFUSAL
    assert not may_hold_images(other)


def test_nothing_is_refused_in_a_sentence(mime: QMimeData) -> None:
    assert read_mime(mime).refusal == NOTHING_REFUSAL


def test_a_drop_zone_takes_clicks_and_keys(qtbot: QtBot) -> None:
    zone = DropZone("Drop here", "or click")
    qtbot.addWidget(zone)
    zone.show()
    with qtbot.waitSignal(zone.clicked):
        qtbot.mouseClick(zone, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(zone.clicked):
        qtbot.keyClick(zone, " ")


def test_dragged_out_and_dropped_again_every_name_is_the_same(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in (*EVIL_NAMES, "100 %.png", "a#b?c.png")]
    data = file_mime_data(paths)
    lines = bytes(data.data("text/uri-list").data()).split(b"\r\n")
    assert lines[-1] == b""
    assert [unquote_to_bytes(line.removeprefix(b"file://")) for line in lines[:-1]] == [
        os.fsencode(path) for path in paths
    ]
    assert may_hold_images(data)
    assert read_mime(data).paths == tuple(paths)
    assert [url.isLocalFile() for url in data.urls()] == [True] * len(paths)
