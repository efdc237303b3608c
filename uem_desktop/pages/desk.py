"""What the window knows of each of its pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QStatusBar, QWidget

from uem_desktop.pages.export_offer import ExportOffer


class Desk(QObject):
    """Stands for a page of the window from the start; the page may be made when it is shown.

    Attributes:
        name: What a project calls the page.
        title: What the rail calls it.
        icon: The name of its icon.
        page_module: Where the page is written; empty for one that is there from the start.
        needs_folders: Whether there is something on it only while two folders are open.
        place: The page, or where it goes.
        show_action: The command that shows it.

    Signals:
        page_wanted(str): Show a page of the window.
        full_view_wanted(Path): Show an image as large as the screen.
        message_raised(str): One sentence that must not be missed.
        note_raised(str): One sentence for the status bar.
        view_changed: `kept_view` may return something else.
    """

    page_wanted = Signal(str)
    full_view_wanted = Signal(object)
    message_raised = Signal(str)
    note_raised = Signal(str)
    view_changed = Signal()

    name: str
    title: str
    icon: str
    page_module = ""
    needs_folders = True

    def __init__(self, parent: QObject, place: QWidget, show_action: QAction) -> None:
        super().__init__(parent)
        self.place = place
        self.show_action = show_action

    @property
    def keys(self) -> str:
        """The keys that show the page, as the platform writes them."""
        return self.show_action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)

    @property
    def is_made(self) -> bool:
        """Whether the page is there."""
        return True

    def read_ahead(self) -> None:
        """Read what the page needs besides its modules; a worker does so."""

    def make(self) -> None:
        """Make the page where it is not there; nobody looks at it yet."""

    def focus_first(self) -> None:
        """Give the focus to what a person acts on first."""

    def focus_filter(self) -> None:
        """Go to the field that finds files by name."""

    def selected_paths(self) -> list[Path]:
        """Return the files that an edit command means."""
        return []

    def export_offer(self) -> ExportOffer:
        """Return what can be exported of what is shown."""
        return ExportOffer(images=tuple(self.selected_paths()))

    def copy(self) -> bool:
        """Copy what is no file; returns whether there is such a thing on the page."""
        return False

    def go_back(self) -> bool:
        """Go a step back on the page, or to it from Explore; whether there was one to go."""
        return False

    def kept_view(self) -> dict[str, Any]:
        """Return how a person left the page, as JSON; a project keeps it."""
        return {}

    def restore_view(self, kept: object) -> None:
        """Show the page as a project kept it, whatever that is; see `KeptView`."""

    def add_status(self, bar: QStatusBar) -> None:
        """Put into the status bar what is said there as long as the window is open."""

    def may_close(self) -> bool:
        """Whether the window may close now; asks where something goes on."""
        return True

    def close(self) -> None:
        """End what is left."""
