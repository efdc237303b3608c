"""Thumbnails on demand: decoded in threads, handed out on the GUI thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPixmap

from training.data.decoding import DecodeError
from uem_desktop.widgets.thumbnail import RenderedImage, Thumbnail, render_thumbnail, step_size
from uem_desktop.widgets.thumbnail_cache import ThumbnailCache
from uem_desktop.widgets.thumbnail_queue import Key, ThumbnailQueue

DEFAULT_BUDGET_BYTES = 128 * 1024**2
DELIVERY_INTERVAL_MS = 16

_log = logging.getLogger("uem_desktop.widgets")


class ThumbnailLoader(QObject):
    """Makes thumbnails that somebody looks at and keeps the ones used last.

    All methods belong to the GUI thread. Call `close` before the application ends.

    Signals:
        loaded(list): Paths whose thumbnails are there now or cannot be made; at most 60 times
            a second, however many there are.
    """

    loaded = Signal(list)
    _result_queued = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        budget_bytes: int = DEFAULT_BUDGET_BYTES,
        thread_count: int = 2,
    ) -> None:
        super().__init__(parent)
        self._cache = ThumbnailCache(budget_bytes)
        self._reasons: dict[Path, str] = {}
        self._queue = ThumbnailQueue()
        self._results: list[tuple[Key, RenderedImage | str]] = []
        self._lock = threading.Lock()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELIVERY_INTERVAL_MS)
        self._timer.timeout.connect(self._deliver)
        self._result_queued.connect(self._timer.start, Qt.ConnectionType.QueuedConnection)
        self._threads = [
            threading.Thread(target=self._work, name=f"thumbnails-{number}", daemon=True)
            for number in range(thread_count)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def byte_count(self) -> int:
        """Memory that the thumbnails take."""
        return self._cache.byte_count

    def request(self, path: Path, size_px: int) -> QPixmap | None:
        """Return the best thumbnail there is, and make a better one where it falls short.

        Args:
            path: An image file.
            size_px: Side of the square it is to fill, in device pixels.

        Returns:
            A pixmap, which may be smaller or larger than asked for; None when there is none yet
            or the file cannot be decoded (`reason` says which).
        """
        step = step_size(size_px)
        thumbnail, is_good = self._cache.find(path, step)
        if not is_good and path not in self._reasons:
            self._queue.push((path, step))
        return thumbnail.pixmap if thumbnail else None

    def find(self, path: Path, size_px: int) -> Thumbnail | None:
        """Return the best thumbnail there is, and ask for nothing."""
        return self._cache.find(path, step_size(size_px))[0]

    def reason(self, path: Path) -> str | None:
        """Return why a file has no thumbnail, None when that is not known."""
        return self._reasons.get(path)

    def set_wanted(self, owner: QObject, wishes: Sequence[tuple[Path, int]]) -> None:
        """Replace what one owner looks at; what it wished before and does not now is dropped.

        Args:
            owner: Who asks, for example a grid.
            wishes: Files and sizes in device pixels, the most urgent first.
        """
        steps = ((path, step_size(size_px)) for path, size_px in wishes)
        missing = [
            (path, step)
            for path, step in steps
            if path not in self._reasons and not self._cache.find(path, step)[1]
        ]
        self._queue.set_list(id(owner), missing)

    def forget(self, paths: Iterable[Path] | None = None) -> None:
        """Drop the thumbnails and failures of files that changed; None for all files."""
        if paths is None:
            self._cache.clear()
            self._reasons.clear()
            return
        for path in paths:
            self._cache.forget(path)
            self._reasons.pop(path, None)

    def is_idle(self) -> bool:
        """Return whether everything wished for has been delivered."""
        return self._queue.is_idle()

    def close(self) -> None:
        """End the threads and wait for them; a second call does nothing."""
        self._queue.close()
        for thread in self._threads:
            thread.join()
        self._threads.clear()
        self._timer.stop()
        self._results.clear()

    def _work(self) -> None:
        while (key := self._queue.take()) is not None:
            result = _render(key)
            with self._lock:
                is_first = not self._results
                self._results.append((key, result))
            if is_first:
                self._result_queued.emit()

    def _deliver(self) -> None:
        with self._lock:
            results, self._results = self._results, []
        for key, result in results:
            self._queue.finish(key)
            path, size_px = key
            if isinstance(result, str):
                self._reasons[path] = result
                continue
            backdrop = QColor(*result.backdrop) if result.backdrop else None
            pixmap = QPixmap.fromImage(result.image)
            self._cache.insert(path, size_px, Thumbnail(pixmap, backdrop, result.is_whole))
        if results:
            self.loaded.emit([path for (path, _), _ in results])


def _render(key: Key) -> RenderedImage | str:
    try:
        return render_thumbnail(*key)
    except DecodeError as error:
        return error.reason
    except MemoryError:
        return "too large for the memory of this computer"
    except Exception:
        _log.exception("No thumbnail of %s", key[0])
        return "it could not be decoded"
