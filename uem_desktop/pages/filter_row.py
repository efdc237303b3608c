"""The controls that filter a grid: a file-name field and a category box."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QWidget

from uem_desktop.retrieval.display_text import display_text

_MAX_VISIBLE = 20
_COMBO_WIDTH = 146


class SearchField(QLineEdit):
    """A field for a part of a file name; Esc empties it, then leaves it.

    Signals:
        left: The person wants to go on in the grid.
    """

    left = Signal()

    def __init__(self, prompt: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(prompt)
        self.setAccessibleName(prompt)
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(72)

    def event(self, event: QEvent) -> bool:
        is_asked = event.type() == QEvent.Type.ShortcutOverride
        if is_asked and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()  # Esc belongs to the field while somebody types in it
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif key in (Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)


class CategoryCombo(QComboBox):
    """All categories, or one of them.

    Signals:
        category_chosen: `category` is another one.
    """

    category_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Filter by category")
        self.setToolTip("Show only the images of one category")
        self.setMaxVisibleItems(_MAX_VISIBLE)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(10)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFixedWidth(_COMBO_WIDTH)
        self._wanted: str | None = None
        self.set_categories(())
        self.activated.connect(self._choose)

    @property
    def category(self) -> str | None:
        """The chosen category; None for all."""
        value = self.currentData()
        return value if isinstance(value, str) else None

    def set_categories(self, categories: Sequence[str]) -> None:
        """Offer these categories; the choice stays where it can."""
        wanted = self.category or self._wanted
        self.clear()
        self.addItem("All categories" if categories else "No categories", None)
        for category in categories:
            self.addItem(display_text(category), category)
        self.setEnabled(bool(categories))
        self.set_category(wanted)

    def set_category(self, category: str | None) -> None:
        """Choose a category without telling; one that is not there is remembered until it is."""
        self._wanted = category
        self.setCurrentIndex(max(0, self.findData(category)))

    def _choose(self) -> None:
        self._wanted = self.category
        self.category_chosen.emit()
