"""When prototypes begin to matter in the first stage."""

from __future__ import annotations

import math


def progressive_weight(epoch: int, epochs: int) -> float:
    """Return alpha = 1 / (1 + exp(E / 2 - e)), a step in the middle of the stage (UEM Eq. 10).

    Args:
        epoch: e, the epoch in the stage, from 0.
        epochs: E, how many epochs the stage has.
    """
    distance = epoch - 0.5 * epochs
    small = math.exp(-abs(distance))
    return 1.0 / (1.0 + small) if distance >= 0 else small / (1.0 + small)
