"""What a run says of itself, in sentences for people."""

from __future__ import annotations

from training.events import DecisionsUsed, RunStarted
from training.progress import duration_text
from uem_desktop.retrieval.run_progress import RunProgress
from uem_desktop.retrieval.runs import RunState

PLOT_MEANINGS = {
    "losses": (
        "Losses",
        "What training makes smaller: the terms of both stages before their weights, and the"
        " total that is minimised.",
    ),
    "map": (
        "mAP@All, plain",
        "How well each domain finds the other after each epoch: 100 % when every right image comes"
        " first. Categories are read for this number alone, never for learning.",
    ),
    "schedule": (
        "Rate, alpha (right)",
        "The learning rate is the size of a step. Alpha is the weight that prototypes have by now:"
        " it rises from 0 to 1 while stage one goes on (Eq. 10).",
    ),
    "prototypes": (
        "Clusters, merged",
        "Clusters are the groups of alike images that are found in each domain. Merged prototypes"
        " are clusters of A and B that were found to be the same kind of thing.",
    ),
    "agreement": (
        "Reliability",
        "Reliable matches: the share of images whose nearest neighbour in the other domain belongs"
        " to the same prototype. Bank agreement: how close the remembered embeddings are to those"
        " of the encoder as it is now.",
    ),
    "other": ("More of this method", "What this method tells of itself beside its losses."),
}


def progress_text(progress: RunProgress, state: RunState, *, is_stopping: bool = False) -> str:
    """Say where a run is and how long it will take.

    Args:
        progress: Of the run.
        state: Where it stands.
        is_stopping: Whether it is about to save and end.
    """
    if is_stopping:
        return "Stopping: the run saves a checkpoint first…"
    preparation = progress.preparation
    if preparation is not None and state.is_live:
        parts = [f"{preparation.task}: {preparation.done:,} of {preparation.total:,} images"]
        if preparation.seconds_left:
            parts.append(f"{duration_text(preparation.seconds_left)} left")
        return " · ".join(parts)
    if not progress.stage:
        return "Starting…" if state.is_live else "No step was done yet."
    parts = [f"{progress.stage}, epoch {progress.epoch:,} of {progress.epochs:,}"]
    if progress.total_steps:
        parts.append(f"{progress.steps_done:,} of {progress.total_steps:,} steps")
    if state.is_live and progress.seconds_left:
        parts.append(f"{duration_text(progress.seconds_left)} left")
    if state is RunState.PAUSED:
        parts.append("paused; everything is saved")
    return " · ".join(parts)


def status_text(progress: RunProgress, state: RunState) -> str:
    """Say in a few words how far a run is that trains beside other work."""
    if state is RunState.PAUSED:
        return "Training paused"
    if not progress.stage:
        return "Training begins"
    left = f", {duration_text(progress.seconds_left)} left" if progress.seconds_left else ""
    return f"Training {100 * progress.share:.0f} %{left}"


def facts_text(started: RunStarted | None) -> str:
    """Say what learns, from which images, where."""
    if started is None:
        return ""
    what = "last layer" if started.trainable == "head" else "all layers"
    return " · ".join([
        f"{started.method.upper()}, {what}",
        f"{started.images_a:,} + {started.images_b:,} images",
        f"from {started.encoder}",
        f"seed {started.seed}",
        started.device,
        *([decisions_text(started.decisions)] if started.decisions is not None else []),
    ])  # fmt: skip


def decisions_text(used: DecisionsUsed) -> str:
    """Say which decisions take part: ``with decisions: 12 accepted, 3 rejected, 1 not found``."""
    missing = f", {used.not_found:,} not found" if used.not_found else ""
    return f"with decisions: {used.accepted:,} accepted, {used.rejected:,} rejected{missing}"


def epochs_text(count: int) -> str:
    """Say how many epochs a stage has."""
    return f"{count:,} epoch{'' if count == 1 else 's'}"


def skipped_text(count: int) -> str:
    """Say how many files were left out."""
    return f"{count:,} file{'' if count == 1 else 's'} skipped"
