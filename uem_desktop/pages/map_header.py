"""The controls above a map, and what its header says."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from uem_desktop.pages.compare_choice import CompareChoice
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.kept_view import KeptView
from uem_desktop.pages.labels import ElidedLabel, plain_label
from uem_desktop.pages.map_keeper import MapKeeper
from uem_desktop.pages.waiting_place import not_embedded_texts
from uem_desktop.pages.window_settings import WindowSettings
from uem_desktop.retrieval.layout import METHODS
from uem_desktop.retrieval.map_colouring import ColourBy
from uem_desktop.retrieval.map_words import METHOD_TITLES
from uem_desktop.widgets.segments import Segments
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.tokens import SPACE_M, SPACE_S

COLOUR_TITLES = {
    ColourBy.DOMAIN: "Domain",
    ColourBy.CATEGORY: "Category",
    ColourBy.PROTOTYPE: "Unified prototype",
    ColourBy.AP: "AP of queries, plain, help off",
    ColourBy.DECISION: "Decision",
}
LINE_COUNTS = (1, 3, 5)
_WIDEST = 240
_LETTERS = {"pca": "P", "tsne": "S"}


class MapHeader(QWidget):
    """Method, colours, prototypes, lines, zoom.

    Signals:
        method_chosen(str): Lay out in another way.
        colour_chosen(str): Colours shall tell something else.
        prototypes_toggled(bool): Prototypes are wanted, or not.
        lines_chosen(int): How many lines for each chosen image; 0 for none.
        fit_wanted: Show everything.
        beside_chosen(str): A checkpoint whose map is wanted beside.
    """

    method_chosen = Signal(str)
    colour_chosen = Signal(str)
    prototypes_toggled = Signal(bool)
    lines_chosen = Signal(int)
    fit_wanted = Signal()
    beside_chosen = Signal(str)

    def __init__(
        self, settings: WindowSettings, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.choice = CompareChoice(settings, self)
        self.beside_button = QPushButton("Beside")
        self.methods = Segments(
            [(m, METHOD_TITLES[m].replace(_LETTERS[m], f"&{_LETTERS[m]}")) for m in METHODS],
            "Layout",
        )
        self.colour_combo, self.line_combo = QComboBox(), QComboBox()
        self.prototypes_box = QCheckBox("Pr&ototypes")
        self.facts = ElidedLabel(role="dim")
        self.fit_button = QPushButton("Fit")
        theme.bind_icon(self.fit_button, "zoom-fit")
        theme.bind_icon(self.beside_button, "checkpoint")
        self._lay_out()
        self._connect()

    @property
    def colour_by(self) -> ColourBy:
        """What colours are to tell."""
        return ColourBy(self.colour_combo.currentData())

    @property
    def line_count(self) -> int:
        """How many lines each chosen image has."""
        return int(self.line_combo.currentData())

    def kept(self) -> dict[str, Any]:
        """Return what is chosen, as a project keeps it."""
        return {
            "method": self.methods.choice,
            "colour": str(self.colour_by),
            "prototypes": self.prototypes_box.isChecked(),
            "lines": self.line_count,
        }

    def restore(self, kept: KeptView) -> None:
        """Choose what was chosen before; only the box of the prototypes tells of it."""
        self.methods.show_choice(kept.one_of("method", METHODS, METHODS[0]))
        colour = kept.one_of("colour", ColourBy, ColourBy.DOMAIN)
        self.colour_combo.setCurrentIndex(self.colour_combo.findData(colour))
        lines = kept.one_of("lines", (0, *LINE_COUNTS), 0)
        self.line_combo.setCurrentIndex(self.line_combo.findData(lines))
        self.prototypes_box.setChecked(kept.flag("prototypes", otherwise=False))

    def _connect(self) -> None:
        self.choice.chosen.connect(self.beside_chosen)
        self.methods.chosen.connect(self.method_chosen)
        self.colour_combo.activated.connect(
            lambda: self.colour_chosen.emit(self.colour_combo.currentData())
        )
        self.prototypes_box.toggled.connect(self.prototypes_toggled)
        self.line_combo.activated.connect(lambda: self.lines_chosen.emit(self.line_count))
        self.fit_button.clicked.connect(self.fit_wanted)

    def _lay_out(self) -> None:
        self.methods.setToolTip(
            "PCA: the two directions of largest variance, at once.\n"
            "t-SNE: who is near to whom; distances between groups mean little."
        )
        for by in ColourBy:
            self.colour_combo.addItem(COLOUR_TITLES[by], by)
        self.colour_combo.setAccessibleName("Colours")
        self.colour_combo.setToolTip("What the colours of the points tell")
        self.line_combo.addItem("No lines", 0)
        for count in LINE_COUNTS:
            text = "Nearest match" if count == 1 else f"{count} nearest matches"
            self.line_combo.addItem(f"Lines: {text.lower()}", count)
        self.line_combo.setAccessibleName("Lines from chosen images")
        self.line_combo.setToolTip(
            "Lines from the chosen images to their nearest in the other domain:"
            " green and solid where the category is right, red and dashed where it is wrong"
        )
        self.prototypes_box.setToolTip(
            "Unified prototypes (k-means in each domain, close ones merged), each at the mean place"
            " of its images; merged ones are joined by a line"
        )
        self.fit_button.setToolTip("Show everything (0)")
        self.choice.hide()
        self.beside_button.setMenu(self.choice.menu())
        self.beside_button.setToolTip(
            "The same images by a second checkpoint beside: before and after training,"
            " or another stage or epoch of a run"
        )
        row = QHBoxLayout()
        row.setSpacing(SPACE_M - 4)
        row.addWidget(plain_label("Map", "title"))
        row.addWidget(self.methods)
        for combo in (self.colour_combo, self.line_combo):
            combo.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            combo.setMinimumContentsLength(12)
            combo.setMaximumWidth(_WIDEST)
            row.addWidget(combo, 1)
        row.addWidget(self.prototypes_box)
        row.addStretch(1)
        row.addWidget(self.beside_button)
        row.addWidget(self.fit_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        layout.setSpacing(SPACE_S - 2)
        layout.addLayout(row)
        layout.addWidget(self.facts)


def empty_texts(keeper: MapKeeper, state: ExplorerState) -> tuple[str, str]:
    """Return a title and a sentence that say why there is no map, and what brings one."""
    session = state.session
    if keeper.is_running:
        if keeper.method == "tsne":
            return "Laying out with t-SNE…", "It is kept on the disk, so the next time it is there."
        return "Laying out…", "The map comes in a moment."
    if keeper.sentence:
        return "No map", keeper.sentence
    if not session.has_both_domains:
        return "No folders yet", "Choose a query and a gallery folder to see them on one map."
    if not any(domain.records for domain in session.domains.values()):
        return "Nothing to show", "Neither folder holds images."
    if session.is_complete:
        return "Nothing to show", "No image could be read; the Problems page says why."
    return not_embedded_texts(state, "The map appears when both domains are embedded.")
