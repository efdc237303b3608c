"""The projects that were open lately."""

from __future__ import annotations

import contextlib
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from training.atomic_file import atomic_file
from uem_desktop.retrieval.app_folders import config_dir

MAX_RECENT = 12


@dataclass(frozen=True, slots=True)
class RecentProject:
    """One line of the list.

    Attributes:
        path: The project file.
        name: For people, such as `sketches → photos`.
        opened_at: Seconds since 1970.
        is_missing: Whether the file is not there at the moment; it may be on another disk.
    """

    path: Path
    name: str
    opened_at: float
    is_missing: bool


class RecentProjects:
    """The list on disk, newest first; a list that cannot be written is only not remembered."""

    def __init__(self, folder: Path | None = None) -> None:
        self._file = (config_dir() if folder is None else folder) / "recent-projects.json"

    def entries(self) -> tuple[RecentProject, ...]:
        """Return the projects, the last opened one first."""
        lines = ((Path(line.path), line) for line in self._read())
        return tuple(
            RecentProject(path, line.name, line.opened_at, not path.is_file())
            for path, line in lines
        )

    def add(self, path: Path, name: str = "") -> None:
        """Put a project on top of the list.

        Args:
            path: The project file.
            name: For people; the file's name when empty.
        """
        absolute = os.path.abspath(path)
        line = _Line(absolute, name or Path(absolute).stem, time.time())
        self._write([line, *self._without(absolute)])

    def remove(self, path: Path) -> None:
        """Take a project off the list; the file stays."""
        self._write(self._without(os.path.abspath(path)))

    def _without(self, absolute: str) -> list[_Line]:
        return [line for line in self._read() if line.path != absolute]

    def _read(self) -> list[_Line]:
        try:
            return [_parse(line) for line in json.loads(self._file.read_text(encoding="ascii"))]
        except OSError:
            return []
        except (ValueError, TypeError):
            with contextlib.suppress(OSError):
                os.replace(self._file, self._file.with_suffix(".damaged.json"))
            return []

    def _write(self, lines: list[_Line]) -> None:
        text = json.dumps([asdict(line) for line in lines[:MAX_RECENT]], indent=1)
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with atomic_file(self._file) as temporary:
                temporary.write_text(text, encoding="ascii")


@dataclass(frozen=True, slots=True)
class _Line:
    path: str
    name: str
    opened_at: float


def _parse(line: Any) -> _Line:
    parsed = _Line(**line)
    if not isinstance(parsed.path, str) or not isinstance(parsed.name, str):
        raise TypeError("a project without path or name")
    return _Line(parsed.path, parsed.name, float(parsed.opened_at))
