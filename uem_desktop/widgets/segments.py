"""Several views of one thing, one of which is shown: buttons in a row, one of them down."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QWidget


class Segments(QFrame):
    """A switch between a few choices; arrow keys move between them.

    Signals:
        chosen(str): The name of a choice that a person made.
    """

    chosen = Signal(str)

    def __init__(
        self, choices: Sequence[tuple[str, str]], name: str, parent: QWidget | None = None
    ) -> None:
        """Offer choices.

        Args:
            choices: Name and text, with its `&` key, of each.
            name: What is chosen, for a screen reader.
            parent: The owner.
        """
        super().__init__(parent)
        self.setProperty("role", "segments")
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        for choice, text in choices:
            button = QPushButton(text)
            button.setCheckable(True)
            button.setAutoDefault(False)  # Enter in a dialog is for the dialog's own button
            button.setProperty("role", "segment")
            button.setAccessibleName(f"{name}: {text.replace('&', '')}")
            button.clicked.connect(lambda _=False, choice=choice: self.chosen.emit(choice))
            self._group.addButton(button)
            self._buttons[choice] = button
            row.addWidget(button)
        self.show_choice(choices[0][0])

    @property
    def choice(self) -> str:
        """The name of the choice that is shown."""
        return next(name for name, button in self._buttons.items() if button.isChecked())

    def button(self, name: str) -> QPushButton:
        """Return the button of a choice."""
        return self._buttons[name]

    def show_choice(self, name: str) -> None:
        """Press a button without telling; Tab leads to this one."""
        self._buttons[name].setChecked(True)
        for button in self._buttons.values():
            is_down = button.isChecked()
            button.setFocusPolicy(
                Qt.FocusPolicy.StrongFocus if is_down else Qt.FocusPolicy.ClickFocus
            )
