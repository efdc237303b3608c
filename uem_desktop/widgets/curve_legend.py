"""The names of curves with their looks; each shows or hides its curve."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from uem_desktop.widgets.curve_colours import CurveStyle
from uem_desktop.widgets.flow_layout import FlowLayout
from uem_desktop.widgets.tokens import RADIUS_S, SPACE_S, SPACE_XS, Tokens, tokens_of

SWATCH = 18
_DASH = [3.0, 2.0]


def paint_swatch(painter: QPainter, area: QRectF, style: CurveStyle, tokens: Tokens) -> None:
    """Paint a piece of a curve with one of its points."""
    middle = area.center()
    pen = QPen(QColor(style.colour(tokens)), 2.0)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if style.is_second:
        pen.setDashPattern(_DASH)
    painter.setPen(pen)
    painter.drawLine(QPointF(area.left(), middle.y()), QPointF(area.right(), middle.y()))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(style.colour(tokens)))
    if style.is_second:
        painter.drawRect(QRectF(middle.x() - 3, middle.y() - 3, 6, 6))
    else:
        painter.drawEllipse(middle, 3.5, 3.5)


class LegendItem(QAbstractButton):
    """One name; checked while its curve is shown."""

    def __init__(self, title: str, style: CurveStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curve_style = style
        self.setText(title)
        self.setCheckable(True)
        self.setChecked(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"Curve {title}")
        self.setToolTip(f"Show or hide {title}")

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self.text()) + SWATCH + SPACE_XS + 2 * SPACE_S
        return QSize(width, metrics.height() + 2 * SPACE_XS)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), tokens_of(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.underMouse() and self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.hover))
            painter.drawRoundedRect(area, RADIUS_S, RADIUS_S)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area, RADIUS_S, RADIUS_S)
        swatch = QRectF(SPACE_S, 0, SWATCH, self.height())
        if self.isChecked():
            paint_swatch(painter, swatch, self.curve_style, tokens)
        else:
            painter.setPen(QPen(QColor(tokens.text_disabled), 1.5))
            y = swatch.center().y()
            painter.drawLine(QPointF(swatch.left(), y), QPointF(swatch.right(), y))
        font = self.font()
        font.setStrikeOut(not self.isChecked())
        painter.setFont(font)
        painter.setPen(QColor(tokens.text if self.isChecked() else tokens.text_dim))
        words = QRectF(self.rect()).adjusted(SPACE_S + SWATCH + SPACE_XS, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())


class CurveLegend(QWidget):
    """The names of all curves of a plot.

    Signals:
        toggled(str, bool): The person shows or hides a curve.
    """

    toggled = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = FlowLayout(self, gap=0)
        self._names: list[str] = []
        self.items: dict[str, LegendItem] = {}

    def set_curves(self, curves: list[tuple[str, str, CurveStyle]]) -> None:
        """Show (name, title, style) of the curves there are, in this order."""
        names = [name for name, _, _ in curves]
        if names == self._names:
            return
        self._names = names
        for name, title, style in curves:
            if name not in self.items:
                self._add(name, title, style)
        shown = {name: self.items[name] for name, _, _ in curves}
        self.items = shown | self.items
        while self._flow.takeAt(0) is not None:
            pass
        before: QWidget | None = None
        for name, item in self.items.items():
            item.setVisible(name in shown)
            if name in shown:
                self._flow.addWidget(item)
                if before is not None:
                    QWidget.setTabOrder(before, item)
                before = item
        self._flow.update()  # a widget that is shown before it is added asks for no place
        self.updateGeometry()

    def _add(self, name: str, title: str, style: CurveStyle) -> None:
        item = LegendItem(title, style, self)
        item.toggled.connect(lambda is_on: self.toggled.emit(name, is_on))
        self.items[name] = item
