"""Instance discrimination against the memory bank."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional


def instance_loss(
    embeddings: Tensor,
    stored: Tensor,
    positives: Tensor,
    *,
    tau: float,
    literal_sums: bool = False,
) -> Tensor:
    """Pull each image to its own stored embedding, away from those of others (UEM Eq. 6, INCE).

    Args:
        embeddings: (B, D) of one domain.
        stored: (M, D) memory bank rows: those of the batch itself (as in the equation), or the
            whole bank of the domain.
        positives: int64 (B,), the row of ``stored`` that is the image's own.
        tau: Temperature.
        literal_sums: Sum over the batch, as printed, instead of the mean.

    Returns:
        Scalar.
    """
    logits = embeddings @ stored.T / tau
    return functional.cross_entropy(logits, positives, reduction="sum" if literal_sums else "mean")
