"""Small building blocks of the pages: labels of one kind each, and rows of controls."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from uem_desktop.retrieval.display_text import display_text
from uem_desktop.widgets.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XS

_FORM_WIDTH = 980


class ElidedLabel(QLabel):
    """One line of plain text that is shortened in the middle instead of widening its panel."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._elide_mode = Qt.TextElideMode.ElideRight
        self._short_text = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        if role:
            self.setProperty("role", role)
        self.set_text(text)

    def set_text(self, text: str, tool_tip: str | None = None) -> None:
        """Show a text; its whole length is in the tool tip and the accessible name."""
        self._short_text = ""
        shown = display_text(text)
        self.setText(shown)
        self.setToolTip(shown if tool_tip is None else tool_tip)

    def set_short_text(self, text: str) -> None:
        """Say it in fewer words where the text does not fit; the next text forgets them."""
        self._short_text = display_text(text)
        self.update()

    def shown_text(self, width: int) -> str:
        """Return what fits into a width in pixels."""
        metrics, text = self.fontMetrics(), self.text()
        if self._short_text and metrics.horizontalAdvance(text) > width:
            text = self._short_text
        return metrics.elidedText(text, self._elide_mode, width)

    def set_elide_mode(self, mode: Qt.TextElideMode) -> None:
        """Shorten left, in the middle or right."""
        self._elide_mode = mode

    def sizeHint(self) -> QSize:
        return QSize(80, self.fontMetrics().height() + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(24, self.fontMetrics().height() + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        room = self.contentsRect()
        text = self.shown_text(room.width())
        painter.drawText(room, int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), text)


def plain_label(text: str, role: str = "", *, is_wrapped: bool = False) -> QLabel:
    """Return a label of plain text; `role` is what the style sheet knows it by."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(is_wrapped)
    if role:
        label.setProperty("role", role)
    return label


def set_role(widget: QWidget, role: str) -> None:
    """Have the style sheet know a widget by another role."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def hairline(*, is_vertical: bool = False) -> QFrame:
    """Return a line that parts two areas."""
    line = QFrame()
    line.setFrameShape(QFrame.Shape.VLine if is_vertical else QFrame.Shape.HLine)
    line.setProperty("role", "line")
    if is_vertical:
        line.setFixedWidth(1)
    else:
        line.setFixedHeight(1)
    return line


def card(title: str, body: QWidget) -> QFrame:
    """Return a framed part of a form under a heading."""
    frame = QFrame()
    frame.setProperty("role", "panel")
    frame.setAccessibleName(title)
    column = QVBoxLayout(frame)
    column.setContentsMargins(SPACE_M, SPACE_S + 4, SPACE_M, SPACE_M)
    column.setSpacing(SPACE_S)
    heading = plain_label(title, "heading")
    heading.setContentsMargins(0, 0, 0, SPACE_XS // 2)
    column.addWidget(heading)
    column.addWidget(body)
    return frame


def lay_out_form(page: QWidget, cards: QVBoxLayout, foot: QHBoxLayout) -> None:
    """Fill a page with a column of cards, scrolled, above a foot that stays in sight."""
    cards.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
    cards.setSpacing(SPACE_M)
    inner = QWidget()
    inner.setMaximumWidth(_FORM_WIDTH)
    inner.setLayout(cards)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inner)
    foot.setContentsMargins(SPACE_L, SPACE_S, SPACE_L, SPACE_S)
    foot.setSpacing(SPACE_S)
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(area, 1)
    layout.addWidget(hairline())
    layout.addLayout(foot)
