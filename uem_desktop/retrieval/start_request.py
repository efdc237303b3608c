"""What a command line or a drop of many things asks for: which path is what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from training.data.decoding import image_suffixes
from training.errors import UserError

PROJECT_SUFFIX = ".uem"
CHECKPOINT_SUFFIXES = frozenset({".safetensors", ".pth", ".pt", ".tar", ".ckpt", ".bin"})


@dataclass(frozen=True, slots=True)
class StartRequest:
    """What to open.

    Attributes:
        query_folder: The folder that is asked with.
        gallery_folder: The folder that is searched.
        checkpoint: A file or a name such as `pretrained`.
        project: A project file.
        query_images: Images that make one query.
    """

    query_folder: Path | None = None
    gallery_folder: Path | None = None
    checkpoint: str | None = None
    project: Path | None = None
    query_images: tuple[Path, ...] = ()


def sort_paths(paths: Sequence[Path]) -> StartRequest:
    """Sort bare paths: folders, a checkpoint, a project, query images.

    Args:
        paths: As a person or a file manager gave them.

    Raises:
        UserError: For a path that is not there, a third folder, a file of no known kind.
    """
    folders: list[Path] = []
    images: list[Path] = []
    checkpoint: str | None = None
    project: Path | None = None
    for path in (Path(p).expanduser().absolute() for p in paths):
        suffix = path.suffix.lower()
        if path.is_dir():
            folders.append(path)
        elif not path.exists():
            raise UserError(f"There is no file or folder {path}.")
        elif suffix == PROJECT_SUFFIX:
            project = path
        elif suffix in CHECKPOINT_SUFFIXES:
            checkpoint = str(path)
        elif suffix in image_suffixes():
            images.append(path)
        else:
            raise UserError(f"{path.name} is no folder, image, checkpoint or project.")
    if len(folders) > 2:
        raise UserError(
            "Give two folders at most: the query domain first, then the gallery domain."
        )
    return StartRequest(
        query_folder=folders[0] if folders else None,
        gallery_folder=folders[1] if len(folders) == 2 else None,
        checkpoint=checkpoint,
        project=project,
        query_images=tuple(images),
    )


def check_request(request: StartRequest) -> None:
    """Refuse what is not there before a window opens.

    Raises:
        UserError: For a folder or a project that is missing.
    """
    for folder in (request.query_folder, request.gallery_folder):
        if folder is not None and not folder.is_dir():
            what = "is no folder" if folder.exists() else "is not there"
            raise UserError(f"The folder {folder} {what}.")
    if request.project is not None and not request.project.exists():
        raise UserError(f"There is no project file {request.project}.")
