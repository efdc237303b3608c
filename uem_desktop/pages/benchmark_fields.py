"""The fields of a benchmark: ticked lists, settings and seeds, how to train, where results go."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QListView,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from training.config_files import PRESETS
from training.data.scenarios import SETTINGS
from uem_desktop.item_models.benchmark_choices import ChoiceListModel
from uem_desktop.pages.labels import ElidedLabel, plain_label
from uem_desktop.retrieval.benchmark_draft import BenchmarkDraft
from uem_desktop.retrieval.benchmark_view import SETTING_SENTENCES
from uem_desktop.retrieval.display_text import display_text
from uem_desktop.retrieval.run_draft import PRESET_TEXTS
from uem_desktop.widgets.choice_card import ChoiceCard
from uem_desktop.widgets.flow_layout import FlowLayout
from uem_desktop.widgets.number_field import TextField
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S, SPACE_XS

_ROW_HEIGHT = 24
_MOST_ROWS = 8
_TRAINABLES = (("head", "The last layer"), ("all", "The whole encoder"))


class ChoiceList(QWidget):
    """A list with a tick on each entry; Space or a click sets it.

    Signals:
        chosen_changed: All or none were ticked with a button.
    """

    chosen_changed = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ChoiceListModel(parent=self)
        self.view = QListView()
        self.count = ElidedLabel(role="dim")
        self.all_button = QPushButton("All")
        self.none_button = QPushButton("None")
        self.view.setModel(self.model)
        self.view.setAccessibleName(title)
        self.view.setProperty("role", "ticks")
        self.view.setUniformItemSizes(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addWidget(self.count, 1)
        for button, names in ((self.all_button, True), (self.none_button, False)):
            button.setAccessibleName(f"{button.text()} of: {title}")
            button.setProperty("role", "flat")
            button.clicked.connect(partial(self._tick, names))
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_XS)
        column.addLayout(row)
        column.addWidget(self.view)
        self._title = title
        self.model.modelReset.connect(self._fit)
        self.model.dataChanged.connect(self._show_count)
        self._fit()

    def _tick(self, is_all: bool, _is_checked: bool = False) -> None:
        self.model.set_chosen(self.model.names if is_all else ())
        self.chosen_changed.emit()

    def _fit(self) -> None:
        rows = min(_MOST_ROWS, max(2, len(self.model.names)))
        self.view.setFixedHeight(rows * _ROW_HEIGHT + 4)
        self._show_count()

    def _show_count(self) -> None:
        count = f"{len(self.model.chosen)} of {len(self.model.names)}"
        self.count.set_text(f"{self._title}: {count}")


class DraftFields(QWidget):
    """Fields that change a draft.

    Signals:
        changed(BenchmarkDraft): Another draft.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.draft = BenchmarkDraft()
        self._is_showing = False

    def show_draft(self, draft: BenchmarkDraft) -> None:
        """Show what is chosen."""
        self.draft = draft
        self._is_showing = True
        self._show()
        self._is_showing = False

    def _show(self) -> None:
        raise NotImplementedError

    def _change(self, **changes: Any) -> None:
        if not self._is_showing:
            self.changed.emit(replace(self.draft, **changes))


