"""The rail on the left that leads from page to page."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from uem_desktop.widgets.tokens import SPACE_S, SPACE_XS, tokens_of

RAIL_WIDTH = 92


class RailButton(QToolButton):
    """One page: icon, name and, when there is something to see, a count."""

    def __init__(self, name: str, icon: QIcon, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self.setText(name)
        self.setIcon(icon)
        self.setIconSize(QSize(22, 22))
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(58)
        self.setAccessibleName(name)

    def set_count(self, count: int) -> None:
        """Show a count on the icon; none at zero."""
        self._count = count
        self.setAccessibleName(f"{self.text()}, {count}" if count else self.text())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._count:
            return
        tokens = tokens_of(self.palette())
        text = f"{self._count}" if self._count < 1000 else "999+"
        font = QFont(self.font())
        font.setPointSizeF(max(7.0, font.pointSizeF() * 0.8))
        font.setWeight(QFont.Weight.DemiBold)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font)
        width = max(18.0, painter.fontMetrics().horizontalAdvance(text) + 10.0)
        badge = QRectF(self.width() / 2 + 4, 5, width, 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.wrong))
        painter.drawRoundedRect(badge, 8, 8)
        painter.setPen(QColor(tokens.on_mark))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)


class NavigationRail(QWidget):
    """Buttons for the pages, one of them down.

    Signals:
        page_chosen(str): The name of a page.
    """

    page_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("navigationRail")
        self.setFixedWidth(RAIL_WIDTH)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, RailButton] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(SPACE_XS, SPACE_S, SPACE_XS, SPACE_S)
        self._layout.setSpacing(SPACE_XS)
        self._layout.addStretch(1)
        self._group.buttonClicked.connect(self._choose)

    def add_page(self, name: str, title: str, icon: QIcon, keys: str) -> RailButton:
        """Add a page under a name; its keys are named in its tool tip."""
        button = RailButton(title, icon)
        button.setToolTip(f"{title} ({keys})")
        button.setProperty("pageName", name)
        self._group.addButton(button)
        self._layout.insertWidget(self._layout.count() - 1, button)
        self._buttons[name] = button
        return button

    def button(self, name: str) -> RailButton:
        """Return the button of a page."""
        return self._buttons[name]

    def show_page(self, name: str) -> None:
        """Press the button of a page."""
        self._buttons[name].setChecked(True)

    def _choose(self, button: RailButton) -> None:
        self.page_chosen.emit(str(button.property("pageName")))
