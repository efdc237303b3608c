"""What a benchmark says of itself in the window, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from training.benchmark.tables import Table
from training.progress import duration_text
from uem_desktop.retrieval.benchmark_standing import Standing

_MOST_FAILURES = 4


def state_of(
    standing: Standing, *, is_running: bool, is_stopping: bool, outcome: str
) -> tuple[str, str]:
    """Return the state in a word or two, and the role of a label that shows it.

    Args:
        standing: What is known.
        is_running: Whether it runs in this application.
        is_stopping: Whether it was asked to stop.
        outcome: How it ended; empty where nothing ended here.
    """
    if is_stopping:
        return "Stopping", "accent"
    if is_running:
        return "Running", "accent"
    if outcome == "failed":
        return "Failed", "wrong"
    if standing.total is None:
        return "Reading", "dim"
    if standing.failures:
        return "Finished, with failures" if outcome == "finished" else "With failures", "warning"
    if standing.done == standing.total:
        return "Finished", "correct"
    return ("Stopped" if outcome else "Not finished, followed live"), "warning"


def progress_text(standing: Standing, *, is_running: bool) -> str:
    """Say how far it is, how long it still takes, and what is going on."""
    if standing.total is None:
        return standing.now if is_running else ""
    parts = [f"{standing.done:,} of {standing.total:,} trainings"]
    if is_running:
        if standing.seconds_left is not None:
            parts.append(f"{duration_text(standing.seconds_left)} left")
        parts.append(standing.now)
    elif standing.ended is not None:
        parts.append(f"took {duration_text(standing.ended.seconds)}")
    return " · ".join(parts)


def failures_text(failures: Sequence[str]) -> str:
    """Name the trainings that came to nothing, and why; the first few where there are many."""
    shown = [f"Failed: {failure}" for failure in failures[:_MOST_FAILURES]]
    rest = len(failures) - len(shown)
    return "\n".join([*shown, *([f"and {rest} more, all in results.json"] if rest else [])])


def table_text(table: Table) -> str:
    """Say what the numbers of a table are."""
    text = f"{table.title}, percent · mean ± deviation over seeds · bold: the highest"
    if any(row.is_printed for row in table.rows):
        return f"{text} · in italics: what the paper prints, for comparison only"
    return text
