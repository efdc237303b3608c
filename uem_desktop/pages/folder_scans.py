"""Reads the folders of both sides, at most one folder a side at a time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from training.data.scanning import FolderScan
from uem_desktop.jobs.job import Job
from uem_desktop.jobs.runner import JobRunner
from uem_desktop.pages import embedding_work as work
from uem_desktop.retrieval.explorer_session import Side, other_side


@dataclass(slots=True, eq=False)
class _RunningScan:
    """A folder that is being read, and the side it is for; a swap changes that."""

    side: Side
    job: Job | None = None


class FolderScans(QObject):
    """The folders that are being read.

    Signals:
        scanned(str, FolderScan): What a side's new folder holds.
        failed(str, str): A side's folder could not be read, and why.
    """

    scanned = Signal(str, object)
    failed = Signal(str, str)

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._scans: dict[Side, _RunningScan] = {}

    @property
    def sides(self) -> list[Side]:
        """The sides whose folder is being read."""
        return sorted(self._scans)

    def start(self, side: Side, folder: Path) -> None:
        """Read a folder for a side; one that is being read for it is dropped."""
        self.drop(side)
        scan = self._scans[side] = _RunningScan(side)
        scan.job = self._runner.start(
            work.scan,
            folder,
            side,
            on_result=partial(self._take, scan),
            on_error=partial(self._fail, scan),
        )

    def drop(self, side: Side) -> None:
        """Stop reading a side's folder."""
        scan = self._scans.pop(side, None)
        if scan is not None and scan.job is not None:
            scan.job.cancel()

    def swap(self) -> None:
        """Let each folder come out on the other side."""
        self._scans = {other_side(side): scan for side, scan in self._scans.items()}
        for side, scan in self._scans.items():
            scan.side = side

    def _take(self, scan: _RunningScan, result: FolderScan) -> None:
        if self._scans.get(scan.side) is scan:
            del self._scans[scan.side]
            self.scanned.emit(scan.side, result)

    def _fail(self, scan: _RunningScan, sentence: str) -> None:
        if self._scans.get(scan.side) is scan:
            del self._scans[scan.side]
            self.failed.emit(scan.side, sentence)
