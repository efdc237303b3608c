"""A number with a sentence on what it means; one of several is chosen."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from uem_desktop.widgets.fonts import scaled, tabular
from uem_desktop.widgets.tokens import RADIUS_M, SPACE_M, SPACE_S, tokens_of

_WIDTH = 300
_PAD_X = SPACE_M
_PAD_Y = SPACE_S + 2
_GAP = 3


class FindingCard(QAbstractButton):
    """Title and number, and below them unit and sentence."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value, self._unit, self._sentence = "…", "", ""
        self._shown: tuple[str, ...] = ()
        self.setText(title)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(title)

    def show_finding(self, value: str, unit: str, sentence: str) -> None:
        """Show another number and what it means."""
        self._value, self._unit, self._sentence = value, unit, sentence
        self._shown = tuple(text.replace(" %", "\N{NO-BREAK SPACE}%") for text in (unit, sentence))
        self.setAccessibleName(f"{self.text()}: {value} {unit}")
        self.setAccessibleDescription(sentence)
        self.updateGeometry()
        self.update()

    @property
    def value(self) -> str:
        """The number that is shown."""
        return self._value

    @property
    def sentence(self) -> str:
        """What it means."""
        return self._sentence

    def _fonts(self) -> tuple[QFont, QFont, QFont]:
        """Return the fonts of the title, of the number and of what stands below."""
        bold = QFont.Weight.DemiBold
        small = scaled(self.font(), 0.94)
        return scaled(self.font(), 1.0, bold), tabular(scaled(self.font(), 1.35, bold)), small

    def _lines(self, width: int) -> list[tuple[str, int]]:
        """Return the texts below the title and their heights."""
        room = max(40, width - 2 * _PAD_X)
        metrics, wrapped = QFontMetrics(self._fonts()[2]), int(Qt.TextFlag.TextWordWrap)
        return [
            (text, metrics.boundingRect(0, 0, room, 1000, wrapped, text).height())
            for text in self._shown
            if text
        ]

    def _head_height(self) -> int:
        return QFontMetrics(self._fonts()[1]).height()

    def heightForWidth(self, width: int) -> int:
        below = sum(height + _GAP for _, height in self._lines(width))
        return 2 * _PAD_Y + self._head_height() + below

    def hasHeightForWidth(self) -> bool:
        return True

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, self.heightForWidth(_WIDTH))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(max(200, self.width())))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_on = self.isChecked()
        surface = tokens.accent_soft if is_on else tokens.surface
        if not is_on and self.underMouse():
            surface = tokens.hover
        line = tokens.accent if is_on or self.hasFocus() else tokens.border
        painter.setPen(QPen(QColor(line), 2 if self.hasFocus() else 1))
        painter.setBrush(QColor(surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS_M, RADIUS_M)
        title_font, value_font, small = self._fonts()
        head = QRect(_PAD_X, _PAD_Y, self.width() - 2 * _PAD_X, self._head_height())
        painter.setPen(QColor(tokens.text))
        for text, font, side in (
            (self.text(), title_font, Qt.AlignmentFlag.AlignLeft),
            (self._value, value_font, Qt.AlignmentFlag.AlignRight),
        ):
            painter.setFont(font)
            painter.drawText(head, side | Qt.AlignmentFlag.AlignVCenter, text)
        painter.setFont(small)
        top = head.bottom() + 1 + _GAP
        for (text, height), colour in zip(
            self._lines(self.width()), (tokens.text_dim, tokens.text), strict=False
        ):
            painter.setPen(QColor(colour))
            room = QRect(_PAD_X, top, self.width() - 2 * _PAD_X, height)
            painter.drawText(room, int(Qt.TextFlag.TextWordWrap), text)
            top += height + _GAP
