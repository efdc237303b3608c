"""A field for a number that is typed; the arrow keys step whole numbers."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

_STEPS = {
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_PageUp: 10,
    Qt.Key.Key_PageDown: -10,
}


class TextField(QLineEdit):
    """A line of text that is handed over when it is complete.

    Signals:
        entered(str): Enter was pressed or the field was left, and the text is another one.
    """

    entered = Signal(str)

    def __init__(self, *, is_whole: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_whole = is_whole
        self._shown = ""
        self.editingFinished.connect(self._hand_over)

    def show_text(self, text: str) -> None:
        """Show a text that is right."""
        self._shown = text
        if text != self.text():
            self.setText(text)

    def set_wrong(self, is_wrong: bool) -> None:
        """Frame the field in the colour of errors, or no longer."""
        if bool(self.property("isWrong")) != is_wrong:
            self.setProperty("isWrong", is_wrong)
            self.style().unpolish(self)
            self.style().polish(self)

    def _hand_over(self) -> None:
        if self.text() != self._shown:
            self._shown = self.text()
            self.entered.emit(self.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if self._is_whole and step is not None and self.text().strip().lstrip("-").isdecimal():
            self.setText(str(int(self.text()) + step))
            self._hand_over()
        else:
            super().keyPressEvent(event)
