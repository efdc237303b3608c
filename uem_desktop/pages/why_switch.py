"""Whether matches are explained, and how strongly the heat covers the images: one for all pages."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton

OPACITY_PERCENT = 60


class WhySwitch(QObject):
    """Holds the command and the opacity.

    Attributes:
        action: The command, which is a switch.
        opacity_percent: 0..100.

    Signals:
        switched(bool): Matches are explained now, or no longer.
        opacity_changed(int): Another opacity, in percent.
    """

    switched = Signal(bool)
    opacity_changed = Signal(int)

    def __init__(self, action: QAction, parent: QObject) -> None:
        super().__init__(parent)
        self.action = action
        action.setToolTip(
            "Show what made query and match similar, what is nearest to the query in its own"
            " domain, and their prototypes (W)"
        )
        self.opacity_percent = OPACITY_PERCENT
        self.action.toggled.connect(self.switched)

    @property
    def is_on(self) -> bool:
        """Whether matches are explained."""
        return self.action.isChecked()

    def bind(self, button: QAbstractButton) -> None:
        """Make a checkable button another way to the command."""
        button.setCheckable(True)
        button.setChecked(self.is_on)
        button.setToolTip(self.action.toolTip())
        button.toggled.connect(self.action.setChecked)
        self.switched.connect(button.setChecked)

    def set_opacity(self, percent: int) -> None:
        """Let the images through more or less."""
        if percent != self.opacity_percent:
            self.opacity_percent = percent
            self.opacity_changed.emit(percent)
