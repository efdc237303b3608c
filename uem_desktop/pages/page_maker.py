"""Makes the pages that nobody has turned to yet, so that each is there as soon as it is wanted."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer

from uem_desktop.jobs.job import JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.desk import Desk

_DELAY_MS = 300
_PAUSE_MS = 100
"""Between two pages, for what a person does meanwhile."""


class PageMaker(QObject):
    """Works one page after another: its imports in a worker, then its widgets in one go."""

    def __init__(self, runner: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._runner = runner
        self._waiting: deque[Desk] = deque()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._import_next)

    def start(self, desks: Iterable[Desk]) -> None:
        """Make these pages soon, those that are not there."""
        if not self._waiting:
            self._waiting.extend(desks)
            self._timer.start(_DELAY_MS)

    def stop(self) -> None:
        """Make no more."""
        self._timer.stop()
        self._waiting.clear()

    def _import_next(self) -> None:
        while self._waiting and self._waiting[0].is_made:
            self._waiting.popleft()
        if self._waiting:
            desk = self._waiting[0]
            self._runner.start(_import_page, desk, on_result=self._make, on_error=self._pass_over)

    def _make(self, desk: Desk) -> None:
        if self._waiting:
            self._waiting.popleft()
            desk.make()
            self._timer.start(_PAUSE_MS)

    def _pass_over(self, _sentence: str) -> None:
        """Leave a page that cannot be imported for when it is wanted, which then says why."""
        if self._waiting:
            self._waiting.popleft()
            self._timer.start(_PAUSE_MS)


def _import_page(context: JobContext, desk: Desk) -> Desk:
    desk.import_page()
    return desk
