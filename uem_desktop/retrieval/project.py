"""A project: two folders, a checkpoint and how a person left the window, in one `.uem` file.

The file is a SQLite database with its own application id, so that later formats can add tables.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from training.errors import UserError
from uem_desktop.retrieval.app_folders import data_dir

PROJECT_SUFFIX = ".uem"
APPLICATION_ID = 0x55454D70
FORMAT = 1

_SQLITE_MAGIC = b"SQLite format 3\x00"
_HEADER_BYTES = 100


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
        ui: State of the window, anything that JSON can hold.
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

        Folders that moved along with the file are found again beside it.

        Raises:
            UserError: It is missing, no project, damaged, or made by a newer version.
        """
        path = Path(os.path.abspath(path))
        if path.is_dir():
            raise UserError(f"{path} is a folder, not a project file.")
        with _plain_errors(path, "cannot be opened"):
            _check_header(path)
            uri = f"{path.as_uri()}?mode=ro"
            with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
                found = connection.execute("SELECT key, value FROM setting").fetchall()
            settings = {key: json.loads(value) for key, value in found}
        return _from_settings(settings, path.parent)

    def save(self, path: Path) -> None:
        """Write the project: afterwards the file holds all of it, or what it held before.

        Raises:
            UserError: The file cannot be written, or is something else than a project.
        """
        path = Path(os.path.abspath(path))
        if path.is_dir():
            raise UserError(f"{path} is a folder, so the project cannot be saved as it.")
        settings = _to_settings(self, path.parent)
        rows = [(key, json.dumps(value)) for key, value in settings.items()]
        with _plain_errors(path, "cannot be saved"):
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and path.stat().st_size:
                _check_header(path)
            with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("BEGIN IMMEDIATE")
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {FORMAT}")
                connection.execute(
                    "CREATE TABLE IF NOT EXISTS setting(key TEXT PRIMARY KEY, value TEXT NOT NULL)"
                )
                connection.executemany("INSERT OR REPLACE INTO setting VALUES (?, ?)", rows)
                connection.execute("COMMIT")


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


@contextlib.contextmanager
def _plain_errors(path: Path, what_fails: str) -> Iterator[None]:
    """Turn what the disk and SQLite say into one sentence."""
    try:
        yield
    except FileNotFoundError as error:
        raise UserError(f"There is no project file {path}.") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError(
            f"The project {path} {what_fails}: {reason[:1].lower()}{reason[1:]}."
        ) from error
    except (sqlite3.Error, ValueError, TypeError) as error:
        if getattr(error, "sqlite_errorcode", None) is None:
            raise UserError(f"The project {path} is damaged and cannot be read.") from error
        raise UserError(f"The project {path} {what_fails}: {error}.") from error


def _check_header(path: Path) -> None:
    """Look at the first bytes of a SQLite file.

    Raises:
        UserError: It is no project, or one that this version cannot read.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    application_id = int.from_bytes(header[68:72], "big")
    if not header.startswith(_SQLITE_MAGIC) or application_id != APPLICATION_ID:
        raise UserError(f"{path} is not a project of uem-desktop.")
    version = int.from_bytes(header[60:64], "big")
    if version > FORMAT:
        raise UserError(
            f"{path} was made by a newer uem-desktop (format {version});"
            f" this one reads up to {FORMAT}."
        )


def _to_settings(project: Project, base: Path) -> dict[str, Any]:
    checkpoint_path = Path(project.checkpoint)
    is_file = checkpoint_path.is_file()
    return {
        "query_folder": _place_of(project.query_folder, base),
        "gallery_folder": _place_of(project.gallery_folder, base),
        "checkpoint": _place_of(checkpoint_path, base) if is_file else project.checkpoint,
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

    checkpoint_path = _find_place(settings.get("checkpoint"), base)
    top_k = settings.get("top_k")
    ui = settings.get("ui")
    return Project(
        query_folder=_find_place(settings.get("query_folder"), base),
        gallery_folder=_find_place(settings.get("gallery_folder"), base),
        checkpoint=str(checkpoint_path or text("checkpoint", default.checkpoint)),
        device=text("device", default.device),
        precision=text("precision", default.precision),
        top_k=top_k if isinstance(top_k, int) and top_k > 0 else default.top_k,
        index_kind=text("index_kind", default.index_kind),
        ui=ui if isinstance(ui, dict) else {},
    )


def _place_of(path: Path | None, base: Path) -> dict[str, str | None] | None:
    """Return where something lies, absolute and as seen from the project file.

    JSON keeps file names that are no UTF-8 as lone surrogates, written in ASCII.
    """
    if path is None:
        return None
    absolute = os.path.abspath(path)
    try:
        relative: str | None = os.path.relpath(absolute, base)
    except ValueError:  # another drive
        relative = None
    return {"absolute": absolute, "relative": relative}


def _find_place(place: Any, base: Path) -> Path | None:
    if not isinstance(place, dict) or not isinstance(place.get("absolute"), str):
        return None
    absolute = Path(place["absolute"])
    relative = place.get("relative")
    if not absolute.exists() and isinstance(relative, str):
        beside = Path(os.path.normpath(base / relative))
        if beside.exists():
            return beside
    return absolute
