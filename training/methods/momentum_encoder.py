"""A copy of the encoder that follows it slowly (MoCo)."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor

from training.learners.learner import Learner


class MomentumEncoder:
    """The key encoder: k <- m k + (1 - m) q for each weight, never changed by a gradient.

    Statistics of batch normalisation are its own, from the key views that it has seen.
    """

    def __init__(self, learner: Learner, momentum: float) -> None:
        """Start as a copy of what learns.

        Args:
            learner: Whose module is followed.
            momentum: m, 0..1.
        """
        self._learner = learner
        self._momentum = momentum
        self.module = copy.deepcopy(learner.module).requires_grad_(False)

    @torch.no_grad()
    def follow(self) -> None:
        """Take one small step towards the encoder in training."""
        pairs = zip(self.module.parameters(), self._learner.module.parameters(), strict=True)
        for key, query in pairs:
            key.lerp_(query, 1.0 - self._momentum)

    @torch.no_grad()
    def embed(self, views: Tensor) -> Tensor:
        """Return unit embeddings (B, D) of views, without a gradient."""
        return self._learner.embed(views, self.module)

    def state(self) -> dict[str, Any]:
        """Return everything, for a checkpoint."""
        return self.module.state_dict()

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        self.module.load_state_dict(state)
