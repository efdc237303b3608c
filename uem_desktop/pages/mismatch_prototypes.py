"""The unified prototypes, each with its images of both domains."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from uem_desktop.pages.empty_state import EmptyState
from uem_desktop.pages.entry_browser import EntryBrowser
from uem_desktop.pages.export_offer import OwnExport
from uem_desktop.pages.labels import ElidedLabel, hairline
from uem_desktop.pages.mismatch_decisions import MismatchDecisions
from uem_desktop.pages.mismatch_offer import prototype_exports
from uem_desktop.pages.number_label import NumberLabel
from uem_desktop.pages.prototype_keeper import PrototypeKeeper
from uem_desktop.retrieval.diagnostics import occupancy_of
from uem_desktop.retrieval.entries import prototype_entries
from uem_desktop.retrieval.prototypes import PrototypeKind, Prototypes
from uem_desktop.widgets.theme import Theme
from uem_desktop.widgets.thumbnail_loader import ThumbnailLoader
from uem_desktop.widgets.tokens import SPACE_L, SPACE_M, SPACE_S

_NUMBERS = {
    "merged": ("merged", "Clusters of either domain, close enough after translation to be one."),
    "own": ("own", "Clusters of the query domain that no cluster of the gallery is close to."),
    "translated": (
        "translated",
        "Clusters of the gallery domain that no cluster of the query domain is close to,"
        "\nmoved by the difference of the means.",
    ),
    "query": ("of the queries alone", "Share of the query domain on prototypes of it alone."),
    "gallery": ("of the gallery alone", "Share of the gallery domain on prototypes of it alone."),
}
_HOW = "k-means in each domain, the number of clusters at the elbow; merged as published"


class MismatchPrototypes(QWidget):
    """Asks for the prototypes when it is looked at, and shows them."""

    def __init__(
        self,
        keeper: PrototypeKeeper,
        decisions: MismatchDecisions,
        loader: ThumbnailLoader,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self.prototypes: Prototypes | None = None
        self.browser = EntryBrowser(decisions, loader)
        self.numbers = {name: NumberLabel(*words) for name, words in _NUMBERS.items()}
        self.empty = EmptyState("mismatches", theme)
        self._stack = QStackedWidget()
        self._lay_out()
        keeper.changed.connect(self._show_known)

    def focus_first(self) -> None:
        """Give the focus to the prototypes."""
        self.browser.focus_first()

    def selected_paths(self) -> list[Path]:
        """Return the images that an edit command means."""
        return self.browser.selected_paths()

    def own_exports(self) -> tuple[OwnExport, ...]:
        """Return what can be exported of the prototypes."""
        return prototype_exports(self.prototypes, self.selected_paths())

    def show_found(self) -> None:
        """Show the prototypes of the domains as they are now, computing them where needed."""
        self._keeper.ask()
        self._show_known()

    def _show_known(self) -> None:
        prototypes = self._keeper.found
        if not self.isVisible() or (prototypes is not None and prototypes is self.prototypes):
            return
        if prototypes is not None:
            self._show(prototypes)
            return
        self.prototypes = None
        title = "No prototypes" if self._keeper.reason else "Looking for prototypes…"
        self.empty.show_text(title, self._keeper.reason or "Both domains are put into clusters.")
        self._stack.setCurrentWidget(self.empty)

    def _show(self, prototypes: Prototypes) -> None:
        self.prototypes = prototypes
        found = occupancy_of(prototypes)
        for kind, count in (
            (PrototypeKind.MERGED, found.merged_count),
            (PrototypeKind.OWN, found.own_count),
            (PrototypeKind.TRANSLATED, found.translated_count),
        ):
            self.numbers[str(kind)].set_text(f"{count:,}")
        self.numbers["query"].set_percent(100 * found.lone_share("query"))
        self.numbers["gallery"].set_percent(100 * found.lone_share("gallery"))
        self.browser.show_entries(prototype_entries(prototypes))
        self._stack.setCurrentIndex(1)
        if self.isVisible() and self.empty.isAncestorOf(self.focusWidget() or self):
            self.focus_first()

    def _lay_out(self) -> None:
        numbers = QHBoxLayout()
        numbers.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S + 4)
        numbers.setSpacing(SPACE_L)
        for number in self.numbers.values():
            numbers.addWidget(number)
        numbers.addWidget(ElidedLabel(_HOW, "dim"), 1)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(numbers)
        column.addWidget(hairline())
        column.addWidget(self.browser, 1)
        for widget in (self.empty, body):
            self._stack.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
