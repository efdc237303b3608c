"""Saves what the explorer shows into its project, a moment after each change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from training.errors import UserError
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.retrieval.project import (
    Project,
    default_project_path,
    unnamed_projects_folder,
)
from uem_desktop.retrieval.recent_projects import RecentProjects

_DELAY_MS = 600


class ProjectKeeper(QObject):
    """The project of the window; one that nobody named is kept in the data folder.

    Signals:
        recent_changed: `recent` lists other projects now.
        error_raised(str): The project cannot be saved.
    """

    recent_changed = Signal()
    error_raised = Signal(str)

    def __init__(
        self,
        state: ExplorerState,
        read_ui: Callable[[], dict[str, Any]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._read_ui = read_ui
        self._saved: Project | None = None
        self._is_listed = False
        self.path: Path | None = None
        self.recent = RecentProjects()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY_MS)
        self._timer.timeout.connect(self.save)

    @property
    def is_named(self) -> bool:
        """Whether a person chose the file."""
        return self.path is not None and self.path.parent != unnamed_projects_folder()

    def note_change(self, *_: object) -> None:
        """Save soon; many changes at once are saved once."""
        if not self._timer.isActive():
            self._timer.start()

    def use(self, path: Path | None) -> None:
        """Save to this file from now on; None for the unnamed project of the folders."""
        self.path = path
        self._is_listed = False

    def project(self) -> Project:
        """Return the project as it is now."""
        state = self._state
        domains = state.session.domains
        return Project(
            query_folder=domains["query"].scan.folder if "query" in domains else None,
            gallery_folder=domains["gallery"].scan.folder if "gallery" in domains else None,
            checkpoint=state.loader.checkpoint_spec,
            device=state.loader.device,
            precision=state.loader.precision,
            top_k=state.session.top_k,
            index_kind=state.session.index_kind,
            ui=self._read_ui(),
        )

    def save(self) -> None:
        """Save now, if there is something to save."""
        self._timer.stop()
        project = self.project()
        if not self._state.session.has_both_domains or project == self._saved:
            return
        path = self.path if self.is_named else None
        if path is None:
            path = default_project_path(*_in_one_order(project))
        try:
            project.save(path)
        except UserError as error:
            self.error_raised.emit(str(error))
            return
        if path != self.path or not self._is_listed:
            self.path = path
            self._is_listed = True
            self.recent.add(path, path.stem if self.is_named else project.name)
            self.recent_changed.emit()
        self._saved = project

    def save_as(self, path: Path) -> None:
        """Save under a name and go on with that file."""
        self.use(path.with_suffix(".uem"))
        self._saved = None
        self.save()


def _in_one_order(project: Project) -> list[Path]:
    """Return both folders in an order that a swap does not change."""
    return sorted(f for f in (project.query_folder, project.gallery_folder) if f is not None)
