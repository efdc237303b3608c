"""A button that shows a named value: a small caption, the value, a detail, a menu arrow."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFont,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QWidget

from uem_desktop.widgets.mime import read_mime
from uem_desktop.widgets.tokens import RADIUS_M, SPACE_M, SPACE_S, tokens_of

_HEIGHT = 46
_ARROW_WIDTH = 12


class FieldButton(QPushButton):
    """Shows one setting of the explorer and opens the menu that changes it.

    Signals:
        paths_dropped(list[Path]): Files or folders were dropped on the button.
    """

    paths_dropped = Signal(list)

    def __init__(self, caption: str, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption = caption
        self._value = ""
        self._detail = ""
        self._is_drop_over = False
        self._width = width
        self.setMenu(QMenu(self))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(min(width, 128))
        self.setMaximumWidth(width + 120)
        self.set_value("", "")

    def set_value(self, value: str, detail: str = "", tool_tip: str = "") -> None:
        """Show a value with a detail beside it.

        Args:
            value: The main text; shortened in the middle when there is no room.
            detail: A second, quieter text.
            tool_tip: What the value means.
        """
        self._value, self._detail = value, detail
        self.setToolTip(tool_tip or value)
        spoken = ", ".join(part for part in (value or "not chosen", detail) if part)
        self.setAccessibleName(f"{self._caption}: {spoken}")
        self.update()

    @property
    def value(self) -> str:
        """The main text."""
        return self._value

    @property
    def detail(self) -> str:
        """The quieter text."""
        return self._detail

    def sizeHint(self) -> QSize:
        return QSize(self._width, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(128, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        surface = tokens.surface
        if self.isDown():
            surface = tokens.pressed
        elif self.underMouse() and self.isEnabled():
            surface = tokens.hover
        is_marked = self._is_drop_over or self.hasFocus()
        painter.setPen(
            QPen(QColor(tokens.accent if is_marked else tokens.border), 2 if is_marked else 1)
        )
        painter.setBrush(QColor(tokens.accent_soft if self._is_drop_over else surface))
        painter.drawRoundedRect(frame, RADIUS_M, RADIUS_M)
        inner = self.rect().adjusted(SPACE_M - 4, 6, -(SPACE_S + _ARROW_WIDTH + 6), -6)
        self._paint_texts(painter, inner)
        self._paint_arrow(painter)

    def _paint_texts(self, painter: QPainter, inner: QRect) -> None:
        tokens = tokens_of(self.palette())
        is_enabled = self.isEnabled()
        small = QFont(self.font())
        small.setPointSizeF(max(7.0, self.font().pointSizeF() * 0.85))
        strong = QFont(self.font())
        strong.setWeight(QFont.Weight.DemiBold)
        top = QRect(inner.left(), inner.top(), inner.width(), inner.height() // 2)
        bottom = QRect(inner.left(), top.bottom() + 1, inner.width(), inner.height() - top.height())
        painter.setFont(small)
        painter.setPen(QColor(tokens.text_dim if is_enabled else tokens.text_disabled))
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(
            top,
            left,
            QFontMetrics(small).elidedText(self._caption, Qt.TextElideMode.ElideRight, top.width()),
        )
        strong_metrics = QFontMetrics(strong)
        small_metrics = QFontMetrics(small)
        detail_width = (
            small_metrics.horizontalAdvance(self._detail) + SPACE_S if self._detail else 0
        )
        if detail_width > bottom.width() * 0.55:
            detail_width = int(bottom.width() * 0.55)
        value = strong_metrics.elidedText(
            self._value or "Choose…", Qt.TextElideMode.ElideMiddle, bottom.width() - detail_width
        )
        painter.setFont(strong)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        if not is_enabled:
            painter.setPen(QColor(tokens.text_disabled))
        painter.drawText(bottom, left, value)
        if self._detail:
            used = strong_metrics.horizontalAdvance(value) + SPACE_S
            rest = bottom.adjusted(used, 0, 0, 0)
            painter.setFont(small)
            painter.setPen(QColor(tokens.text_dim if is_enabled else tokens.text_disabled))
            painter.drawText(
                rest,
                left,
                small_metrics.elidedText(self._detail, Qt.TextElideMode.ElideRight, rest.width()),
            )

    def _paint_arrow(self, painter: QPainter) -> None:
        tokens = tokens_of(self.palette())
        x = self.width() - SPACE_S - _ARROW_WIDTH
        y = self.height() / 2 - 2
        arrow = QPolygonF([QPointF(x, y), QPointF(x + 4, y + 4), QPointF(x + 8, y)])
        painter.setPen(QPen(QColor(tokens.text_dim), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(arrow)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.acceptDrops() and read_mime(event.mimeData()).paths:
            self._is_drop_over = True
            self.update()
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._is_drop_over = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._is_drop_over = False
        self.update()
        paths = list(read_mime(event.mimeData()).paths)
        event.acceptProposedAction()
        self.paths_dropped.emit(paths)
