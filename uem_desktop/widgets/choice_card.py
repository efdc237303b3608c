"""A choice with a title and a sentence on what it means; one of several is chosen."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from uem_desktop.widgets.fonts import scaled
from uem_desktop.widgets.tokens import RADIUS_M, SPACE_M, SPACE_S, tokens_of

_DOT = 16


class ChoiceCard(QAbstractButton):
    """A large radio button."""

    def __init__(self, title: str, meaning: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._meaning = meaning
        self.setText(title)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setAccessibleName(title)
        self.setAccessibleDescription(meaning)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def heightForWidth(self, width: int) -> int:
        room = QRect(0, 0, max(40, width - 3 * SPACE_M - _DOT), 1000)
        wrapped = int(Qt.TextFlag.TextWordWrap)
        text = QFontMetrics(self._small()).boundingRect(room, wrapped, self._meaning).height()
        return text + self.fontMetrics().height() + 2 * (SPACE_S + 4) + 2

    def sizeHint(self) -> QSize:
        return QSize(320, self.heightForWidth(320))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(max(200, self.width())))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_on = self.isChecked()
        line = tokens.accent if is_on or self.hasFocus() else tokens.border
        surface = tokens.accent_soft if is_on else tokens.surface
        if not is_on and self.underMouse():
            surface = tokens.hover
        painter.setPen(QPen(QColor(line), 2 if self.hasFocus() else 1))
        painter.setBrush(QColor(surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS_M, RADIUS_M)
        top = SPACE_S + 4
        height = self.fontMetrics().height()
        centre = QPointF(SPACE_M + _DOT / 2, top + height / 2)
        painter.setBrush(QColor(tokens.surface))
        painter.setPen(QPen(QColor(tokens.accent if is_on else tokens.border_strong), 1.5))
        painter.drawEllipse(centre, _DOT / 2 - 1, _DOT / 2 - 1)
        if is_on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent))
            painter.drawEllipse(centre, 4.0, 4.0)
        left = 2 * SPACE_M + _DOT - 6
        painter.setFont(scaled(self.font(), 1.0, QFont.Weight.DemiBold))
        painter.setPen(QColor(tokens.text))
        title = QRect(left, top, self.width() - left - SPACE_S, height)
        painter.drawText(title, Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.setFont(self._small())
        painter.setPen(QColor(tokens.text_dim))
        room = QRect(left, title.bottom() + 3, self.width() - left - SPACE_M, self.height())
        painter.drawText(room, int(Qt.TextFlag.TextWordWrap), self._meaning)

    def _small(self) -> QFont:
        return scaled(self.font(), 0.94)
