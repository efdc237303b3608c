"""Contrast between the prototype of an image's own cluster and all others."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional


def prototype_loss(
    embeddings: Tensor,
    prototypes: Tensor,
    assigned: Tensor,
    *,
    tau: float,
    normalise_prototypes: bool = False,
    literal_sums: bool = False,
) -> Tensor:
    """Pull each image to the prototype of its cluster, away from all others (UEM Eq. 7, PNCE).

    Args:
        embeddings: (B, D) of one domain.
        prototypes: (C, D), unified prototypes as they lie in that domain.
        assigned: int64 (B,), unified id of the image's own cluster.
        tau: Temperature.
        normalise_prototypes: Use prototypes of unit length.
        literal_sums: Sum over the batch, as printed, instead of the mean.

    Returns:
        Scalar.
    """
    if normalise_prototypes:
        prototypes = functional.normalize(prototypes, dim=1)
    logits = embeddings @ prototypes.T / tau
    return functional.cross_entropy(logits, assigned, reduction="sum" if literal_sums else "mean")
