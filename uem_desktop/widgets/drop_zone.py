"""Places that take images and folders from other programs."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from uem_desktop.widgets.mime import may_hold_images, read_mime
from uem_desktop.widgets.painting import EmptyText, paint_empty
from uem_desktop.widgets.tokens import RADIUS_M, tokens_of


class DropTarget(QObject):
    """Makes any widget take drops, for example a whole window or a grid.

    Drags that begin in `ignored` widgets, or in their viewports, are left alone.

    Signals:
        dropped(Dropped): Something was dropped; it may be a refusal.
        hovered(bool): A drag that can be taken came over the widget, or is gone again.
    """

    dropped = Signal(object)
    hovered = Signal(bool)

    def __init__(self, widget: QWidget, *, ignored: tuple[QWidget, ...] = ()) -> None:
        super().__init__(widget)
        self._ignored = ignored
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def take(self, mime: QMimeData) -> None:
        """Take MIME data as if it had been dropped, for example from the clipboard."""
        self.dropped.emit(read_mime(mime))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.DragLeave:
            self.hovered.emit(False)
            return True
        if not isinstance(event, QDropEvent):
            return False
        source = event.source()
        if source in self._ignored or not may_hold_images(event.mimeData()):
            event.ignore()
            return True
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if kind == QEvent.Type.DragEnter:
            self.hovered.emit(True)
        elif kind == QEvent.Type.Drop:
            self.hovered.emit(False)
            self.take(event.mimeData())
        return True


class DropZone(QWidget):
    """A framed place that says what to drop on it; a click or Enter asks for a file instead.

    Signals:
        clicked(): Clicked, or Enter or Space pressed.
        dropped(Dropped): Something was dropped; it may be a refusal.
    """

    clicked = Signal()
    dropped = Signal(object)

    def __init__(
        self,
        title: str,
        hint: str = "",
        icon_name: str | None = "drop",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text = EmptyText(title, hint, icon_name)
        self._is_hovered = False
        self._is_pressed = False
        self._target = DropTarget(self)
        self._target.dropped.connect(self.dropped)
        self._target.hovered.connect(self._set_hovered)
        self.set_text(title, hint, icon_name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def set_text(self, title: str, hint: str = "", icon_name: str | None = "drop") -> None:
        """Say something else."""
        self._text = EmptyText(title, hint, icon_name)
        self.setAccessibleName(title)
        self.setAccessibleDescription(hint)
        self.update()

    def _set_hovered(self, is_hovered: bool) -> None:
        self._is_hovered = is_hovered
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, 160)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 96)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), tokens_of(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_lit = self._is_hovered or self.underMouse()
        line = tokens.accent if is_lit or self.hasFocus() else tokens.border_strong
        surface = tokens.accent_soft if self._is_hovered else tokens.surface
        is_solid = self._is_hovered or self.hasFocus()
        pen = QPen(QColor(line), 2.0 if is_solid else 1.25)
        if not is_solid:
            pen.setDashPattern([4.0, 3.0])
        painter.setPen(pen)
        painter.setBrush(QColor(tokens.hover if self._is_pressed else surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS_M, RADIUS_M)
        paint_empty(painter, QRect(self.rect()), self._text, self.font(), tokens)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._is_pressed = event.button() == Qt.MouseButton.LeftButton
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_pressed, self._is_pressed = self._is_pressed, False
        self.update()
        if was_pressed and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)
