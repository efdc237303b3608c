"""A training run in a child process, seen from the process that started it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from training.events import Event, RunEnded, parse_event
from uem_desktop.retrieval.event_process import EventProcess
from uem_desktop.retrieval.run_ending import RunEnding, ending_of_event, ending_of_process


class TrainingProcess(EventProcess[Event]):
    """Starts ``python -m training FOLDER``, reads its events and hands it commands."""

    def __init__(self, folder: Path, resume: bool, command: Sequence[str] | None = None) -> None:
        """Start the process.

        Raises:
            OSError: It cannot be started.
        """
        self._folder = folder
        self._told: RunEnded | None = None
        program = list(command or (sys.executable, "-P", "-m", "training"))
        super().__init__([*program, str(folder), *(["--resume"] if resume else [])], "training")

    def _parsed(self, line: bytes) -> Event:
        event = parse_event(line)
        if isinstance(event, RunEnded):
            self._told = event
        return event

    def _ending_of(self, code: int) -> RunEnding:
        if self._told is not None:
            return ending_of_event(self._told)
        return ending_of_process(
            code, tuple(self._stderr), self._folder, was_killed=self._was_killed
        )
