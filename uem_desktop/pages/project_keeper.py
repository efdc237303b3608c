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
    copy_project,
    default_project_path,
    unnamed_projects_folder,
)
from uem_desktop.retrieval.recent_projects import RecentProjects

_DELAY_MS = 600


class ProjectKeeper(QObject):
    """The project of the window; one that nobody named is kept in the data folder.

    Signals:
        place_left: `place` may be another file; what is to come is not open yet.
        place_taken: The project was saved under another name.
        recent_changed: `recent` lists other projects now.
        error_raised(str): The project cannot be saved.
    """

    place_left = Signal()
    place_taken = Signal()
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
        self._base: tuple[Path, Project] | None = None
        self._folders: set[Path] | None = None
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

    @property
    def place(self) -> Path | None:
        """The file of the project, there or not yet; None while its folders are not both open."""
        domains = self._state.session.domains
        folders = {domain.scan.folder for domain in domains.values()}
        is_own = self._folders is None or folders == self._folders
        if not self._state.session.has_both_domains or not is_own:
            return None
        return self.path if self.is_named else default_project_path(min(folders), max(folders))

    def note_change(self, *_: object) -> None:
        """Save soon; many changes at once are saved once."""
        if not self._timer.isActive():
            self._timer.start()

    def use(
        self, path: Path | None, project: Project | None = None, as_read: Project | None = None
    ) -> None:
        """Save to this file from now on; None for the unnamed project of the folders.

        Args:
            path: The file.
            project: What is being opened: nothing is saved before its folders are open.
            as_read: What the file holds: only what differs from it is saved.
        """
        self.path = path
        self._is_listed = False
        self._base = (path, as_read) if path is not None and as_read is not None else None
        self._folders = None
        if project is not None:
            self._folders = {f for f in (project.query_folder, project.gallery_folder) if f}
        self.place_left.emit()

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
        project, path = self.project(), self.place
        if path is None or (project == self._saved and path.exists()):
            return
        try:
            project.save(path, self._base[1] if self._base and self._base[0] == path else None)
        except UserError as error:
            self.error_raised.emit(str(error))
            return
        self._base = (path, project)
        if path != self.path or not self._is_listed:
            self.path = path
            self._is_listed = True
            self.recent.add(path, path.stem if self.is_named else project.name)
            self.recent_changed.emit()
        self._saved = project

    def save_as(self, path: Path) -> None:
        """Save under a name, decisions too, and go on with that file."""
        before, path = self.place, path.with_suffix(".uem")
        if before is not None and before != path and before.exists():
            try:
                copy_project(before, path)
            except UserError as error:
                self.error_raised.emit(str(error))
                return
        self.use(path)
        self._saved = None
        self.save()
        self.place_taken.emit()
