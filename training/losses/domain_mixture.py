"""Contrast within each domain, mixed by how likely an image is of that domain."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def domain_mixture_loss(
    embeddings: Tensor,
    keys: Tensor,
    banks: tuple[Tensor, ...],
    left_out: tuple[Tensor | None, ...],
    log_shares: Tensor,
    *,
    tau: float,
) -> Tensor:
    """Return -log of the mixture over domains of the chance to pick the own key (DARLING).

    Args:
        embeddings: (B, D) of one domain.
        keys: (B, D), another view of the same images.
        banks: (N_d, D) of each domain, the negatives.
        left_out: For each domain int64 (B,), the row that is the image itself, or ``None``.
        log_shares: (B, domains), log of how likely each image is of each domain.
        tau: Temperature.

    Returns:
        Scalar, the mean over the batch.
    """
    own = (embeddings * keys).sum(dim=1) / tau
    chances = []
    for bank, rows in zip(banks, left_out, strict=True):
        others = embeddings @ bank.T / tau
        if rows is not None:
            others = others.scatter(1, rows[:, None], -torch.inf)
        chances.append(functional.logsigmoid(own - others.logsumexp(dim=1)))
    return -(torch.stack(chances, dim=1) + log_shares).logsumexp(dim=1).mean()
