"""Fields of a benchmark that few people need, in a fold."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout, QWidget

from uem_desktop.pages.benchmark_fields import DraftFields, captioned, field_row
from uem_desktop.widgets.number_field import TextField
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S

_LONG = 320


class AdvancedFields(DraftFields):
    """Categories to look at, single settings of training, and trainings at a time."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.fold_button = QToolButton()
        self.categories = TextField()
        self.words = TextField()
        self.jobs = TextField(is_whole=True)
        self._body = QFrame()
        self._describe()
        self._lay_out()
        self.categories.entered.connect(lambda text: self._change(categories=text))
        self.words.entered.connect(lambda text: self._change(words=text))
        self.jobs.entered.connect(lambda text: self._change(jobs=text))
        self.fold_button.toggled.connect(self._fold)
        theme.bind(self, lambda _tokens: self._show_fold())

    def _show(self) -> None:
        self.categories.show_text(self.draft.categories)
        self.words.show_text(self.draft.words)
        self.jobs.show_text(self.draft.jobs)
        self._show_fold()

    def _fold(self, is_open: bool) -> None:
        self._body.setVisible(is_open)
        self._show_fold()

    def _show_fold(self) -> None:
        is_open = self.fold_button.isChecked()
        self.fold_button.setIcon(self._theme.icon("chevron-down" if is_open else "chevron-right"))
        draft = self.draft
        changed = sum(bool(text.strip()) for text in (draft.categories, draft.words, draft.jobs))
        self.fold_button.setText(f"Advanced · {changed} set" if changed else "Advanced")

    def _describe(self) -> None:
        for field, name, hint, tip in (
            (
                self.categories,
                "The only categories to look at",
                "all",
                "Names with blanks between them; one with a blank in it stands in quotes",
            ),
            (
                self.words,
                "Single settings of training",
                "as in the preset",
                "NAME=VALUE with blanks between them, for example: views=4 batch_size=64",
            ),
            (
                self.jobs,
                "Trainings at a time",
                "1",
                "Each in a process of its own, with the memory that it needs; numbers stay the"
                " same",
            ),
        ):
            field.setAccessibleName(name)
            field.setPlaceholderText(hint)
            field.setToolTip(tip)
            field.setMinimumWidth(110 if field is self.jobs else _LONG)

    def _lay_out(self) -> None:
        self.fold_button.setCheckable(True)
        self.fold_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold_button.setIconSize(QSize(16, 16))
        self.fold_button.setProperty("role", "fold")
        self.fold_button.setToolTip("Categories to look at, single settings, trainings at a time")
        self._body.setProperty("role", "panel")
        inside = QVBoxLayout(self._body)
        inside.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        inside.addLayout(
            field_row(
                *(captioned(one.accessibleName(), one) for one in (self.categories, self.words)),
                captioned(self.jobs.accessibleName(), self.jobs),
            )
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addWidget(self.fold_button)
        column.addWidget(self._body)
        self._body.hide()
