"""A keeper of what takes long to compute about the open folders: what pages see of its study."""

from __future__ import annotations

from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages.study import Study
from uem_desktop.retrieval.explorer_session import ExplorerSession

FoundT = TypeVar("FoundT")


class StudyKeeper(QObject, Generic[FoundT]):
    """Says how far the study is, and stops it or takes it up again.

    Signals:
        found_changed: What is found, `is_running` or `sentence` changed.
        progressed: `share_done` changed.
    """

    found_changed = Signal()
    progressed = Signal()

    def __init__(
        self,
        session: ExplorerSession,
        runner: JobRunner,
        stopped: str = "",
        parent: QObject | None = None,
    ) -> None:
        """Begin with nothing found; see `Study` for the arguments."""
        super().__init__(parent)
        self._session = session
        self._study: Study[FoundT] = Study(session, runner, stopped, self)
        self._study.progressed.connect(self.progressed)

    @property
    def is_running(self) -> bool:
        """Whether the study is going on."""
        return self._study.is_running

    @property
    def sentence(self) -> str:
        """Why nothing is found, where that needs saying."""
        return self._study.sentence

    @property
    def share_done(self) -> float:
        """How far the study is, 0..1."""
        return self._study.share_done

    @property
    def is_stopped(self) -> bool:
        """Whether a person stopped the study, or it failed."""
        return self._study.is_stopped

    def update(self) -> None:
        """Show what belongs to the domains as they are now, computing it where needed."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop the study; `go_on` begins it again."""
        self._study.stop()

    def go_on(self) -> None:
        """Begin again what was stopped or failed."""
        self.update()
        self._study.go_on()
