"""The status bar: what is embedded and how fast, a cancel that really cancels, the device."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QProgressBar, QPushButton, QStatusBar, QWidget

from uem_desktop.pages.embedding_work import LoadingStatus, Phase
from uem_desktop.pages.labels import ElidedLabel, plain_label
from uem_desktop.retrieval.explorer_session import ExplorerSession

_MESSAGE_MS = 10_000


class StatusArea(QStatusBar):
    """Shows progress on the left and the device on the right.

    Signals:
        cancel_wanted: Stop the work.
        resume_wanted: Go on with it.
    """

    cancel_wanted = Signal()
    resume_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._status = LoadingStatus()
        self._idle_text = ""
        self._message = ""
        self.text = ElidedLabel()
        self.bar = QProgressBar()
        self.bar.setFixedWidth(180)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Embedding progress")
        self.cancel_button = QPushButton("Cancel")
        self.cancel_button.setProperty("role", "flat")
        self.cancel_button.setToolTip("Stop embedding; what is done is kept (Ctrl+.)")
        self.resume_button = QPushButton("Resume")
        self.resume_button.setProperty("role", "flat")
        self.resume_button.setToolTip("Go on where the work was stopped")
        self.device = plain_label("")
        self.device.setToolTip("The processor that runs the encoder")
        self._message_timer = QTimer(self)
        self._message_timer.setSingleShot(True)
        self._message_timer.setInterval(_MESSAGE_MS)
        self._message_timer.timeout.connect(self._clear_message)
        self.addWidget(self.bar)
        self.addWidget(self.text, 1)
        self.addPermanentWidget(self.cancel_button)
        self.addPermanentWidget(self.resume_button)
        self.addPermanentWidget(self.device)
        self.cancel_button.clicked.connect(self._want_cancel)
        self.resume_button.clicked.connect(self._want_resume)
        self.show_status(self._status)

    def show_status(self, status: LoadingStatus) -> None:
        """Show how far the embedding is."""
        self._status = status
        is_stopping = status.phase is Phase.STOPPING
        self.bar.setVisible(status.is_busy)
        self.cancel_button.setVisible(status.is_busy)
        self.cancel_button.setEnabled(not is_stopping)
        self.cancel_button.setText("Stopping…" if is_stopping else "Cancel")
        self.resume_button.setVisible(status.phase in (Phase.STOPPED, Phase.FAILED))
        progress = status.progress
        if progress is not None and progress.total:
            self.bar.setRange(0, progress.total)
            self.bar.setValue(progress.done)
        else:
            self.bar.setRange(0, 0)
        self._show_text()

    def show_domains(self, session: ExplorerSession) -> None:
        """Say how much is embedded, for when nothing runs."""
        parts = [
            f"{side.capitalize()} domain: {domain.embeddings.ready_count:,}"
            f" of {len(domain.records):,} images embedded"
            for side, domain in session.domains.items()
        ]
        self._idle_text = "   ·   ".join(sorted(parts, reverse=True))
        self._show_text()

    def show_message(self, sentence: str) -> None:
        """Show one sentence for a while."""
        self._message = sentence
        self._message_timer.start()
        self._show_text()

    def show_device(self, text: str) -> None:
        """Say where the encoder runs."""
        self.device.setText(text)

    def _show_text(self) -> None:
        self.text.set_text(self._message or status_sentence(self._status) or self._idle_text)

    def _clear_message(self) -> None:
        self._message = ""
        self._show_text()

    def _want_cancel(self) -> None:
        self.cancel_wanted.emit()

    def _want_resume(self) -> None:
        self.resume_wanted.emit()


def status_sentence(status: LoadingStatus) -> str:
    """Say what is being done, with numbers; empty when nothing is."""
    domain = f"{status.side} domain" if status.side else "domains"
    numbers = f": {status.progress.sentence()}" if status.progress else ""
    match status.phase:
        case Phase.SCANNING:
            return f"Reading the folder of the {domain}…"
        case Phase.STARTING:
            return "Starting the encoder…"
        case Phase.EMBEDDING:
            return f"Embedding the {domain}{numbers}"
        case Phase.STOPPING:
            return f"Stopping after the current batch{numbers}"
        case Phase.STOPPED:
            return f"Stopped; what is done is kept{_count_text(status)}"
        case Phase.FAILED:
            return "The embedding stopped with an error; what is done is kept."
        case _:
            return ""


def _count_text(status: LoadingStatus) -> str:
    progress = status.progress
    return f": {progress.done:,} of {progress.total:,} images" if progress else ""
