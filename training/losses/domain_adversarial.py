"""Two domains made indistinguishable: a classifier behind a gradient reversal."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional


class DomainClassifier(nn.Module):
    """Two fully connected layers that tell domain A from domain B (UEM §3.3).

    Maps embeddings (B, D) to logits (B,), positive for domain A.
    """

    def __init__(self, dimension: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(dimension, dimension), nn.ReLU(), nn.Linear(dimension, 1)
        )

    def forward(self, embeddings: Tensor) -> Tensor:
        """Return the logits (B,) of embeddings (B, D)."""
        logits: Tensor = self.layers(embeddings)
        return logits.squeeze(1)


def domain_adversarial_loss(
    logits: Tensor, is_domain_a: Tensor, *, literal_sums: bool = False
) -> Tensor:
    """Return the binary cross-entropy of the domain classifier (UEM Eq. 13, DAL).

    The classifier minimises it; an encoder behind ``reverse_gradient`` maximises it.

    Args:
        logits: (2B,), of the images of both domains.
        is_domain_a: bool or float (2B,), 1 for domain A and 0 for domain B.
        literal_sums: Sum over the batch, as printed, instead of the mean.

    Returns:
        Scalar.
    """
    return functional.binary_cross_entropy_with_logits(
        logits, is_domain_a.to(logits.dtype), reduction="sum" if literal_sums else "mean"
    )


def reverse_gradient(x: Tensor, coefficient: float = 1.0) -> Tensor:
    """Return x as it is; on the way back its gradient is multiplied by -coefficient."""
    reversed_x: Tensor = _ReversedGradient.apply(x, coefficient)
    return reversed_x


def dann_ramp(progress: float) -> float:
    """Return 2 / (1 + exp(-10 p)) - 1, the rise of the coefficient used by DANN.

    Args:
        progress: p, the part of the stage that is done, 0..1.
    """
    return 2.0 / (1.0 + math.exp(-10.0 * progress)) - 1.0


class _ReversedGradient(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, coefficient: float) -> Tensor:
        ctx.coefficient = coefficient
        return x.view_as(x)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        return -ctx.coefficient * gradients[0], None
