"""The pictures of one query side by side, at most a few of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QDrag, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from uem_desktop.item_models.mime_data import file_mime_data
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import RADIUS_S, SPACE_XS, tokens_of

_MAX_SHOWN = 4
_SIDE = 88
_SMALL_SIDE = 42


class QueryPictures(QWidget):
    """One large picture, or up to four small ones; can be dragged out as files."""

    def __init__(self, loader: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loader = loader
        self._paths: tuple[Path, ...] = ()
        self._pressed_at: object = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(_SIDE, _SIDE)
        loader.loaded.connect(self._note_loaded)

    @property
    def has_images(self) -> bool:
        """Whether there is a query."""
        return bool(self._paths)

    def show_images(self, paths: Sequence[Path]) -> None:
        """Show these images."""
        self._paths = tuple(paths)
        self.setAccessibleName(", ".join(path.name for path in self._paths[:5]))
        self.update()

    def _places(self) -> list[QRect]:
        if len(self._paths) == 1:
            return [QRect(0, 0, _SIDE, _SIDE)]
        step = _SMALL_SIDE + SPACE_XS
        places = [(0, 0), (step, 0), (0, step), (step, step)]
        return [QRect(x, y, _SMALL_SIDE, _SMALL_SIDE) for x, y in places[: len(self._paths)]]

    def _note_loaded(self, paths: Sequence[Path]) -> None:
        if not set(self._paths[:_MAX_SHOWN]).isdisjoint(paths):
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        places = self._places()
        for number, place in enumerate(places):
            shape = QPainterPath()
            shape.addRoundedRect(place, RADIUS_S, RADIUS_S)
            painter.fillPath(shape, QColor(tokens.tile))
            hidden_count = len(self._paths) - _MAX_SHOWN + 1
            if number == _MAX_SHOWN - 1 and hidden_count > 1:
                painter.setPen(QColor(tokens.text_dim))
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, f"+{hidden_count}")
                continue
            pixmap = self._loader.request(
                self._paths[number], round(_SIDE * self.devicePixelRatioF())
            )
            if pixmap is None or pixmap.isNull():
                continue
            painter.setClipPath(shape)
            shown = pixmap.deviceIndependentSize().scaled(
                place.size(), Qt.AspectRatioMode.KeepAspectRatio
            )
            target = QRect(0, 0, round(shown.width()), round(shown.height()))
            target.moveCenter(place.center())
            painter.drawPixmap(target, pixmap)
            painter.setClipping(False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is None or not self._paths:
            return
        moved = (event.position() - self._pressed_at).manhattanLength()  # type: ignore[operator]
        if moved >= QApplication.startDragDistance():
            self._pressed_at = None
            drag = QDrag(self)
            drag.setMimeData(file_mime_data(self._paths))
            drag.exec(Qt.DropAction.CopyAction)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = None
