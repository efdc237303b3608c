"""Contrast between one positive of each image and many negatives."""

from __future__ import annotations

import torch
from torch import Tensor


def contrast_loss(
    embeddings: Tensor,
    positives: Tensor,
    negatives: Tensor,
    left_out: Tensor,
    *,
    tau: float,
    takes_part: Tensor | None = None,
) -> Tensor:
    """Pull each image to its positive, away from all negatives (InfoNCE).

    Args:
        embeddings: (B, D).
        positives: (B, D), another view, a neighbour or a prototype.
        negatives: (M, D).
        left_out: int64 (B,) or (B, L), rows of ``negatives`` that are none for an image: itself.
        tau: Temperature.
        takes_part: bool (B,), images that have a positive; all when ``None``.

    Returns:
        Scalar, the mean over the images that take part, 0 if none does.
    """
    own = (embeddings * positives).sum(dim=1, keepdim=True)
    others = (embeddings @ negatives.T).scatter(
        1, left_out.reshape(len(embeddings), -1), -torch.inf
    )
    losses = (torch.cat([own, others], dim=1) / tau).logsumexp(dim=1) - own[:, 0] / tau
    if takes_part is None:
        return losses.mean()
    shares = takes_part.to(losses.dtype)
    return (losses * shares).sum() / shares.sum().clamp(min=1)