class MeasureFields(DraftFields):
    """Settings, seeds, draws, help at retrieval time and held-out images."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.settings = {name: QCheckBox(name) for name in SETTINGS}
        self.seeds = TextField()
        self.draws = TextField(is_whole=True)
        self.help = QCheckBox("Once more with retrieval help")
        self.heldout = QCheckBox("On images that were held out")
        for name, box in self.settings.items():
            box.setToolTip(SETTING_SENTENCES[name])
            box.setAccessibleDescription(SETTING_SENTENCES[name])
            box.toggled.connect(self._choose_settings)
        self.seeds.setAccessibleName("Seeds")
        self.seeds.setToolTip("Of training and of the draw of categories, with blanks between them")
        self.seeds.setMinimumWidth(170)
        self.draws.setAccessibleName("Draws of categories in partial and open-set")
        self.draws.setPlaceholderText("as many as seeds")
        self.draws.setToolTip(
            "Partial and open-set get so many seeds: those given and then the numbers after the"
            " last one"
        )
        self.draws.setMinimumWidth(130)
        self.help.setToolTip("Each number once more in a row of its own, with the best help")
        self.heldout.setToolTip(
            "Learn from four fifths of each category and measure on the rest; the paper measures"
            " on the images that were learned from"
        )
        self.seeds.entered.connect(lambda text: self._change(seeds=text))
        self.draws.entered.connect(lambda text: self._change(draws=text))
        self.help.toggled.connect(lambda is_on: self._change(has_help=is_on))
        self.heldout.toggled.connect(lambda is_on: self._change(is_heldout=is_on))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addLayout(field_row(*self.settings.values()))
        column.addLayout(
            field_row(captioned("Seeds", self.seeds), captioned("Draws of categories", self.draws))
        )
        column.addLayout(field_row(self.help, self.heldout))

    def _show(self) -> None:
        for name, box in self.settings.items():
            box.setChecked(name in self.draft.settings)
        self.seeds.show_text(self.draft.seeds)
        self.draws.show_text(self.draft.draws)
        self.help.setChecked(self.draft.has_help)
        self.heldout.setChecked(self.draft.is_heldout)

    def _choose_settings(self) -> None:
        chosen = tuple(name for name in SETTINGS if self.settings[name].isChecked())
        self._change(settings=chosen)


class TrainFields(DraftFields):
    """The preset, and what learns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards = {name: ChoiceCard(*PRESET_TEXTS[name]) for name in PRESETS}
        self.trainable = QComboBox()
        for name, title in _TRAINABLES:
            self.trainable.addItem(title, name)
        self.trainable.setAccessibleName("What learns")
        self.trainable.activated.connect(self._choose_trainable)
        row = QHBoxLayout()
        row.setSpacing(SPACE_M)
        for name, one in self.cards.items():
            one.clicked.connect(partial(self._choose_preset, name))
            row.addWidget(one, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S + 4)
        column.addLayout(row)
        column.addLayout(field_row(captioned("What learns", self.trainable)))

    def _show(self) -> None:
        self.cards[self.draft.preset].setChecked(True)
        self.trainable.setCurrentIndex(self.trainable.findData(self.draft.trainable))

    def _choose_preset(self, name: str, _is_checked: bool = False) -> None:
        self.changed.emit(self.draft.with_preset(name))

    def _choose_trainable(self) -> None:
        self._change(trainable=self.trainable.currentData())


class OutField(DraftFields):
    """Where results go."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = TextField()
        self.browse_button = QToolButton()
        theme.bind_icon(self.browse_button, "folder-open")
        self.field.setAccessibleName("Folder of the results")
        self.browse_button.setToolTip("Choose where results go; results that are there go on")
        self.browse_button.setAccessibleName("Choose where results go")
        self.field.entered.connect(self._enter)
        self.browse_button.clicked.connect(self._browse)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        row.addWidget(self.field, 1)
        row.addWidget(self.browse_button)

    def _show(self) -> None:
        path = display_text(self.draft.out)
        self.field.show_text(path)
        self.field.setToolTip(
            f"{path}\nresults.json, results.md and results.html; a folder with results goes on."
        )

    def _enter(self, text: str) -> None:
        bare = text.strip()
        self._change(folder=Path(bare).expanduser().absolute() if bare else None)

    def _browse(self) -> None:
        start = str(self.draft.out.parent)
        folder = QFileDialog.getExistingDirectory(self, "Where results go", start)
        if folder:
            self._change(folder=Path(folder))


def captioned(caption: str, field: QWidget) -> QWidget:
    """Return a field under its caption."""
    body = QWidget()
    label = plain_label(caption, "caption")
    label.setBuddy(field)
    column = QVBoxLayout(body)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    column.addWidget(label)
    column.addWidget(field)
    return body


def field_row(*widgets: QWidget) -> FlowLayout:
    """Return fields side by side, on more lines where there is too little room."""
    layout = FlowLayout(gap=SPACE_M)
    for widget in widgets:
        layout.addWidget(widget)
    return layout
