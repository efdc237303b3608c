"""What is being written, in the status bar: how far it is, a cancel, and then the way to it."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QPushButton, QStatusBar

from training.progress import Progress
from uem_desktop.pages.labels import plain_label

_OFFER_MS = 60_000


class ExportStatus(QObject):
    """Shows one piece of work at a time.

    Signals:
        cancel_wanted: Stop it.
    """

    cancel_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._title = ""
        self._place: Path | None = None
        self.text: QLabel = plain_label("", "dim")
        self.cancel_button, self.open_button = QPushButton("Cancel"), QPushButton("Open folder")
        self.cancel_button.setProperty("role", "flat")
        self.open_button.setProperty("role", "link")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_OFFER_MS)
        self._timer.timeout.connect(self.clear)
        self.cancel_button.clicked.connect(self._cancel)
        self.open_button.clicked.connect(self._open)

    def add_to(self, bar: QStatusBar) -> None:
        """Take a place in the status bar."""
        for widget in (self.text, self.cancel_button, self.open_button):
            bar.addPermanentWidget(widget)
        self.clear()

    def begin(self, title: str) -> None:
        """Say that something is being written."""
        self.clear()
        self._title = title
        self.text.setText(f"{title}…")
        self.text.show()
        self.cancel_button.setEnabled(True)
        self.cancel_button.setText("Cancel")
        self.cancel_button.setToolTip(f"Stop: {title.lower()}")
        self.cancel_button.show()

    def show_progress(self, progress: Progress) -> None:
        """Say how far it is."""
        if progress.total:
            self.text.setText(f"{self._title}: {100 * progress.done // progress.total} %")

    def offer(self, place: Path) -> None:
        """Offer to open the folder in which it lies now."""
        self.clear()
        self._place = place
        self.open_button.setToolTip(str(place if place.is_dir() else place.parent))
        self.open_button.show()
        self._timer.start()

    def clear(self) -> None:
        """Show nothing."""
        self._timer.stop()
        for widget in (self.text, self.cancel_button, self.open_button):
            widget.hide()

    def _cancel(self) -> None:
        self.cancel_button.setEnabled(False)
        self.cancel_button.setText("Stopping…")
        self.cancel_wanted.emit()

    def _open(self) -> None:
        if self._place is not None:
            folder = self._place if self._place.is_dir() else self._place.parent
            QDesktopServices.openUrl(QUrl.fromLocalFile(os.fspath(folder)))
