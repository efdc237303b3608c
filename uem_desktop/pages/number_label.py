"""One number over its caption."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from uem_desktop.pages.labels import plain_label


class NumberLabel(QWidget):
    """A number, what it is called, and in the tool tip what it means."""

    def __init__(self, caption: str, tool_tip: str) -> None:
        super().__init__()
        self._caption = caption
        self._value = plain_label("–", "title")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._value)
        layout.addWidget(plain_label(caption, "caption"))
        self.setToolTip(tool_tip)

    @property
    def text(self) -> str:
        """The number as it is shown."""
        return self._value.text()

    def set_percent(self, value: float | None) -> None:
        """Show a percentage with one decimal; a dash for none."""
        self.set_text("–" if value is None else f"{value:.1f} %")

    def set_text(self, text: str) -> None:
        """Show a number that is written already."""
        self._value.setText(text)
        self.setAccessibleName(f"{self._caption}: {text}")
