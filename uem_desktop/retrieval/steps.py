"""How work of several steps says how far it is."""

from __future__ import annotations

from collections.abc import Callable

from training.progress import Progress

ShowStep = Callable[[str, float], None]
"""Told what is being done and which share of that is done, 0..1; 0 while that cannot be said."""


def no_step(step: str, share: float) -> None:
    """Show nothing."""


def count_of(on_step: ShowStep, step: str) -> Callable[[int, int], None]:
    """Begin a step and return what is told (done, total) of it."""
    on_step(step, 0.0)
    return lambda done, total: on_step(step, done / max(1, total))


def progress_of(on_step: ShowStep, step: str) -> Callable[[Progress], None]:
    """Begin a step and return what is told its progress."""
    told = count_of(on_step, step)
    return lambda progress: told(progress.done, progress.total)
