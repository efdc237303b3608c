"""Opens what a person chooses, drops or names: folders, checkpoints, projects."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from training.errors import UserError
from training.resources import resource_path
from uem_desktop.pages.ask_for_folder import ask_for_folder
from uem_desktop.pages.explorer_state import ExplorerState
from uem_desktop.pages.project_keeper import ProjectKeeper
from uem_desktop.pages.window_settings import WindowSettings
from uem_desktop.retrieval.explorer_session import Side
from uem_desktop.retrieval.index import IndexKind
from uem_desktop.retrieval.project import Project
from uem_desktop.retrieval.project_places import with_moved
from uem_desktop.retrieval.project_rescue import open_or_rescue
from uem_desktop.retrieval.start_request import (
    CHECKPOINT_SUFFIXES,
    PROJECT_SUFFIX,
    StartRequest,
)
from uem_desktop.widgets.mime import Dropped

_INDEX_KINDS: tuple[IndexKind, ...] = ("exact", "hnsw", "ivf")
_CHECKPOINTS = "Checkpoints (" + " ".join(f"*{s}" for s in sorted(CHECKPOINT_SUFFIXES)) + ")"
_SAMPLE_QUERY = ("building", "carnegie-library-building-01.png")
"""Its first matches are mostly right and not all, so that a newcomer sees both marks."""
_PROJECTS = f"Projects (*{PROJECT_SUFFIX})"


class Opener(QObject):
    """Puts folders on the two sides and picks the query that is shown first.

    Attributes:
        folders: The folder that each side has or is about to have.

    Signals:
        begun: Something else is being opened; what was said before is out of date.
        folders_changed: `folders` changed.
        recents_changed: The recent folders or checkpoints changed.
        ui_restored(dict): A project was opened; what its window looked like.
        error_raised(str): One sentence.
    """

    begun = Signal()
    folders_changed = Signal()
    recents_changed = Signal()
    ui_restored = Signal(object)
    error_raised = Signal(str)

    def __init__(
        self, state: ExplorerState, keeper: ProjectKeeper, settings: WindowSettings, window: QWidget
    ) -> None:
        super().__init__(window)
        self._state = state
        self._keeper = keeper
        self._settings = settings
        self._window = window
        self._wanted_query: tuple[Path, ...] = ()
        self._shown_folder: Path | None = None
        self.folders: dict[Side, Path] = {}
        state.loader.domain_scanned.connect(self._pick_query)
        state.loader.domain_scanned.connect(self._remember_folder)
        state.loader.folder_failed.connect(self._drop_folder)
        state.loader.checkpoint_changed.connect(self._remember_checkpoint)

    # ---- folders

    def choose_folder(self, side: Side) -> None:
        """Ask for the folder of a side."""
        start = str(self.folders.get(side, ""))
        folder = QFileDialog.getExistingDirectory(self._window, f"Choose the {side} domain", start)
        if folder:
            self.open_folder(side, Path(folder))

    def open_folder(self, side: Side, folder: Path) -> None:
        """Make a folder one side's domain."""
        self.begun.emit()
        self._set_folder(side, folder)
        self._keeper.use(None)
        self._state.loader.open_folder(side, folder)

    def open_sample(self) -> None:
        """Open the bundled collection with its checkpoint."""
        self.open_checkpoint("sample")
        self._wanted_query = (resource_path("sample", "clipart", *_SAMPLE_QUERY),)
        self._shown_folder = None
        self.open_folder("query", resource_path("sample", "clipart"))
        self.open_folder("gallery", resource_path("sample", "render"))

    def swap(self) -> None:
        """Ask the other way round."""
        self._state.swap()
        names: dict[Side, Side] = {"query": "gallery", "gallery": "query"}
        self.folders = {names[side]: folder for side, folder in self.folders.items()}
        self._shown_folder = self.folders.get("query")
        self.folders_changed.emit()

    def close_folders(self) -> None:
        """Go back to the empty window; the project is saved."""
        self.begun.emit()
        self._keeper.save()
        self._keeper.use(None)
        self._state.search.clear()
        self._state.loader.close_folders()
        self._state.update_numbers()
        self.folders = {}
        self._shown_folder = None
        self.folders_changed.emit()

    def _set_folder(self, side: Side, folder: Path) -> None:
        self.folders[side] = folder
        self.folders_changed.emit()

    def _remember_folder(self, side: Side) -> None:
        self._settings.add_recent("folders", str(self._state.session.domains[side].scan.folder))
        self.recents_changed.emit()

    def _drop_folder(self, side: Side) -> None:
        domain = self._state.session.domains.get(side)
        if domain is not None:
            self.folders[side] = domain.scan.folder
        else:
            self.folders.pop(side, None)
        self.folders_changed.emit()

    def _pick_query(self, side: str) -> None:
        """Show the query that was wanted, or the first image of a new query domain."""
        domain = self._state.session.domains.get("query")
        if side != "query" or domain is None:
            return
        is_new = domain.scan.folder != self._shown_folder
        self._shown_folder = domain.scan.folder
        if is_new and not domain.records:
            self._state.search.clear()
        wanted, self._wanted_query = self._wanted_query, ()
        if not wanted and is_new and domain.records:
            wanted = (domain.records[0].path,)
        if wanted:
            self._state.search.ask(wanted)

    # ---- checkpoints

    def choose_checkpoint(self) -> None:
        """Ask for a checkpoint file."""
        file, _ = QFileDialog.getOpenFileName(
            self._window, "Open a checkpoint", "", f"{_CHECKPOINTS};;All files (*)"
        )
        if file:
            self.open_checkpoint(file)

    def open_checkpoint(self, spec: str) -> None:
        """Use a checkpoint file, or one with a name."""
        self.begun.emit()
        self._state.loader.load_checkpoint(spec)

    def _remember_checkpoint(self) -> None:
        spec = self._state.loader.checkpoint_spec
        if Path(spec).is_file():
            self._settings.add_recent("checkpoints", spec)
            self.recents_changed.emit()

    # ---- projects

    def choose_project(self) -> None:
        """Ask for a project file."""
        file, _ = QFileDialog.getOpenFileName(self._window, "Open a project", "", _PROJECTS)
        if file:
            self.open_project(Path(file))

    def save_project_as(self) -> None:
        """Ask where the project is to be kept."""
        start = str(self._keeper.path) if self._keeper.is_named else ""
        file, _ = QFileDialog.getSaveFileName(self._window, "Save the project", start, _PROJECTS)
        if file:
            self._keeper.save_as(Path(file))

    def open_project(self, path: Path) -> None:
        """Open a project as it was left."""
        self.begun.emit()
        self._keeper.save()
        try:
            project, sentence = open_or_rescue(path)
        except UserError as error:
            self.error_raised.emit(str(error))
            return
        if sentence:
            self.error_raised.emit(sentence)
        self._open(path, project, project)

    def _open(self, path: Path, as_read: Project, project: Project) -> None:
        """Open a project once it is known where its folders are now."""
        folders = (project.query_folder, project.gallery_folder)
        gone = [folder for folder in folders if folder is not None and not folder.is_dir()]
        if gone:
            ask_for_folder(
                self._window,
                gone[0],
                partial(self._take_new_place, path, as_read, project, gone[0]),
                partial(self._go_on_with, path, as_read, project),
            )
        else:
            self._go_on_with(path, as_read, project)

    def _take_new_place(
        self, path: Path, as_read: Project, project: Project, gone: Path, found: Path
    ) -> None:
        ui = with_moved(project.ui, gone, found)
        if project.query_folder == gone:
            moved = replace(project, query_folder=found, ui=ui)
        else:
            moved = replace(project, gallery_folder=found, ui=ui)
        self._open(path, as_read, moved)

    def _go_on_with(self, path: Path, as_read: Project, project: Project) -> None:
        self._state.search.clear()
        self._keeper.use(path, project, as_read)
        self._apply(project)

    def _apply(self, project: Project) -> None:
        state, ui = self._state, project.ui
        state.loader.set_device(project.device)
        state.loader.precision = project.precision
        state.set_top_k(project.top_k)
        state.set_index_kind(next((k for k in _INDEX_KINDS if k == project.index_kind), "exact"))
        self._wanted_query = tuple(Path(text) for text in _texts(ui.get("query")))
        self._shown_folder = None
        folders: tuple[tuple[Side, Path | None], ...] = (
            ("query", project.query_folder),
            ("gallery", project.gallery_folder),
        )
        for side, folder in folders:
            if folder is not None:
                self._set_folder(side, folder)
        self.ui_restored.emit(ui)
        state.loader.load_checkpoint(project.checkpoint)
        for side, folder in folders:
            if folder is not None:
                state.loader.open_folder(side, folder)

    # ---- what the command line or a drop asks for

    def open_request(self, request: StartRequest) -> None:
        """Open everything a command line names; what it does not name has its default."""
        if request.project is not None:
            self.open_project(request.project)
            if request.checkpoint is not None:
                self._state.loader.load_checkpoint(request.checkpoint)
        else:
            self.open_checkpoint(request.checkpoint or "pretrained")
        self._wanted_query = request.query_images or self._wanted_query
        if request.query_folder is not None:
            self.open_folder("query", request.query_folder)
        elif request.query_images:
            self._state.search.ask(request.query_images)
        if request.gallery_folder is not None:
            self.open_folder("gallery", request.gallery_folder)

    def take_dropped(self, dropped: Dropped) -> bool:
        """Open two folders, a checkpoint or a project that was dropped.

        Returns:
            False when the drop is something else, such as a query.
        """
        paths = dropped.paths
        folders = [path for path in paths if path.is_dir()]
        suffix = paths[0].suffix.lower() if len(paths) == 1 else ""
        if len(folders) == 2 and len(paths) == 2:
            self.open_folder("query", folders[0])
            self.open_folder("gallery", folders[1])
        elif suffix == PROJECT_SUFFIX:
            self.open_project(paths[0])
        elif suffix in CHECKPOINT_SUFFIXES and not folders:
            self.open_checkpoint(str(paths[0]))
        else:
            return False
        return True


def _texts(value: object) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []
