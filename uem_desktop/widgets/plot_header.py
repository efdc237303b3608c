"""The line above a plot: its title, what is done to the values, and its switches."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from uem_desktop.widgets.icons import themed_icon
from uem_desktop.widgets.tokens import SPACE_S, SPACE_XS, tokens_of

WINDOWS = (1, 5, 20, 100, 500)
"""Steps that the person may smooth over."""


class PlotHeader(QWidget):
    """Title, note and switches.

    Signals:
        log_chosen(bool): Whether the scale is to be logarithmic.
        smoothing_chosen(int): Steps of each mean.
        fit_chosen(): Everything is to be in sight.
        csv_chosen(): All points are wanted as CSV.
        png_chosen(): A picture is wanted.
    """

    log_chosen = Signal(bool)
    smoothing_chosen = Signal(int)
    fit_chosen = Signal()
    csv_chosen = Signal()
    png_chosen = Signal()

    def __init__(self, title: str, *, has_smoothing: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = QLabel(title, self)
        self._name.setProperty("role", "heading")
        self._note = QLabel(self)
        self._right = QLabel(self)
        for label in (self._note, self._right):
            label.setProperty("role", "caption")
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._right.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._make_actions(title, has_smoothing)
        self._log_button = self._button("Log", self.log_action, f"Logarithmic scale of {title} (L)")
        self._fit_button = self._button("", self.fit_action, f"Show all of {title} (0)")
        self._more_button = QToolButton(self)
        self._more_button.setMenu(self.menu())
        self._more_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more_button.setToolTip("Smoothing and export")
        self._more_button.setAccessibleName(f"More about {title}")
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_S, 0, 0, 0)
        row.setSpacing(SPACE_XS)
        row.addWidget(self._name)
        row.addSpacing(SPACE_XS)
        row.addWidget(self._note, 1)
        row.addWidget(self._right)
        for button in (self._log_button, self._fit_button, self._more_button):
            row.addWidget(button)
        self._dress()

    def menu(self) -> QMenu:
        """Return the menu with everything that can be done."""
        return self._menu

    def set_note(self, text: str, right: str = "") -> None:
        """Say what the values are and what is done to them; and those of the right axis."""
        self._note.setText(text)
        self._note.setToolTip(text)
        self._right.setText(right)

    def notes(self) -> tuple[str, str]:
        """Return what `set_note` was given."""
        return self._note.text(), self._right.text()

    def set_log(self, is_log: bool) -> None:
        """Show which scale is used."""
        self.log_action.setChecked(is_log)

    def set_smoothing(self, window: int) -> None:
        """Show which smoothing is used."""
        for action in self._windows.actions():
            action.setChecked(action.data() == window)

    def set_state(self, *, is_zoomed: bool, has_curves: bool) -> None:
        """Show what can be done now."""
        self.fit_action.setEnabled(is_zoomed)
        for thing in (self.log_action, self._more_button, self.csv_action, self.png_action):
            thing.setEnabled(has_curves)

    def _make_actions(self, title: str, has_smoothing: bool) -> None:
        self.log_action = QAction("Logarithmic scale", self, checkable=True)
        self.log_action.toggled.connect(self.log_chosen)
        self.fit_action = QAction("Show everything", self)
        self.fit_action.triggered.connect(lambda: self.fit_chosen.emit())
        self.csv_action = QAction("Save values as CSV…", self)
        self.csv_action.triggered.connect(lambda: self.csv_chosen.emit())
        self.png_action = QAction("Save picture as PNG…", self)
        self.png_action.triggered.connect(lambda: self.png_chosen.emit())
        self._menu = QMenu(title, self)
        self._menu.addActions([self.fit_action, self.log_action])
        self._windows = QActionGroup(self)
        if has_smoothing:
            smoothing = self._menu.addMenu("Smoothing")
            for window in WINDOWS:
                words = f"Mean of {window:,} steps" if window > 1 else "No smoothing"
                action = smoothing.addAction(words)
                action.setCheckable(True)
                action.setData(window)
                action.setChecked(window == 1)
                self._windows.addAction(action)
            self._windows.triggered.connect(lambda act: self.smoothing_chosen.emit(act.data()))
        self._menu.addSeparator()
        self._menu.addActions([self.csv_action, self.png_action])

    def _button(self, text: str, action: QAction, help_text: str) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        if text:
            action.setIconText(text)
        button.setToolTip(help_text)
        button.setAccessibleName(help_text)
        return button

    def _dress(self) -> None:
        tokens = tokens_of(self.palette())
        self.fit_action.setIcon(themed_icon("zoom-fit", tokens))
        self._more_button.setIcon(themed_icon("menu", tokens))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_more_button"):
            self._dress()
