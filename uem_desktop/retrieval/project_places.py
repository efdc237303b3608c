"""Where the folders and files of a project lie, kept so that they are found after it moved."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.errors import UserError

_KEYS = {"absolute", "relative", "fingerprint"}


@dataclass(frozen=True, slots=True)
class KeptCheckpoint:
    """A checkpoint file that a page looks at.

    Attributes:
        path: Where it lies.
        fingerprint: See `CheckpointInfo.fingerprint`; empty while it is not known.
    """

    path: Path
    fingerprint: str = ""


def kept_checkpoint(spec: str, fingerprint: str = "") -> str | KeptCheckpoint:
    """Return as what a project keeps a checkpoint: a file with its content, or a name."""
    if not spec or not Path(spec).is_file():
        return spec
    return KeptCheckpoint(Path(os.path.abspath(spec)), fingerprint)


def place_of(path: Path | None, base: Path) -> dict[str, str | None] | None:
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


def find_place(place: Any, base: Path) -> Path | None:
    """Return where something lies now: where it lay, or beside the project; None if unsaid."""
    if not isinstance(place, dict) or not isinstance(place.get("absolute"), str):
        return None
    there = [path for path in _candidates(place, base) if path.exists()]
    return there[0] if there else Path(place["absolute"])


def checkpoint_as_json(value: object, base: Path) -> dict[str, str | None]:
    """Return a `KeptCheckpoint` as JSON; ``json.dumps`` asks for what it does not know.

    Raises:
        TypeError: It is something else.
    """
    if not isinstance(value, KeptCheckpoint):
        raise TypeError(f"a project cannot keep {value!r}")
    return {**(place_of(value.path, base) or {}), "fingerprint": value.fingerprint}


def with_checkpoints(value: Any, base: Path) -> Any:
    """Return what was read from a project with each `KeptCheckpoint` where it lies now."""
    if isinstance(value, list):
        return [with_checkpoints(one, base) for one in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == _KEYS and all(
        isinstance(value[k], str) for k in ("absolute", "fingerprint")
    ):
        return _find_checkpoint(value, base)
    return {key: with_checkpoints(one, base) for key, one in value.items()}


def with_moved(value: Any, lay: Path, lies: Path) -> Any:
    """Return what a project holds with the paths below a folder that moved as they are now.

    Args:
        value: Anything that JSON can hold; paths are texts.
        lay: Where the folder was.
        lies: Where it is.
    """
    if isinstance(value, list):
        return [with_moved(one, lay, lies) for one in value]
    if isinstance(value, dict):
        return {key: with_moved(one, lay, lies) for key, one in value.items()}
    if isinstance(value, str) and value.startswith(os.path.join(lay, "")):
        return str(lies / Path(value).relative_to(lay))
    return value


def _find_checkpoint(place: dict[str, Any], base: Path) -> KeptCheckpoint:
    """Return where a checkpoint lies now; only files that may be another one are read."""
    fingerprint, lay = place["fingerprint"], Path(place["absolute"])
    there = [path for path in _candidates(place, base) if path.is_file()]
    if fingerprint and there and there != [lay]:
        found = next((path for path in there if _fingerprint_of(path) == fingerprint), lay)
        return KeptCheckpoint(found, fingerprint)
    return KeptCheckpoint(there[0] if there else lay, fingerprint)


def _candidates(place: dict[str, Any], base: Path) -> list[Path]:
    """Return where something lay, and where it is if it moved along with the project."""
    found, relative = [Path(place["absolute"])], place.get("relative")
    if isinstance(relative, str):
        found.append(Path(os.path.normpath(base / relative)))
    return list(dict.fromkeys(found))


def _fingerprint_of(path: Path) -> str:
    from training.checkpoint_info import inspect_checkpoint

    try:
        return inspect_checkpoint(str(path)).fingerprint
    except UserError:
        return ""
