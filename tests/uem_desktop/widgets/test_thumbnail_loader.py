from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QPixmap
from pytestqt.qtbot import QtBot

from uem_desktop.widgets.thumbnail import Thumbnail
from uem_desktop.widgets.thumbnail_cache import ThumbnailCache
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.thumbnail_queue import MAX_SINGLE_WISHES, ThumbnailQueue


def thumbnail(side: int, *, is_whole: bool = False) -> Thumbnail:
    pixmap = QPixmap(side, side)
    pixmap.fill()
    return Thumbnail(pixmap, None, is_whole)


def test_the_newest_wish_comes_first_and_old_ones_are_dropped() -> None:
    queue = ThumbnailQueue()
    for number in range(MAX_SINGLE_WISHES + 5):
        queue.push((Path(str(number)), 64))
    taken = [queue.take() for _ in range(3)]
    last = MAX_SINGLE_WISHES + 4
    assert taken == [(Path(str(last - step)), 64) for step in range(3)]
    for _ in range(MAX_SINGLE_WISHES - 3):
        assert queue.take() is not None
    queue.close()
    assert queue.take() is None


def test_a_new_list_replaces_the_one_before() -> None:
    queue = ThumbnailQueue()
    queue.set_list(1, [(Path("gone"), 64)])
    queue.set_list(1, [(Path("a"), 64), (Path("b"), 64)])
    assert [queue.take(), queue.take()] == [(Path("a"), 64), (Path("b"), 64)]
    assert not queue.is_idle()
    queue.finish((Path("a"), 64))
    queue.finish((Path("b"), 64))
    assert queue.is_idle()


def test_the_cache_keeps_its_budget_and_what_was_used_last(qapp: object) -> None:
    one = thumbnail(32).byte_count
    cache = ThumbnailCache(3 * one)
    for name in "abc":
        cache.insert(Path(name), 32, thumbnail(32))
    cache.find(Path("a"), 32)
    cache.insert(Path("d"), 32, thumbnail(32))
    assert cache.byte_count == 3 * one
    assert cache.find(Path("b"), 32)[0] is None
    assert cache.find(Path("a"), 32)[1]
    small, is_good = cache.find(Path("a"), 128)
    assert small is not None
    assert not is_good, "too small, but better than nothing"
    cache.forget(Path("a"))
    assert cache.find(Path("a"), 32)[0] is None


def test_images_come_and_failures_have_a_reason(
    qtbot: QtBot, loader: ThumbnailLoader, image_files: list[Path], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"")
    loaded: list[Path] = []
    loader.loaded.connect(loaded.extend)
    owner = QObject()
    loader.set_wanted(owner, [(path, 64) for path in (*image_files, broken)])
    qtbot.waitUntil(loader.is_idle)
    assert set(loaded) == {*image_files, broken}
    assert loader.reason(broken) == "the file is empty"
    pixmap = loader.request(image_files[0], 64)
    assert pixmap is not None
    assert max(pixmap.width(), pixmap.height()) >= 48
    assert loader.byte_count > 0
    loader.forget([broken])
    assert loader.reason(broken) is None


def test_close_ends_the_threads(qapp: object, image_files: list[Path]) -> None:
    before = set(threading.enumerate())
    loader = ThumbnailLoader()
    assert len(set(threading.enumerate()) - before) == 2
    loader.set_wanted(loader, [(path, 256) for path in image_files])
    loader.close()
    loader.close()
    assert set(threading.enumerate()) <= before
