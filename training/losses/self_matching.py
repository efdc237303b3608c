"""An image and its averaged embedding shall choose the same class."""

from __future__ import annotations

from torch import Tensor


def self_matching_loss(logits: Tensor, stored_logits: Tensor, *, tau: float) -> Tensor:
    """Return the cross-entropy between a sharpened choice and the present one (CoDA's ISS).

    Args:
        logits: (B, C), of the present embeddings; their softmax has temperature 1.
        stored_logits: (B, C), of the same images' memory bank rows; no gradient flows to them.
        tau: Temperature that sharpens the stored choice.

    Returns:
        Scalar, the mean over the batch.
    """
    wanted = (stored_logits.detach() / tau).softmax(dim=1)
    return -(wanted * logits.log_softmax(dim=1)).sum(dim=1).mean()
