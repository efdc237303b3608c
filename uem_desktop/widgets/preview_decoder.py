"""Whole images, decoded in threads; only the image asked for last is handed out."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from training.data.decoding import DecodeError, decode_image
from uem_desktop.widgets.thumbnail import qimage_of

SMALLEST_LEVEL = 256

_log = logging.getLogger("uem_desktop.widgets")


@dataclass(frozen=True, slots=True)
class Pyramid:
    """An image and its halves, so that a shrunk image is smooth and cheap to paint.

    Attributes:
        levels: Level k is shrunk by 2 ** k.
    """

    levels: tuple[QImage, ...]

    @classmethod
    def of(cls, image: QImage) -> Pyramid:
        """Build all levels."""
        levels = [image]
        while max(levels[-1].width(), levels[-1].height()) >= 2 * SMALLEST_LEVEL:
            last = levels[-1]
            levels.append(
                last.scaled(
                    max(1, last.width() // 2),
                    max(1, last.height() // 2),
                    Qt.AspectRatioMode.IgnoreAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
            )
        return cls(tuple(levels))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the image itself."""
        return self.levels[0].width(), self.levels[0].height()

    def level_for(self, zoom: float) -> QImage:
        """Return the smallest level that need not be enlarged for a zoom of 1 or less."""
        level = 0
        while level + 1 < len(self.levels) and 0.5 ** (level + 1) >= zoom:
            level += 1
        return self.levels[level]


class PreviewDecoder(QObject):
    """Decodes one image at a time for one view; a newer wish replaces an older one.

    Its two threads start with the first wish, two so that a huge image does not hold up the
    next one. Call `close` to end them.

    Signals:
        decoded(int, object): Number of the wish, and a `Pyramid` or the reason why there is none.
    """

    decoded = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._condition = threading.Condition()
        self._wish: tuple[int, Path | bytes] | None = None
        self._number = 0
        self._is_closed = False
        self._threads: list[threading.Thread] = []

    def ask(self, source: Path | bytes) -> int:
        """Wish for an image and return the number of the wish."""
        if not self._threads and not self._is_closed:
            self._threads = [
                threading.Thread(target=self._work, name=f"preview-{number}", daemon=True)
                for number in range(2)
            ]
            for thread in self._threads:
                thread.start()
        with self._condition:
            self._number += 1
            self._wish = self._number, source
            self._condition.notify()
            return self._number

    def withdraw(self) -> None:
        """Wish for nothing any more."""
        with self._condition:
            self._number += 1
            self._wish = None

    def close(self) -> None:
        """End the threads and wait for them; a second call does nothing."""
        with self._condition:
            self._is_closed = True
            self._wish = None
            self._condition.notify_all()
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def _work(self) -> None:
        while True:
            with self._condition:
                while self._wish is None and not self._is_closed:
                    self._condition.wait()
                if self._wish is None:
                    return
                number, source = self._wish
                self._wish = None
            result = _decode(source)
            if number == self._number and not self._is_closed:
                self.decoded.emit(number, result)


def _decode(source: Path | bytes) -> Pyramid | str:
    try:
        return Pyramid.of(qimage_of(decode_image(source)))
    except DecodeError as error:
        return error.reason
    except MemoryError:
        return "too large for the memory of this computer"
    except Exception:
        _log.exception("No preview of %s", source if isinstance(source, Path) else "bytes")
        return "it could not be decoded"
