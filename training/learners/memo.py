"""Embeddings of whole domains, kept for as long as the weights stay as they are."""

from __future__ import annotations

import time
from collections.abc import Callable

from torch import Tensor, nn

from training.encoders.fusion import state_stamp


class EmbeddingMemo:
    """Computes the embeddings of a domain once for each state of a module."""

    def __init__(self, compute: Callable[[int], Tensor]) -> None:
        self._compute = compute
        self._kept: dict[int, tuple[object, Tensor]] = {}
        self._seconds = 0.0

    def get(self, domain: int, module: nn.Module) -> Tensor:
        """Return the embeddings (N, D) of a domain by a module in its present state."""
        stamp = state_stamp(module)
        kept = self._kept.get(domain)
        if kept is None or kept[0] != stamp:
            started = time.perf_counter()
            kept = self._kept[domain] = (stamp, self._compute(domain))
            self._seconds += time.perf_counter() - started
        return kept[1]

    def take_seconds(self) -> float:
        """Return how long computing took since the last call."""
        taken, self._seconds = self._seconds, 0.0
        return taken
