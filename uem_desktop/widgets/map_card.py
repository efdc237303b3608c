"""The card beside the pointer: a small picture, a name, a few words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from uem_desktop.widgets.fonts import scaled
from uem_desktop.widgets.tokens import RADIUS_M, SPACE_S, tokens_of

_PICTURE = 112
_WIDEST = 200
_AWAY = 16


@dataclass(frozen=True, slots=True)
class CardText:
    """What a card says.

    Attributes:
        title: Its first line.
        lines: What follows, in a paler colour.
        path: The file whose picture is shown; None for none.
    """

    title: str
    lines: tuple[str, ...] = ()
    path: Path | None = None


class MapCard(QWidget):
    """Lies over its parent and lets the mouse through."""

    picture_px = _PICTURE

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._text = CardText("")
        self._pixmap: QPixmap | None = None
        self.hide()

    @property
    def text(self) -> CardText:
        """What it says."""
        return self._text

    def show_text(self, text: CardText, pixmap: QPixmap | None, place: QPoint) -> None:
        """Show a text and a picture beside a place of the parent."""
        self._text, self._pixmap = text, pixmap
        self.resize(self.sizeHint())
        room = self._parent.rect()
        x, y = place.x() + _AWAY, place.y() + _AWAY
        if x + self.width() > room.right():
            x = place.x() - _AWAY - self.width()
        if y + self.height() > room.bottom():
            y = place.y() - _AWAY - self.height()
        self.move(max(0, x), max(0, y))
        self.show()
        self.raise_()
        self.update()

    def show_picture(self, path: Path, pixmap: QPixmap | None) -> None:
        """Show the picture of a file that has come meanwhile."""
        if path == self._text.path:
            self._pixmap = pixmap
            self.update()

    def _fonts(self) -> tuple[QFont, QFont]:
        return scaled(self.font(), 1.0, QFont.Weight.DemiBold), scaled(self.font(), 0.92)

    def sizeHint(self) -> QSize:
        bold, small = (QFontMetrics(font) for font in self._fonts())
        widths = [bold.horizontalAdvance(self._text.title)]
        widths += [small.horizontalAdvance(line) for line in self._text.lines]
        has_picture = self._text.path is not None
        width = min(_WIDEST, max(*widths, _PICTURE if has_picture else 0)) + 2 * SPACE_S
        height = bold.height() + len(self._text.lines) * small.height() + 2 * SPACE_S
        return QSize(width, height + (_PICTURE + SPACE_S - 2 if has_picture else 0))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), tokens_of(self.palette())
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        painter.setPen(QPen(QColor(tokens.border_strong), 1))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_M, RADIUS_M
        )
        inner = self.rect().adjusted(SPACE_S, SPACE_S, -SPACE_S, -SPACE_S)
        if self._text.path is not None:
            self._paint_picture(painter, QRect(inner.topLeft(), QSize(inner.width(), _PICTURE)))
            inner.setTop(inner.top() + _PICTURE + SPACE_S - 2)
        bold, small = self._fonts()
        rows = [(self._text.title, bold, tokens.text)]
        rows += [(line, small, tokens.text_dim) for line in self._text.lines]
        for text, font, colour in rows:
            metrics = QFontMetrics(font)
            painter.setFont(font)
            painter.setPen(QColor(colour))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, inner.width())
            painter.drawText(QPointF(inner.left(), inner.top() + metrics.ascent()), shown)
            inner.setTop(inner.top() + metrics.height())

    def _paint_picture(self, painter: QPainter, room: QRect) -> None:
        tokens = tokens_of(self.palette())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.tile))
        painter.drawRoundedRect(room, 4, 4)
        if self._pixmap is None:
            return
        size = self._pixmap.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        corner = room.center() - QPoint(size.width() // 2, size.height() // 2)
        painter.drawPixmap(QRect(corner, size), self._pixmap)
