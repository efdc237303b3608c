"""Makes the pages that nobody has turned to yet, so that each is there as soon as it is wanted."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from importlib import import_module
from time import perf_counter

from PySide6.QtCore import QObject, QTimer

from uem_desktop.jobs.job import JobContext
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.desk import Desk
from uem_desktop.pages.late_place import LatePlace
from uem_desktop.pages.page_imports import import_without_qt

_DELAY_MS = 300
_PAUSE_MS = 100
"""Between two parts, for what a person does meanwhile."""
_IMPORT_PAUSE_MS = 10
_IMPORT_S = 0.01


class PageMaker(QObject):
    """Lets what all pages are made of be imported, then makes one page after another.

    A worker imports what has nothing to do with Qt, the window's thread the rest, a few modules at
    a time. A page comes in one go, except for what stands in a `LatePlace` of its own: these parts
    follow one at a time.
    """

    def __init__(self, runner: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._runner = runner
        self._to_prepare: deque[Desk] = deque()
        self._to_import: deque[str] = deque()
        self._to_make: deque[Desk] = deque()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)

    def start(self, desks: Iterable[Desk]) -> None:
        """Make these pages soon, and what is missing of those that are there."""
        if not self._to_prepare and not self._to_make:
            self._to_prepare.extend(desks)
            self._timer.start(_DELAY_MS)

    def stop(self) -> None:
        """Make no more."""
        self._timer.stop()
        self._to_prepare.clear()
        self._to_import.clear()
        self._to_make.clear()

    def _go_on(self) -> None:
        if self._to_import:
            self._import_some()
        elif self._to_prepare:
            self._runner.start(
                _prepare, self._to_prepare[0], on_result=self._take, on_error=self._pass_over
            )
        elif self._to_make:
            self._make_next(self._to_make[0])
            self._timer.start(_PAUSE_MS)

    def _take(self, modules: tuple[str, ...]) -> None:
        if self._to_prepare:
            self._to_import.extend(modules)
            self._to_make.append(self._to_prepare.popleft())
            self._timer.start(_IMPORT_PAUSE_MS)

    def _pass_over(self, _sentence: str = "") -> None:
        """Leave a page that cannot be imported for when it is wanted, which then says why."""
        if self._to_prepare:
            self._to_prepare.popleft()
            self._timer.start(_IMPORT_PAUSE_MS)

    def _import_some(self) -> None:
        end = perf_counter() + _IMPORT_S
        try:
            while self._to_import and perf_counter() < end:
                import_module(self._to_import.popleft())
        except ImportError:
            self._to_import.clear()
            self._to_make.pop()
        self._timer.start(_IMPORT_PAUSE_MS)

    def _make_next(self, desk: Desk) -> None:
        if not desk.is_made:
            desk.make()
        elif (part := _missing_part(desk)) is not None:
            part.make()
        else:
            self._to_make.popleft()


def _missing_part(desk: Desk) -> LatePlace | None:
    return next((part for part in desk.place.findChildren(LatePlace) if not part.is_made), None)


def _prepare(context: JobContext, desk: Desk) -> tuple[str, ...]:
    modules = import_without_qt(desk.page_module) if desk.page_module else ()
    desk.read_ahead()
    return modules
