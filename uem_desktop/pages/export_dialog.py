"""Asks what is to leave the window, of which queries or images, as what, and where to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from uem_desktop.pages.export_offer import ExportOffer
from uem_desktop.pages.labels import plain_label
from uem_desktop.pages.path_field import PathField
from uem_desktop.retrieval.export_choices import CHOICES, Form, What, Which
from uem_desktop.retrieval.export_words import (
    FORM_HELP,
    FORM_TITLES,
    SUFFIXES,
    WHAT_HELP,
    WHAT_TITLES,
    which_title,
)
from uem_desktop.retrieval.exporting import ExportWish
from uem_desktop.widgets.tokens import SPACE_L, SPACE_M, SPACE_S

_WIDTH = 600
_COUNTED = (Which.CHOSEN, Which.LISTED)


class ExportDialog(QDialog):
    """A form; what cannot be exported now is not offered.

    Signals:
        wanted(ExportWish): Export this.
    """

    wanted = Signal(object)

    def __init__(
        self,
        offer: ExportOffer,
        folder: Path,
        stem: str,
        parent: QWidget | None = None,
        *,
        has_matches: bool = True,
    ) -> None:
        """Ask about an offer.

        Args:
            offer: What the page has.
            folder: Where files go without being asked.
            stem: What they are called then.
            parent: The owner.
            has_matches: Whether what every page has is there: something is embedded.
        """
        super().__init__(parent)
        self.setObjectName("exportDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Export")
        self._offer = offer
        self._stem = stem
        self.what, self.which, self.form = QComboBox(), QComboBox(), QComboBox()
        self.place = PathField("Export to")
        self.place.set_path(folder)
        self._folder = folder
        self._what_help, self._form_help = (plain_label("", "dim", is_wrapped=True) for _ in "ab")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go_button = self.buttons.addButton("Export", QDialogButtonBox.ButtonRole.AcceptRole)
        self.go_button.setProperty("role", "primary")
        whats = [*(own.what for own in offer.own), *(CHOICES if has_matches else ())]
        _fill(self.what, {what: WHAT_TITLES[what] for what in whats})
        self._lay_out()
        self.what.currentIndexChanged.connect(self._show_what)
        self.which.currentIndexChanged.connect(self._show_state)
        self.form.currentIndexChanged.connect(self._show_form)
        self.place.changed.connect(self._show_state)
        self.buttons.accepted.connect(self._take)
        self.buttons.rejected.connect(self.reject)
        self._show_what()

    def _show_what(self) -> None:
        what = self._what
        _fill(self.which, self._which_titles(what))
        _fill(self.form, {one: FORM_TITLES[one] for one in self._offer.forms(what)})
        self._what_help.setText(WHAT_HELP[what])
        self._show_form()

    def _which_titles(self, what: What) -> Mapping[Which, str]:
        offer, own = self._offer, self._offer.own_of(what)
        if own is not None:
            return own.whiches
        counts = {one: offer.count(what, one) for one in CHOICES[what][0]}
        return {
            one: which_title(one, count, what)
            for one, count in counts.items()
            if count or one not in _COUNTED
        }

    def _show_form(self) -> None:
        form, own = self._form, self._offer.own_of(self._what)
        stem = (own.stem if own is not None else "") or self._stem
        self._form_help.setText(FORM_HELP[form])
        name = f"{stem}-{self._what}{SUFFIXES.get(form, '')}"
        self.place.set_kind(is_folder=form.is_folder, suffix=SUFFIXES.get(form, ""))
        self.place.suggest(self._folder / name)
        self._show_state()

    def _show_state(self) -> None:
        self.go_button.setEnabled(self.place.path is not None)

    def _take(self) -> None:
        what, which, out = self._what, Which(self.which.currentData()), self.place.path
        if out is None or not self.place.confirm():
            return
        paths = self._offer.paths(what, which)
        self.wanted.emit(ExportWish(what, which, self._form, out, paths))
        self.accept()

    @property
    def _what(self) -> What:
        return What(self.what.currentData())

    @property
    def _form(self) -> Form:
        return Form(self.form.currentData())

    def _lay_out(self) -> None:
        fields = QFormLayout()
        fields.setHorizontalSpacing(SPACE_M)
        fields.setVerticalSpacing(SPACE_S)
        fields.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for title, widget, help_label in (
            ("&What", self.what, self._what_help),
            ("&Of", self.which, None),
            ("&As", self.form, self._form_help),
            ("&To", self.place, None),
        ):
            fields.addRow(title, widget)
            if help_label is not None:
                fields.addRow("", help_label)
        for combo, name in ((self.what, "What"), (self.which, "Of"), (self.form, "As")):
            combo.setAccessibleName(name)
            combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for note in (self._what_help, self._form_help):
            note.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_M)
        layout.setSpacing(SPACE_L)
        layout.addLayout(fields)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.go_button.setDefault(True)
        self.setMinimumWidth(_WIDTH)


def _fill(combo: QComboBox, titles: Mapping[Any, str]) -> None:
    """Offer choices by their titles, and keep the one that is chosen where it is among them."""
    before = combo.currentData()
    combo.blockSignals(True)
    combo.clear()
    for value, title in titles.items():
        combo.addItem(title, value.value)
    combo.setCurrentIndex(max(combo.findData(before), 0))
    combo.blockSignals(False)
