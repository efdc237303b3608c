"""A run of training that the window started, or follows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal


class TrainingThread(QThread):
    """Owns a run from start to end, or follows one that somebody started elsewhere.

    Everything is called on the GUI thread and returns at once, apart from `close`. Signals come on
    the GUI thread, nothing before it returns to its event loop; so connect right after making one.

    Signals:
        events_arrived(list): Events in their order, none left out, 20 times a second at most.
        run_ended(str, str): Outcome (finished, stopped or failed) and one sentence, which may be
            empty; exactly once, after all events, and not after `close`.
    """

    events_arrived = Signal(object)
    run_ended = Signal(str, str)

    @classmethod
    def training(
        cls,
        folder: Path,
        resume: bool = False,
        *,
        command: Sequence[str] | None = None,
        parent: QObject | None = None,
    ) -> TrainingThread:
        """Start a training process in a run's folder, which holds its settings already.

        Args:
            folder: The run.
            resume: Whether it goes on after its last checkpoint.
            command: What is started instead of ``python -m training``.
            parent: Owner of the thread; `close` it all the same.
        """
        raise NotImplementedError

    @classmethod
    def following(cls, folder: Path, *, parent: QObject | None = None) -> TrainingThread:
        """Follow a run by its folder, also on a shared drive; commands have no effect."""
        raise NotImplementedError

    @property
    def folder(self) -> Path:
        """The run."""
        raise NotImplementedError

    @property
    def is_own(self) -> bool:
        """Whether the process was started here, so that it takes commands."""
        raise NotImplementedError

    @property
    def is_over(self) -> bool:
        """Whether `run_ended` was sent."""
        raise NotImplementedError

    @property
    def quiet_seconds(self) -> float:
        """Time since the last event came; a run that was followed may have died silently."""
        raise NotImplementedError

    def pause(self) -> None:
        """Ask the run to wait; `RunPaused` confirms."""
        raise NotImplementedError

    def go_on(self) -> None:
        """Ask the run to go on; `RunContinued` confirms."""
        raise NotImplementedError

    def stop(self) -> None:
        """Ask the run to save a checkpoint and end; `run_ended` confirms."""
        raise NotImplementedError

    def pin(self, queries: Sequence[tuple[str, Path]]) -> None:
        """Replace the pinned queries: (``"a"`` or ``"b"``, path)."""
        raise NotImplementedError

    def kill(self) -> None:
        """End the process at once; what came after its last checkpoint is lost."""
        raise NotImplementedError

    def close(self, timeout_s: float = 10.0) -> bool:
        """Stop the run, or stop following, and wait: for the end of the application.

        Returns:
            Whether the process ended by itself; it is killed where not.
        """
        raise NotImplementedError
