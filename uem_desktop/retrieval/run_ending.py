"""How a run ended, in one sentence."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from training.events import RunEnded
from training.run_folder import RunFolder

_MENDABLE = 2
_LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class RunEnding:
    """How a run ended.

    Attributes:
        outcome: ``"finished"``, ``"stopped"`` or ``"failed"``.
        message: One sentence for people; empty when there is nothing to say.
    """

    outcome: str
    message: str


def ending_of_event(event: RunEnded) -> RunEnding:
    """Return the ending that a run told itself."""
    return RunEnding(event.outcome, event.message)


def ending_of_process(
    code: int, stderr: Sequence[str], folder: Path, *, was_killed: bool
) -> RunEnding:
    """Return the ending of a process that could not tell it.

    Args:
        code: Its exit code; minus the number of a signal.
        stderr: The last lines that it wrote.
        folder: The run.
        was_killed: Whether the person wanted it.
    """
    rest = _what_is_left(folder)
    if was_killed:
        return RunEnding("stopped", f"Training was ended at once; {rest}.")
    return ending_of_exit(code, stderr, f"The training process {{how}}; {rest}.")


def ending_of_exit(code: int, stderr: Sequence[str], sentence: str) -> RunEnding:
    """Return the ending of a process that failed, in a sentence with a place for ``{how}``."""
    reason = next((line.strip() for line in reversed(stderr) if line.strip()), "")
    reason = reason[:_LONGEST_REASON]
    if code == _MENDABLE and reason:
        return RunEnding("failed", reason)
    if code == -9:
        how = "was stopped by the system, often for lack of memory"
    elif code < 0:
        how = f"was stopped by {_signal_name(-code)}"
    elif code == 0:
        how = "ended without saying why"
    else:
        how = f"ended with an error, {reason}" if reason else f"ended with exit code {code}"
    return RunEnding("failed", sentence.format(how=how.rstrip(".")))


def _what_is_left(folder: Path) -> str:
    try:
        has_state = any(RunFolder(folder).checkpoints.glob("*.pt"))
    except OSError:
        has_state = False
    if has_state:
        return "it can go on from its last checkpoint"
    return "it has no checkpoint yet and starts from the beginning"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
