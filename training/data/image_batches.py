"""Batches of freshly augmented images for training the whole encoder."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.data.ahead import mapped_ahead
from training.data.augmentation import Augmentation, augmented_view, crop_source
from training.data.decoding import DecodeError, decode_image
from training.data.file_access import printable
from training.data.paired_batches import PairedPlan
from training.data.phase import phase_view
from training.data.random_streams import stream
from training.data.training_images import TrainingImages
from training.data.views import Preprocessing, eval_view
from training.errors import UserError

_STEPS_AHEAD = 2

_Work = tuple[int, TrainingImages, int]
"""Step, domain and row of an image."""


@dataclass(frozen=True, slots=True, eq=False)
class ImageBatch:
    """The images of one step.

    Attributes:
        number: Of the step in its epoch, from 0.
        rows_a: (B,) int64, rows of domain A.
        rows_b: (B,) int64, rows of domain B.
        views_a: The views of domain A, each (B, S, S, 3) uint8, C-contiguous and writable; where
            phases are wanted, one for each view behind them.
        views_b: The views of domain B.
    """

    number: int
    rows_a: NDArray[np.int64]
    rows_b: NDArray[np.int64]
    views_a: tuple[NDArray[np.uint8], ...]
    views_b: tuple[NDArray[np.uint8], ...]


@contextlib.contextmanager
def image_batches(
    images: tuple[TrainingImages, TrainingImages],
    plan: PairedPlan,
    preprocessing: Preprocessing,
    augmentation: Augmentation | None,
    *,
    views_per_image: int = 1,
    seed: int,
    stage: str,
    epoch: int,
    first_step: int = 0,
    with_phases: bool = False,
) -> Iterator[Iterator[ImageBatch]]:
    """Give the batches of one epoch; threads decode two steps ahead and end with the block.

    A view is drawn from ``stream(seed, "augment", stage, epoch, step, digest, view)``, so an epoch
    that is entered at any step goes on as if it had been run from the first.

    Args:
        images: Domains A and B.
        plan: Which images meet in which step.
        preprocessing: What the encoder wants.
        augmentation: How views differ; None for the view that retrieval uses.
        views_per_image: Views of each image in a step.
        seed: The run's seed.
        stage: The stage of training.
        epoch: Number of the epoch in its stage.
        first_step: Where to enter the epoch.
        with_phases: Give the phase of each view too.

    Raises:
        UserError: From the iterator, if a file cannot be read any more.
    """
    steps = range(first_step, plan.step_count)
    work = (
        (step, domain, row)
        for step in steps
        for domain, rows in zip(images, (plan.rows_a, plan.rows_b), strict=True)
        for row in rows[step].tolist()
    )

    def views_of(work: _Work) -> list[NDArray[np.uint8]]:
        views = colours_of(work)
        return [*views, *map(phase_view, views)] if with_phases else views

    def colours_of(work: _Work) -> list[NDArray[np.uint8]]:
        step, domain, row = work
        rgb = decoded_row(domain, row, preprocessing)
        if augmentation is None:
            return [eval_view(rgb, preprocessing)] * views_per_image
        source = crop_source(rgb, preprocessing)
        parts = ("augment", stage, epoch, step, domain.digests[row])
        return [
            augmented_view(source, preprocessing, augmentation, stream(seed, *parts, view))
            for view in range(views_per_image)
        ]

    ahead = _STEPS_AHEAD * 2 * plan.batch_size
    with mapped_ahead(views_of, work, max_ahead=ahead) as made:
        yield (
            ImageBatch(
                step,
                plan.rows_a[step],
                plan.rows_b[step],
                _stacked(made, plan.batch_size),
                _stacked(made, plan.batch_size),
            )
            for step in steps
        )


def _stacked(
    made: Iterator[list[NDArray[np.uint8]]], batch_size: int
) -> tuple[NDArray[np.uint8], ...]:
    """Take the views of a domain's next images, and give one (B, S, S, 3) for each view."""
    images = [next(made) for _ in range(batch_size)]
    return tuple(np.stack(views) for views in zip(*images, strict=True))


def decoded_row(
    domain: TrainingImages, row: int, preprocessing: Preprocessing
) -> NDArray[np.uint8]:
    """Return an image of a domain as RGB uint8 (H, W, 3).

    Raises:
        UserError: If it cannot be read any more.
    """
    path = domain.records[row].path
    try:
        return decode_image(path, min_side=preprocessing.resize_size)
    except DecodeError as error:
        raise UserError(f"{printable(path)} cannot be read any more: {error.reason}.") from error
