"""Embeddings of whole domains, kept for as long as the weights stay as they are."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn

from training.encoders.fusion import state_stamp


class EmbeddingMemo:
    """Computes the embeddings of a domain once for each state of a module."""

    def __init__(self, compute: Callable[[int], Tensor]) -> None:
        self._compute = compute
        self._kept: dict[int, tuple[object, Tensor]] = {}

    def get(self, domain: int, module: nn.Module) -> Tensor:
        """Return the embeddings (N, D) of a domain by a module in its present state."""
        stamp = state_stamp(module)
        kept = self._kept.get(domain)
        if kept is None or kept[0] != stamp:
            kept = self._kept[domain] = (stamp, self._compute(domain))
        return kept[1]
