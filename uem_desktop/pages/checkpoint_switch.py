"""Tries a checkpoint before it takes the place of one that works."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from uem_desktop.jobs.job import Job
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages import embedding_work as work
from uem_desktop.pages.embedding_work import CheckedCheckpoint
from uem_desktop.retrieval.embedder_protocol import Embedder


class CheckpointSwitch(QObject):
    """Looks at one checkpoint at a time; a newer wish replaces an older one.

    Signals:
        accepted(CheckedCheckpoint): It can be used.
        refused(str): It cannot, and why.
        dropped: The wish was withdrawn.
    """

    accepted = Signal(object)
    refused = Signal(str)
    dropped = Signal()

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._job: Job | None = None
        self._candidate: Embedder | None = None

    @property
    def is_running(self) -> bool:
        """Whether a checkpoint is being looked at."""
        return self._job is not None

    def start(
        self, spec: str, make_embedder: Callable[[], Embedder] | None, fingerprint: str | None
    ) -> None:
        """Look at a checkpoint.

        Args:
            spec: A file or a name.
            make_embedder: Makes the embedder that has to load it; None where looking is enough.
            fingerprint: Of the checkpoint in use, which need not be tried again.
        """
        self._withdraw()
        self._candidate = make_embedder() if make_embedder else None
        self._job = self._runner.start(
            work.check_checkpoint,
            spec,
            self._candidate,
            fingerprint,
            on_result=self._take,
            on_error=self._refuse,
        )

    def cancel(self) -> None:
        """Withdraw the wish; an encoder that was started for it ends."""
        if self._job is not None:
            self._withdraw()
            self.dropped.emit()

    def close(self) -> None:
        """End what was started, now."""
        candidate, self._candidate, self._job = self._candidate, None, None
        if candidate is not None:
            candidate.close()

    def _withdraw(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._end_candidate()

    def _take(self, checked: CheckedCheckpoint) -> None:
        self._job = None
        if checked.encoder is None:
            self._end_candidate()
        self._candidate = None
        self.accepted.emit(checked)

    def _refuse(self, sentence: str) -> None:
        self._job = None
        self._end_candidate()
        self.refused.emit(sentence)

    def _end_candidate(self) -> None:
        candidate, self._candidate = self._candidate, None
        if candidate is not None:
            self._runner.start(work.close_embedder, candidate)
