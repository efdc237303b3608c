"""Contrast between the images of one's own cluster and all others of the domain."""

from __future__ import annotations

from torch import Tensor


def cluster_contrast_loss(
    embeddings: Tensor,
    bank: Tensor,
    is_positive: Tensor,
    takes_part: Tensor,
    *,
    tau: float,
) -> Tensor:
    """Pull each image to every image of its cluster (UCDIR's cluster-wise contrast).

    Args:
        embeddings: (B, D) of one domain.
        bank: (N, D) of the same domain.
        is_positive: bool (B, N), which images share the cluster; one at least in each row.
        takes_part: bool (B,), images whose cluster is trusted.
        tau: Temperature.

    Returns:
        Scalar, the mean over the images that take part of the mean over their positives of
        -log softmax over the bank; 0 if none takes part.
    """
    log_shares = (embeddings @ bank.T / tau).log_softmax(dim=1)
    positives, shares = is_positive.to(log_shares.dtype), takes_part.to(log_shares.dtype)
    losses = -(positives * log_shares).sum(dim=1) / positives.sum(dim=1).clamp(min=1)
    return (losses * shares).sum() / shares.sum().clamp(min=1)
