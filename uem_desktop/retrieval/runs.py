"""Runs on the disk, as the list of runs shows them, and where a new one is kept."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path

from training.config import TrainConfig
from training.errors import UserError
from training.events import (
    Evaluated,
    Event,
    RunEnded,
    RunPaused,
    RunStarted,
    UnknownEventError,
    parse_event,
)
from training.run_folder import RunFolder
from uem_desktop.retrieval.app_folders import data_dir

_HEAD_BYTES = 128 * 1024
_TAIL_BYTES = 512 * 1024
_LIVELY_S = 20.0
_TELLING = tuple(
    f'{{"event":"{kind.__name__}"'.encode() for kind in (RunStarted, Evaluated, RunEnded)
)
_MAX_NAME = 40


class RunState(Enum):
    """Where a run stands; the value is the word for it."""

    NEW = "not started"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    BROKEN_OFF = "broken off"
    FAILED = "failed"
    MISSING = "missing"

    @property
    def can_go_on(self) -> bool:
        """Whether the run can be continued from its last checkpoint."""
        return self in (RunState.NEW, RunState.STOPPED, RunState.BROKEN_OFF, RunState.FAILED)

    @property
    def is_live(self) -> bool:
        """Whether a process trains."""
        return self in (RunState.RUNNING, RunState.PAUSED)


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One line of the list of runs.

    Attributes:
        path: The folder of the run.
        state: Where it stands.
        method: Name of the method; empty while not known.
        trainable: ``"head"`` or ``"all"``.
        started_at: Seconds since 1970; of the first start.
        last_map: mAP@All, plain, percent, mean of both directions; None where not measured.
        message: What the run said at its end.
    """

    path: Path
    state: RunState
    method: str = ""
    trainable: str = ""
    started_at: float = 0.0
    last_map: float | None = None
    message: str = ""

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.path.name or str(self.path)


def default_runs_folder() -> Path:
    """Return where runs are kept unless somebody says otherwise."""
    return data_dir() / "runs"


def default_run_path(
    folder_a: Path | None, folder_b: Path | None, *, now: datetime | None = None
) -> Path:
    """Return a folder for a new run that is not there yet: ``sketches-photos-2026-11-25``.

    Args:
        folder_a: Domain A.
        folder_b: Domain B.
        now: The time; None for now.
    """
    names = [_plain_name(folder.name) for folder in (folder_a, folder_b) if folder is not None]
    words = [name for name in names if name] or ["run"]
    date = (now or datetime.now()).strftime("%Y-%m-%d")
    stem = "-".join([*words, date])
    folder = default_runs_folder()
    path, number = folder / stem, 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}"
    return path


def find_runs(folder: Path) -> list[Path]:
    """Return the runs directly below a folder, by name; none where it cannot be read."""
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return []
    return [entry for entry in entries if RunFolder(entry).is_run]


def summarise(
    path: Path, *, is_own: bool = False, has_ended: bool = False, now: float | None = None
) -> RunSummary:
    """Read what a run's folder tells, in milliseconds however long the run is.

    Args:
        path: The folder of the run.
        is_own: Whether it is known that a process trains here, so that its lock is left alone.
        has_ended: Whether the process that trained here is known to be over.
        now: Seconds since 1970; None for now.
    """
    run = RunFolder(path)
    if not run.is_run:
        return RunSummary(path, RunState.MISSING)
    method, trainable = _plan(run)
    started, last_map, message = 0.0, None, ""
    last: Event | None = None
    for event in _first_and_last_events(run.events_path):
        last = event
        if isinstance(event, RunStarted):
            started = started or event.time
            method, trainable = event.method, event.trainable
        elif isinstance(event, Evaluated):
            last_map = mean_map(event)
        elif isinstance(event, RunEnded):
            message = event.message
    if is_own:
        is_paused = isinstance(last, RunPaused)
        state = RunState.PAUSED if is_paused else RunState.RUNNING
    else:
        age = (time.time() if now is None else now) - _modified(run.events_path)
        state = _state(run, last, is_lively=age < _LIVELY_S and not has_ended)
    if not started:
        started = _modified(run.config_path)
    return RunSummary(path, state, method, trainable, started, last_map, message)


def mean_map(event: Evaluated) -> float | None:
    """Return the mean over both directions of mAP@All, plain, percent."""
    values = list(event.map_plain.values())
    return sum(values) / len(values) if values else None


def encoder_file(path: Path) -> Path | None:
    """Return the trained encoder of a run, None while there is none."""
    file = RunFolder(path).encoder_path
    return file if file.is_file() else None


def read_config_text(path: Path) -> str:
    """Return the settings of a run as they stand in its folder; a sentence where they do not."""
    try:
        text = RunFolder(path).config_path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        return f"The settings cannot be read: {(error.strerror or str(error)).lower()}."
    return text


def read_domains(path: Path) -> tuple[Path | None, Path | None]:
    """Return the folders of domain A and B of a run, None where its settings do not tell."""
    try:
        data = RunFolder(path).config().data
    except UserError:
        return None, None
    folders = [Path(text) if text else None for text in (data.domain_a, data.domain_b)]
    return folders[0], folders[1]


def _plan(run: RunFolder) -> tuple[str, str]:
    try:
        config: TrainConfig = run.config()
    except UserError:
        return "", ""
    return config.run.method, config.encoder.trainable


def _state(run: RunFolder, last: Event | None, *, is_lively: bool) -> RunState:
    if isinstance(last, RunEnded):
        outcomes = {"finished": RunState.FINISHED, "stopped": RunState.STOPPED}
        return outcomes.get(last.outcome, RunState.FAILED)
    is_paused = isinstance(last, RunPaused)
    if last is not None and is_lively:
        return RunState.PAUSED if is_paused else RunState.RUNNING  # also on another machine
    if _is_locked(run.lock_path):
        return RunState.PAUSED if is_paused else RunState.RUNNING
    return RunState.NEW if last is None else RunState.BROKEN_OFF


def _is_locked(path: Path) -> bool:
    """Tell whether a process of this machine trains here."""
    if not path.is_file():
        return False
    from filelock import FileLock, Timeout

    try:
        with FileLock(path, timeout=0):
            return False
    except Timeout:
        return True
    except OSError:  # a folder that only others may write to
        return False


def _first_and_last_events(path: Path) -> Iterator[Event]:
    """Give the events at the beginning and at the end of a file that may be very long."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            head = file.read(_HEAD_BYTES)
            tail = b""
            if size > len(head):
                file.seek(max(len(head), size - _TAIL_BYTES))
                tail = file.read()
    except OSError:
        return
    lines = [*head.splitlines(), *tail.splitlines()]
    telling = [line for line in lines if line.startswith(_TELLING)]
    for line in (*telling, *_last_whole_line(lines)):
        with contextlib.suppress(UnknownEventError):
            yield parse_event(line)


def _last_whole_line(lines: list[bytes]) -> list[bytes]:
    """Return the last line that is no cut one, in a list."""
    return next(([line] for line in reversed(lines[-2:]) if line.endswith(b"}")), [])


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _plain_name(name: str) -> str:
    return re.sub(r"[^\w.]+", "-", name, flags=re.UNICODE).strip("-.")[:_MAX_NAME]
