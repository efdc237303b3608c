"""A project: two folders, a checkpoint and how a person left the window, in one `.uem` file.

The file is a SQLite database with its own application id; the journal of decisions lies in it too.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import sqlite3
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from training.atomic_file import remove_quietly
from training.errors import UserError
from uem_desktop.retrieval.app_folders import data_dir
from uem_desktop.retrieval.project_file import (
    BUSY_SECONDS,
    check_project,
    mark_as_project,
    plain_errors,
    reading,
)
from uem_desktop.retrieval.project_places import (
    checkpoint_as_json,
    find_place,
    place_of,
    with_checkpoints,
    with_moved,
)

PROJECT_SUFFIX = ".uem"
_FOLDERS = ("query_folder", "gallery_folder")


@dataclass(frozen=True, slots=True)
class Project:
    """What comes back when a project is opened again.

    Attributes:
        query_folder: The folder that is asked with.
        gallery_folder: The folder that is searched.
        checkpoint: A checkpoint file or a name such as `pretrained`.
        device: `auto`, `cpu`, `cuda`, …
        precision: What the embeddings were last computed in: `float32` or `float16`.
        top_k: Number of matches of a query.
        index_kind: `exact`, `hnsw` or `ivf`.
        ui: State of the window, anything that JSON can hold, and `KeptCheckpoint`.
    """

    query_folder: Path | None = None
    gallery_folder: Path | None = None
    checkpoint: str = "pretrained"
    device: str = "auto"
    precision: str = "float32"
    top_k: int = 20
    index_kind: str = "exact"
    ui: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """A name for people made of the two folders, such as `sketches → photos`."""
        folders = (self.query_folder, self.gallery_folder)
        names = [folder.name or str(folder) for folder in folders if folder is not None]
        return " → ".join(names) or "Empty project"

    @classmethod
    def open(cls, path: Path) -> Project:
        """Read a project file.

        Folders and checkpoints that moved along with the file are found again beside it.

        Raises:
            UserError: It is missing, no project, damaged, or made by a newer version.
        """
        path = Path(os.path.abspath(path))
        if path.is_dir():
            raise UserError(f"{path} is a folder, not a project file.")
        with plain_errors(path, "cannot be opened"), reading(path) as connection:
            settings = _read_settings(connection)
        return _from_settings(settings, path.parent)

    def save(self, path: Path, since: Project | None = None) -> None:
        """Write the project: afterwards the file holds all of it, or what it held before.

        Args:
            path: The file; made where there is none.
            since: What this window last read from it or wrote to it. Only what differs is written,
                so that two windows keep each other's changes. None writes everything.

        Raises:
            UserError: The file cannot be written, or is something else than a project.
        """
        path = Path(os.path.abspath(path))
        if path.is_dir():
            raise UserError(f"{path} is a folder, so the project cannot be saved as it.")
        with plain_errors(path, "cannot be saved"):
            path.parent.mkdir(parents=True, exist_ok=True)
            is_new = not path.exists() or not path.stat().st_size
            connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS)
            with contextlib.closing(connection):
                if not is_new:
                    check_project(connection, path)
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("BEGIN IMMEDIATE")
                mark_as_project(connection)
                connection.execute(
                    "CREATE TABLE IF NOT EXISTS setting(key TEXT PRIMARY KEY, value TEXT NOT NULL)"
                )
                settings = self._changed_settings(connection, path.parent, since)
                as_json = partial(checkpoint_as_json, base=path.parent)
                rows = [(key, json.dumps(v, default=as_json)) for key, v in settings.items()]
                connection.executemany("INSERT OR REPLACE INTO setting VALUES (?, ?)", rows)
                connection.execute("COMMIT")

    def _changed_settings(
        self, connection: sqlite3.Connection, base: Path, since: Project | None
    ) -> dict[str, Any]:
        """Return what is to be written: what changed, `ui` part by part."""
        settings = _to_settings(self, base)
        if since is None:
            return settings
        known = _to_settings(since, base)
        settings = {key: value for key, value in settings.items() if value != known[key]}
        if "ui" in settings:
            before = since.ui
            kept = _read_settings(connection).get("ui")
            changed = {k: v for k, v in self.ui.items() if k not in before or before[k] != v}
            settings["ui"] = {**(kept if isinstance(kept, dict) else {}), **changed}
        return settings


def copy_project(path: Path, target: Path) -> None:
    """Put what is in a project, its decisions too, into another file, there or not.

    SQLite writes it, so that a window that has the other file open is not cut off from it.

    Raises:
        UserError: It cannot be read or written; what was there is still there.
    """
    path, target = Path(os.path.abspath(path)), Path(os.path.abspath(target))
    if target.is_dir():
        raise UserError(f"{target} is a folder, so the project cannot be saved as it.")
    with plain_errors(target, "cannot be saved"):
        target.parent.mkdir(parents=True, exist_ok=True)
        is_new = not target.exists()
        try:
            with (
                reading(path) as source,
                contextlib.closing(sqlite3.connect(target, timeout=BUSY_SECONDS)) as copy,
            ):
                if not is_new and target.stat().st_size:
                    check_project(copy, target)
                source.backup(copy)
        except BaseException:
            if is_new:
                remove_quietly(target)
            raise


def default_project_path(query_folder: Path | None, gallery_folder: Path | None) -> Path:
    """Return where the window keeps a project that nobody named.

    The same two folders always give the same file, so that they come back as they were left.
    """
    folders = [folder for folder in (query_folder, gallery_folder) if folder is not None]
    places = "\0".join(os.path.realpath(folder) for folder in folders)
    digest = hashlib.sha256(os.fsencode(places)).hexdigest()[:8]
    names = [re.sub(r"[^\w-]+", "-", folder.name)[:40].strip("-") for folder in folders]
    stem = "-".join(name for name in [*names, digest] if name)
    return unnamed_projects_folder() / f"{stem}{PROJECT_SUFFIX}"


def unnamed_projects_folder() -> Path:
    """Return the folder of the projects that nobody named."""
    return data_dir() / "projects"


def _read_settings(connection: sqlite3.Connection) -> dict[str, Any]:
    found = connection.execute("SELECT key, value FROM setting").fetchall()
    return {key: json.loads(value) for key, value in found}


def _to_settings(project: Project, base: Path) -> dict[str, Any]:
    checkpoint_path = Path(project.checkpoint)
    is_file = checkpoint_path.is_file()
    return {
        "query_folder": place_of(project.query_folder, base),
        "gallery_folder": place_of(project.gallery_folder, base),
        "checkpoint": place_of(checkpoint_path, base) if is_file else project.checkpoint,
        "device": project.device,
        "precision": project.precision,
        "top_k": project.top_k,
        "index_kind": project.index_kind,
        "ui": project.ui,
    }


def _from_settings(settings: dict[str, Any], base: Path) -> Project:
    """Build a project; what is missing or of another type than it should be is the default."""
    default = Project()

    def text(key: str, otherwise: str) -> str:
        value = settings.get(key)
        return value if isinstance(value, str) else otherwise

    checkpoint_path = find_place(settings.get("checkpoint"), base)
    top_k = settings.get("top_k")
    folders = [find_place(settings.get(key), base) for key in _FOLDERS]
    ui = with_checkpoints(settings.get("ui"), base)
    for key, lies in zip(_FOLDERS, folders, strict=True):
        if lies is not None and str(lies) != settings[key]["absolute"]:
            ui = with_moved(ui, Path(settings[key]["absolute"]), lies)
    return Project(
        query_folder=folders[0],
        gallery_folder=folders[1],
        checkpoint=str(checkpoint_path or text("checkpoint", default.checkpoint)),
        device=text("device", default.device),
        precision=text("precision", default.precision),
        top_k=top_k if isinstance(top_k, int) and top_k > 0 else default.top_k,
        index_kind=text("index_kind", default.index_kind),
        ui=ui if isinstance(ui, dict) else {},
    )
