"""Contrast between the images of a neighbourhood and all others of a domain."""

from __future__ import annotations

import torch
from torch import Tensor


def neighbourhood_loss(
    embeddings: Tensor, bank: Tensor, neighbours: Tensor, counts: Tensor, *, tau: float
) -> Tensor:
    """Pull each image to its neighbours, away from the rest of a domain.

    With an image itself as its only neighbour it is INCE against the whole bank (UEM Eq. 6).

    Args:
        embeddings: (B, D).
        bank: (N, D), of the domain that the neighbours are of.
        neighbours: int64 (B, K), rows of ``bank``.
        counts: bool (B, K), which of them are neighbours; a row may have none.
        tau: Temperature.

    Returns:
        Scalar, the mean over the images that have neighbours of the mean over these of
        -log softmax over the bank; 0 if none has any.
    """
    log_shares = (embeddings @ bank.T / tau).log_softmax(dim=1).gather(1, neighbours)
    weights = counts.to(log_shares.dtype)
    found = weights.sum(dim=1)
    losses = -(weights * log_shares).sum(dim=1) / found.clamp(min=1)
    takes_part = (found > 0).to(losses.dtype)
    return (losses * takes_part).sum() / torch.clamp(takes_part.sum(), min=1)
