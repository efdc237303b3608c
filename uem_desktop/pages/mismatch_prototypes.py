"""The unified prototypes, each with its images of both domains."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from uem_desktop.jobs.job import Job, JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.empty_state import EmptyState
from uem_desktop.pages.entry_browser import EntryBrowser
from uem_desktop.pages.labels import ElidedLabel, hairline
from uem_desktop.pages.mismatch_decisions import MismatchDecisions
from uem_desktop.pages.number_label import NumberLabel
from uem_desktop.retrieval.diagnostics import occupancy_of
from uem_desktop.retrieval.domain import DomainEmbeddings
from uem_desktop.retrieval.entries import prototype_entries
from uem_desktop.retrieval.explorer_session import ExplorerSession
from uem_desktop.retrieval.prototypes import PrototypeKind, Prototypes, prototypes_of
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

_Key = tuple[DomainEmbeddings, DomainEmbeddings, int, int]


class MismatchPrototypes(QWidget):
    """Computes the prototypes when it is looked at and shows them."""

    def __init__(
        self,
        session: ExplorerSession,
        decisions: MismatchDecisions,
        runner: JobRunner,
        loader: ThumbnailLoader,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner
        self._job: Job | None = None
        self._key: _Key | None = None
        self.prototypes: Prototypes | None = None
        self.browser = EntryBrowser(decisions, loader)
        self.numbers = {name: NumberLabel(*words) for name, words in _NUMBERS.items()}
        self.empty = EmptyState("mismatches", theme)
        self._stack = QStackedWidget()
        self._lay_out()

    def focus_first(self) -> None:
        """Give the focus to the prototypes."""
        self.browser.focus_first()

    def selected_paths(self) -> list[Path]:
        """Return the images that an edit command means."""
        return self.browser.selected_paths()

    def show_found(self) -> None:
        """Show the prototypes of the domains as they are now, computing them where needed."""
        domains = [self._session.domains.get(side) for side in ("query", "gallery")]
        if domains[0] is None or domains[1] is None or not self._session.is_complete:
            return
        query, gallery = domains[0].embeddings, domains[1].embeddings
        key = (query, gallery, query.ready_count, gallery.ready_count)
        if key == self._key:
            return
        self.stop()
        self._key = key
        self.empty.show_text("Looking for prototypes…", "Both domains are put into clusters.")
        self._stack.setCurrentWidget(self.empty)
        self._job = self._runner.start(
            _find, query, gallery, on_result=self._show, on_error=self._fail
        )

    def stop(self) -> None:
        """End the work."""
        if self._job is not None:
            self._job.cancel()
            self._job, self._key = None, None

    def _show(self, prototypes: Prototypes) -> None:
        self._job, self.prototypes = None, prototypes
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

    def _fail(self, sentence: str) -> None:
        self._job = None
        self.empty.show_text("No prototypes", sentence)

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


def _find(context: JobContext, query: DomainEmbeddings, gallery: DomainEmbeddings) -> Prototypes:
    return prototypes_of(query, gallery, should_stop=context.should_stop)
