"""Which images of two domains meet in which step of an epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from training.data.random_streams import stream

EpochLength = Literal["longer", "shorter"]


@dataclass(frozen=True, slots=True)
class PairedPlan:
    """The batches of one epoch; a row number of a domain occurs at most once in a batch.

    Attributes:
        rows_a: (steps, B) int64, rows of domain A.
        rows_b: (steps, B) int64, rows of domain B.
    """

    rows_a: NDArray[np.int64]
    rows_b: NDArray[np.int64]

    @property
    def step_count(self) -> int:
        """Steps of the epoch, one at least."""
        return len(self.rows_a)

    @property
    def batch_size(self) -> int:
        """Images of each domain in a step."""
        return int(self.rows_a.shape[1])


def paired_epoch(
    count_a: int,
    count_b: int,
    batch_size: int,
    seed: int,
    stage: str,
    epoch: int,
    *,
    length: EpochLength = "longer",
) -> PairedPlan:
    """Draw the batches of one epoch (UEM gap G17).

    The epoch is as long as the longer domain; the shorter one is gone through again, each time in
    a new order, so that each of its images comes equally often, give or take one. The last batch
    is dropped where it is incomplete.

    Args:
        count_a: Images of domain A.
        count_b: Images of domain B.
        batch_size: Images of each domain in a step; falls to the size of the smaller domain.
        seed: The run's seed.
        stage: Which stage of training the epoch belongs to.
        epoch: Number of the epoch in its stage.
        length: Which domain is gone through once; with ``"shorter"`` only a part of the longer one
            is met.

    Raises:
        ValueError: If a domain is empty or ``batch_size`` is below one.
    """
    if min(count_a, count_b, batch_size) < 1:
        raise ValueError(f"no batch of {batch_size} from {count_a} and {count_b} images")
    size = min(batch_size, count_a, count_b)
    steps = step_count(count_a, count_b, batch_size, length)
    rows_a = _batches(count_a, size, steps, stream(seed, "order", stage, epoch, "a"))
    rows_b = _batches(count_b, size, steps, stream(seed, "order", stage, epoch, "b"))
    return PairedPlan(rows_a, rows_b)


def step_count(count_a: int, count_b: int, batch_size: int, length: EpochLength = "longer") -> int:
    """Return how many steps `paired_epoch` makes of these domains."""
    size = min(batch_size, count_a, count_b)
    return (max if length == "longer" else min)(count_a, count_b) // size


def _batches(count: int, size: int, steps: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Cut permutations, laid end to end, into ``steps`` batches without repetition."""
    batches = np.empty((steps, size), np.int64)
    rows, filled = batches.reshape(-1), 0
    while filled < len(rows):
        following = rng.permutation(count)
        begun = rows[filled - filled % size : filled]
        if len(begun):
            # what the batch at the seam holds already moves behind what completes it
            completing = np.flatnonzero(~np.isin(following, begun))[: size - len(begun)]
            following = np.concatenate([following[completing], np.delete(following, completing)])
        fitting = following[: len(rows) - filled]
        rows[filled : filled + len(fitting)] = fitting
        filled += len(fitting)
    return batches
