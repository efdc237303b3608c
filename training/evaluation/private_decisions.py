"""What a detector says of queries: how likely each has no counterpart, and where the line is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class PrivateDecisions:
    """One decision value for each query; the order of the values is what AUROC measures.

    Attributes:
        values: float64 (Q,), finite; the larger, the more likely it is that the query's category
            is not in the gallery.
        threshold: A query is called private iff its value is above it.
    """

    values: NDArray[np.float64]
    threshold: float

    def __len__(self) -> int:
        return len(self.values)

    @property
    def is_private(self) -> NDArray[np.bool_]:
        """What is decided at the threshold, bool (Q,)."""
        return self.values > self.threshold

    def at(self, threshold: float) -> PrivateDecisions:
        """Return the same values with the line drawn elsewhere, as by a slider."""
        return PrivateDecisions(self.values, threshold)
