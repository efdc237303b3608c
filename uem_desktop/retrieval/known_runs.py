"""Which runs the list shows: those of the default folder, and those that somebody followed."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Collection
from pathlib import Path

from training.atomic_file import atomic_file
from training.run_folder import RunFolder
from uem_desktop.retrieval.app_folders import config_dir
from uem_desktop.retrieval.runs import (
    RunState,
    RunSummary,
    default_runs_folder,
    find_runs,
    summarise,
)

_MAX_KNOWN = 200
_OVER = (RunState.FINISHED, RunState.STOPPED, RunState.FAILED)


class KnownRuns:
    """The list on disk; one that cannot be written is only not remembered.

    Args:
        folder: Where the list is kept; None for the folder of settings.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._over: dict[Path, tuple[object, RunSummary]] = {}
        self._file = (config_dir() if folder is None else folder) / "runs.json"

    def paths(self) -> list[Path]:
        """Return the folders of all runs of the list, each once."""
        known, removed = self._read()
        found = [str(path) for path in find_runs(default_runs_folder())]
        every = dict.fromkeys([*known, *(path for path in found if path not in removed)])
        return [Path(text) for text in every]

    def summaries(self, own: Path | None = None, ended: Collection[Path] = ()) -> list[RunSummary]:
        """Read every run of the list, the one that was started last first.

        Args:
            own: The run whose process this application started.
            ended: Runs whose process this application saw end.
        """
        runs = [
            self._summary(path, is_own=path == own, has_ended=path in ended)
            for path in self.paths()
        ]
        return sorted(runs, key=lambda run: (-run.started_at, run.name))

    def _summary(self, path: Path, *, is_own: bool, has_ended: bool) -> RunSummary:
        """Read a run; one that is over is read again only when its events are others."""
        stamp = _stamp(RunFolder(path))
        known_stamp, known = self._over.get(path, (None, None))
        if known is not None and stamp == known_stamp and not is_own:
            return known
        run = summarise(path, is_own=is_own, has_ended=has_ended)
        if run.state in _OVER:
            self._over[path] = stamp, run
        return run

    def add(self, path: Path) -> None:
        """Remember a run, wherever its folder is."""
        text = os.path.abspath(path)
        known, removed = self._read()
        self._write(
            [text, *(other for other in known if other != text)],
            [other for other in removed if other != text],
        )

    def remove(self, path: Path) -> None:
        """Take a run off the list; its files stay."""
        text = os.path.abspath(path)
        known, removed = self._read()
        is_found = Path(text).parent == Path(os.path.abspath(default_runs_folder()))
        self._write(
            [other for other in known if other != text],
            [*removed, text] if is_found and text not in removed else removed,
        )

    def _read(self) -> tuple[list[str], list[str]]:
        try:
            content = json.loads(self._file.read_text(encoding="ascii"))
            return _texts(content["known"]), _texts(content["removed"])
        except (OSError, ValueError, TypeError, KeyError):
            return [], []

    def _write(self, known: list[str], removed: list[str]) -> None:
        text = json.dumps({"known": known[:_MAX_KNOWN], "removed": removed[-_MAX_KNOWN:]}, indent=1)
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with atomic_file(self._file) as temporary:
                temporary.write_text(text, encoding="ascii")


def _stamp(run: RunFolder) -> object:
    try:
        about = run.events_path.stat()
        return about.st_mtime_ns, about.st_size, run.is_run
    except OSError:
        return object()


def _texts(value: object) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []
