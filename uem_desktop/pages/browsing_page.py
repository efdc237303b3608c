"""A page on which a person goes through many images of the open folders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from uem_desktop.pages.decision_targets import DecisionTargets
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.export_offer import ExportOffer
from uem_desktop.pages.kept_view import KeptView


class BrowsingPage(QWidget):
    """What the window expects of such a page.

    Signals:
        explore_wanted(Path): This image is wanted as a query in Explore.
        full_view_wanted(Path): Show an image as large as the screen.
        message_raised(str): One sentence that must not be missed.
        note_raised(str): One sentence for the status bar.
        view_changed: `kept_view` returns something else.
    """

    explore_wanted = Signal(object)
    full_view_wanted = Signal(object)
    message_raised = Signal(str)
    note_raised = Signal(str)
    view_changed = Signal()

    def follow(self, state: ExplorerState, *further: SignalInstance) -> None:
        """Refresh when the folders, what is embedded of them or their direction are others.

        Args:
            state: What is open.
            *further: What else the page depends on.
        """
        loader = state.loader
        for signal in (
            loader.domain_scanned,
            loader.rows_embedded,
            loader.embedding_ended,
            loader.checkpoint_changed,
            loader.status_changed,
            state.domains_swapped,
            *further,
        ):
            signal.connect(self._refresh_if_seen)

    def refresh(self) -> None:
        """Show what is open now; called while somebody looks."""

    def focus_first(self) -> None:
        """Give the focus to what is shown."""

    def selected_paths(self) -> list[Path]:
        """Return the images that an edit command means."""
        return []

    def export_offer(self) -> ExportOffer:
        """Return what can be exported of the page."""
        return ExportOffer(images=tuple(self.selected_paths()))

    def decision_targets(self) -> DecisionTargets:
        """Return what a decision made by a key is about."""
        return DecisionTargets()

    def go_back(self) -> bool:
        """Go a step back on the page; whether there was one to go."""
        return False

    def kept_view(self) -> dict[str, Any]:
        """Return how a person left the page; see `Desk.kept_view`."""
        return {}

    def restore_view(self, kept: KeptView) -> None:
        """Show the page as it was left; nothing is computed while nobody looks."""

    def close_all(self) -> None:
        """End what is going on."""

    def _refresh_if_seen(self, *_: object) -> None:
        if self.isVisible():
            self.refresh()
